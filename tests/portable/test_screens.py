"""Golden display lists: the same on CPython and MicroPython, changed only by `python -m tests.record_screens`."""

from screens import catalogue, examples, gate, parts, profiles
from tests.portable import screen_states
from tests.portable.checks import raises


def test_golden_lists():
    assert screen_states.compare(screen_states.cases()) > 500


def test_every_gate_screen_is_drawn():
    drawn = [state["screen"] for _, state in examples.GATE]
    for name in gate.NAMES:
        assert name in drawn, name


def test_voice_and_tone_say_what_the_picture_says():
    metrics = profiles.metrics("gate480")
    for name, say, tone in (
        ("accepted", "accepted", "accepted"),
        ("accepted_elder", "concession.elder", "concession"),
        ("accepted_low", "low_balance", "concession"),
        ("refused_low_balance", "reason.low_balance", "refused"),
        ("read_again", "read_again", "read_again"),
        ("emergency", "emergency", "emergency"),
    ):
        state = [state for entry, state in examples.GATE if entry == name][0]
        ops = gate.screen(examples.whole(state, "zh"), metrics)
        assert ("say", say) in ops, name
        assert ("tone", tone) in ops, name


def test_amounts_are_exact():
    shown = [parts.money(fen) for fen in (0, 5, 650, 123456, -20)]
    assert shown == ["¥0.00", "¥0.05", "¥6.50", "¥1234.56", "-¥0.20"]


def test_an_unknown_reason_still_gets_a_screen():
    ops = gate.screen({"screen": "refused", "reason": "from_next_year"}, profiles.metrics("gate480"))
    assert ("say", "reason.other") in ops


def test_unknown_names_are_named():
    assert "nothing.there" in str(raises(KeyError, catalogue.text, "nothing.there", "zh"))
    assert "gate480" in str(raises(KeyError, profiles.metrics, "gate9000"))
    raises(KeyError, gate.screen, {"screen": "party"}, profiles.metrics("gate480"))
