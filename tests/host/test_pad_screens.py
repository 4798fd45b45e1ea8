"""The lint of a pad's own pages: every state, both languages, both themes; and its words."""

import pytest

from screens import pad, pad_examples, pad_words, profiles, theme
from tests.host.test_screens import DRAWN, ROOT, faults_of


@pytest.mark.parametrize("look, colours", theme.THEMES)
@pytest.mark.parametrize("lang", ("zh", "en"))
def test_screens(lang, look, colours):
    metrics = profiles.metrics("pad320", colours)
    faults = []
    for name, state in pad_examples.STATES:
        ops = pad.screen(pad_examples.whole(state, lang), metrics)
        faults += ["%s: %s" % (name, fault) for fault in faults_of(metrics, ops)]
    assert faults == []


def test_the_words_are_sorted_complete_drawn_and_used():
    keys = pad_words.keys()
    assert keys == sorted(set(keys)), "keep the words sorted"
    rooms = [*(ROOT / "screens").glob("pad*.py"), *(ROOT / "terminal" / "pad").glob("*.py")]
    source = "".join(path.read_text("utf8") for path in rooms if path.stem != "pad_words")
    composed = ("paper_out", "cover_open", "jam", "absent", "fund", "cash", "doubtful", "open")
    for key in keys:
        chinese, english = pad_words.find(key)
        assert chinese and english, key
        assert not set(chinese + english) - DRAWN, key
        assert '"%s"' % key in source or key[4:] in composed, "%s is on no screen" % key
