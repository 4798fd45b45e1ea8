"""The lint of the screens: every state on every display, in both languages, both themes, with and without elder mode."""

import pathlib
import re

import pytest

from screens import advances, catalogue, examples, icons, kiosk_words, metrics, profiles, theme
from screens.fonts import build
from screens.metrics import Metrics
from tests import record_screens
from tests.portable import screen_states

ROOT = pathlib.Path(__file__).resolve().parents[2]
FONTS = ROOT / "screens" / "fonts"
DRAWN = set((FONTS / "characters.txt").read_text("utf8").replace("\n", ""))
ELDER_MM = 2.9  # 18 dp, MIIT 2021 no. 67 annex 2
TARGET_MM = 9
ELDER_TARGET_MM = 20
HEADLINES = (
    "accepted", "refused", "read_again", "reading", "idle", "out_of_service", "emergency", "free_passage",
    "maintenance", "boot",
)  # fmt: skip

CASES = [
    pytest.param(name, state, lang, profile, colours, elder, screen, id="-".join(parts))
    for family, screen, states, names, modes in examples.FAMILIES
    for profile in names
    for lang in examples.LANGUAGES
    for look, colours in theme.THEMES
    for elder in modes
    for name, state in states
    for parts in [(family, profile, lang, look, "elder" if elder else "plain", name)]
]


WORDINGS = [
    pytest.param(*values, id="-".join([name, profile, lang, "elder" if elder else "plain"]))
    for name, state in examples.every_wording()
    for profile in ("gate480", "gate320")
    for lang in examples.LANGUAGES
    for elder in (False, True)
    for values in [(name, state, lang, profile, theme.STANDARD, elder, examples.gate.screen)]
]


def drawn(name, state, lang, profile, colours, elder, screen):
    measures = profiles.metrics(profile, colours, elder)
    return measures, screen(examples.whole(state, lang), measures)


def faults_of(measures, ops):
    """All that is wrong with one display list, as readable lines."""
    faults = []
    for op in ops:
        faults += _place_faults(measures, op)
        if op[0] == "t":
            faults += _text_faults(measures, op)
        elif op[0] == "hit":
            least = measures.mm(ELDER_TARGET_MM if measures.elder else TARGET_MM)
            if min(op[3], op[4]) < least:
                faults.append("target %s is %d x %d px, at least %d" % (op[5], op[3], op[4], least))
        elif op[0] == "say" and kiosk_words.find(op[1]) is None:
            faults.append("nothing to say for %s" % op[1])
        elif op[0] == "i":
            icons.shapes(op[1])
    return faults + _ground_faults(ops) + _overlap_faults(measures, ops)


def _place_faults(measures, op):
    if op[0] in ("say", "tone"):
        return []
    x, y, wide, high = _box(op)
    if min(x, y) < 0 or x + wide > measures.width or y + high > measures.height or min(wide, high) <= 0:
        return ["off the screen: %s" % (op,)]
    return []


def _box(op):
    if op[0] == "i":
        return op[2], op[3], op[4], op[4]
    if op[0] == "q":
        return op[1], op[2], op[3], op[3]
    return op[1:5]


def _text_faults(measures, op):
    _, _, _, wide, high, px, weight, _, colour, ground, text = op
    faults = []
    if measures.text_width(text, px, weight) > wide or px > high:
        faults.append("does not fit its box: %s" % (op,))
    if text.endswith("…"):
        faults.append("cut off: %s" % (op,))
    if measures.elder and px < measures.mm(ELDER_MM) - 1:
        faults.append("%d px is too small for elder mode: %s" % (px, text))
    least = 7 if measures.theme is theme.CONTRAST else 4.5
    if theme.contrast(colour, ground) < least:
        faults.append("contrast %.1f of %s" % (theme.contrast(colour, ground), op))
    missing = set(text) - DRAWN
    if missing:
        faults.append("no glyph for %s" % "".join(missing))
    return faults


def _ground_faults(ops):
    """The ground that a text or icon carries is the box it stands on."""
    faults = []
    for at, op in enumerate(ops):
        if op[0] in ("t", "i"):
            x, y, wide, high = _box(op)
            middle = x + wide // 2, y + high // 2
            below = [box for box in ops[:at] if box[0] == "r" and _holds(box, middle)]
            ground = op[9] if op[0] == "t" else op[6]
            if below[-1][5] != ground:
                faults.append("stands on #%06x, says #%06x: %s" % (below[-1][5], ground, op))
    return faults


def _holds(box, point):
    return box[1] <= point[0] < box[1] + box[3] and box[2] <= point[1] < box[2] + box[4]


def _overlap_faults(measures, ops):
    """No two texts, icons or codes lie on one another."""
    inked = [(_ink(measures, op), op) for op in ops if op[0] in ("t", "i", "q")]
    faults = []
    for at, (one, op) in enumerate(inked):
        for other, another in inked[at + 1 :]:
            if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]:
                faults.append("%s lies on %s" % (another, op))
    return faults


