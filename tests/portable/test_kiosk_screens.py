"""The kiosk's golden display lists, the same on both interpreters; changed only by `python -m tests.record_screens`."""

from screens import kiosk, kiosk_examples, profiles
from tests.portable import screen_states
from tests.portable.checks import raises


def test_golden_lists():
    assert screen_states.compare(screen_states.kiosk_cases()) > 2000


def test_every_screen_has_an_example():
    drawn = [state["screen"] for _, state in kiosk_examples.STATES]
    assert [name for name in kiosk.NAMES if name not in drawn] == []


def test_a_screen_that_is_none_is_named():
    raises(KeyError, kiosk.screen, {"screen": "kiosk.party"}, profiles.metrics("kiosk480"))
