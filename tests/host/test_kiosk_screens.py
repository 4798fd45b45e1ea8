"""The lint of the kiosk's screens: every state, both displays, both languages, both themes, with and without elder mode."""

import re

import pytest

from screens import kiosk, kiosk_examples, kiosk_words, profiles, theme
from tests.host.test_screens import DRAWN, ROOT, faults_of

CASES = [
    pytest.param(profile, lang, colours, elder, id="-".join([profile, lang, look, "elder" if elder else "plain"]))
    for profile in kiosk_examples.PROFILES
    for lang in ("zh", "en")
    for look, colours in theme.THEMES
    for elder in (False, True)
]


@pytest.mark.parametrize("profile, lang, colours, elder", CASES)
def test_screens(profile, lang, colours, elder):
    metrics = profiles.metrics(profile, colours, elder)
    faults = []
    for name, state in kiosk_examples.STATES:
        ops = kiosk.screen(kiosk_examples.whole(state, lang), metrics)
        faults += ["%s: %s" % (name, fault) for fault in faults_of(metrics, ops)]
    assert faults == []


def test_the_words_are_sorted_complete_and_drawn():
    keys = kiosk_words.keys()
    assert keys == sorted(set(keys)), "keep the words sorted"
    for key in keys:
        chinese, english = kiosk_words.find(key)
        assert chinese and english, key
        assert not set(chinese + english) - DRAWN, key


def test_every_key_is_used():
    source = "".join(
        path.read_text("utf8") for path in (ROOT / "screens").glob("kiosk*.py") if path.stem != "kiosk_words"
    )
    families = set(re.findall(r'"(kiosk(?:\.\w+)?\.)" \+', source)) | {"kiosk.reason."}
    for key in kiosk_words.keys():
        family = key[: key.rfind(".") + 1]
        used = '"%s"' % key in source or (family in families and family != "kiosk.")
        tool = family == "kiosk." and key[6:] in (
            "voice",
            "help",
            "language",
            "elder",
            "contrast",
            "standard",
            "voice_off",
            "back",
            "out",
        )
        suffixed = key.endswith(".sub") and '".sub"' in source
        assert used or tool or suffixed, "%s is on no screen" % key