def _ink(measures, op):
    """Left, top, right, bottom of what is painted: of a text its em boxes."""
    x, y, wide, high = _box(op)
    if op[0] == "t":
        px, align = op[5], op[7]
        used = measures.text_width(op[10], px, op[6])
        x += (0, (wide - used) // 2, wide - used)[align]
        y, wide, high = y + (high - px) // 2, used, px
    return x, y, x + wide, y + high


@pytest.mark.parametrize("name, state, lang, profile, colours, elder, screen", CASES + WORDINGS)
def test_screen(name, state, lang, profile, colours, elder, screen):
    measures, ops = drawn(name, state, lang, profile, colours, elder, screen)
    assert faults_of(measures, ops) == []


@pytest.mark.parametrize(
    "op, word",
    [
        (("t", 0, 0, 50, 40, 40, 1, 1, 0xFFFFFF, 0, "请通行"), "fit"),
        (("t", 0, 0, 200, 30, 40, 1, 1, 0xFFFFFF, 0, "请"), "fit"),
        (("t", 0, 0, 50, 40, 40, 1, 1, 0x333333, 0, "请"), "contrast"),
        (("t", 0, 0, 50, 40, 40, 1, 1, 0xFFFFFF, 0x112233, "请"), "stands on"),
        (("t", 0, 0, 50, 40, 40, 1, 1, 0xFFFFFF, 0, "\U00020000"), "glyph"),
        (("t", 0, 0, 90, 40, 40, 1, 1, 0xFFFFFF, 0, "请…"), "cut off"),
        (("hit", 0, 0, 50, 70, "x"), "target"),
        (("r", -1, 0, 5, 5, 0, 0), "off the screen"),
        (("say", "nonsense"), "nothing to say"),
        (("i", "card", 100, 100, 30, 0xFFFFFF, 0), "lies on"),
    ],
)
def test_the_lint_sees(op, word):
    ground = ("r", 0, 0, 480, 320, 0, 0)
    ink = ("i", "phone", 110, 110, 30, 0xFFFFFF, 0)
    faults = faults_of(Metrics(480, 320, 6.5, (2.5, 6.2)), [ground, ink, op])
    assert [fault for fault in faults if word in fault], faults


def test_the_catalogue_is_sorted_and_complete():
    keys = catalogue.keys()
    assert sorted(set(keys)) == sorted(keys)
    assert keys == sorted(keys), "keep the catalogue sorted"
    for key in keys:
        chinese, english = catalogue.find(key)
        assert chinese and english, key
        assert not set(chinese + english) - DRAWN, key


def test_every_key_is_used():
    source = "".join(path.read_text("utf8") for path in (ROOT / "screens").glob("*.py") if path.name != "catalogue.py")
    families = tuple(re.findall(r'known\("(\w+)"|"(?:"?)(\w+)\." \+', source))
    families = {name for pair in families for name in pair}
    for key in catalogue.keys():
        family = key.partition(".")[0]
        suffixed = key.endswith((".sub", ".short")) and '"%s"' % family in source
        assert '"%s"' % key in source or family in families or suffixed, "%s is on no screen" % key


@pytest.mark.parametrize("key", HEADLINES)
def test_a_headline_has_at_most_eight_characters(key):
    assert len(catalogue.text(key, "zh")) <= 8


def test_every_refusal_of_the_core_has_its_words():
    from terminal import reasons

    for key in reasons.keys():
        if reasons.action(key) not in ("pass", "leave"):
            assert catalogue.find("reason." + key), key


def test_every_holder_class_with_a_concession_has_its_words():
    from terminal.media.credential import ADULT, CLASSES

    for name in set(CLASSES) - {ADULT, "test"}:
        assert catalogue.find("concession." + name), name


def test_every_tone_on_a_screen_is_one_the_core_plays():
    from terminal.modes import TONES

    names = {op[1] for *_, ops in screen_states.cases() for op in ops if op[0] == "tone"}
    assert names == set(TONES)


def test_the_fonts_draw_every_character_of_the_source():
    assert set(build.characters()) <= DRAWN, "run python -m screens.fonts.build"


def test_the_advance_table_is_the_fonts():
    from fontTools.ttLib import TTFont

    for weight, name in ((metrics.REGULAR, "regular"), (metrics.BOLD, "bold")):
        with TTFont(FONTS / ("gatepost-%s.otf" % name)) as font:
            names, em = font.getBestCmap(), font["head"].unitsPerEm
            for code in names:
                wide = font["hmtx"][names[code]][0] * 100 / em
                assert abs(metrics.advance(code, weight) - wide) <= 0.5, chr(code)
            assert font["name"].getDebugName(1) == build.FAMILY
    assert len(advances.BOLD_OTHERS) == len(advances.OTHERS) == len(advances.REGULAR_OTHERS)


def test_no_golden_file_is_left_over():
    wanted = set(record_screens.golden_texts())
    assert {str(path.relative_to(ROOT)) for path in record_screens.FOLDER.glob("*")} == wanted


def test_contrast_is_the_standards():
    assert round(theme.contrast(0xFFFFFF, 0), 1) == 21.0
    assert round(theme.contrast(0xFFFFFF, 0x00702F), 1) == 6.3
