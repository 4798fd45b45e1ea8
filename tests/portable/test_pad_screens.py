"""A pad's own pages: the same lists on both interpreters, and every page of the core has its screen."""

from screens import pad_menu
from tests.portable import screen_states


def test_pages_are_as_recorded():
    assert screen_states.compare(screen_states.pad_cases()) > 500


def test_every_page_is_among_the_examples():
    from screens import pad_examples

    drawn = [state["screen"] for _, state in pad_examples.STATES]
    assert sorted(set(drawn)) == sorted(list(pad_menu.SCREENS) + ["refund"])
