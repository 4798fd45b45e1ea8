"""The lint of a staff desk's screen: every state, both languages, both themes; its words; every purpose that is shipped."""

import pygame
import pytest

from boards.linux_desk import BOARD
from screens import desk, desk_examples, desk_words, profiles, theme
from technician import purposes
from technician.desk import panel_of
from technician.errors import InputMalformed
from terminal.media.middleware import FIELDS
from tests.host.test_screens import DRAWN, ROOT, faults_of
from tests.portable import screen_states

_SHIPPED = [
    ("asking_" + entry["id"], {
        "screen": "desk.asking", "title": entry["title"], "tells": entry["tells"], "reference": reference, "lies": lies,
    })
    for entry in purposes.load() for reference, lies in (("", False), ("A012", True))
]  # fmt: skip


@pytest.mark.parametrize("look, colours", theme.THEMES)
@pytest.mark.parametrize("lang", ("zh", "en"))
@pytest.mark.parametrize("elder", (False, True))
def test_screens(elder, lang, look, colours):
    metrics = profiles.metrics("gate480", colours, elder)
    faults = []
    for name, state in (*desk_examples.STATES, *_SHIPPED):
        ops = desk.screen(desk_examples.whole(state, lang), metrics)
        faults += ["%s: %s" % (name, fault) for fault in faults_of(metrics, ops)]
    assert faults == []


def test_a_holder_sees_it_in_a_window_too(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    panel = panel_of("window", BOARD)
    panel.open()
    metrics = profiles.metrics(BOARD.screen)
    panel.draw(desk.screen(desk_examples.whole(dict(desk_examples.STATES)["told"], "zh"), metrics))
    shown = pygame.display.get_surface()
    seen = {tuple(shown.get_at((x, y))) for x in range(0, metrics.width, 8) for y in range(0, metrics.height, 8)}
    panel.close()
    assert len(seen) > 5
    with pytest.raises(InputMalformed, match="window, kms, text"):
        panel_of("paper", BOARD)


def test_golden_lists():
    assert screen_states.compare(screen_states.desk_cases()) > 200


def test_the_words_are_sorted_complete_drawn_and_used():
    keys = desk_words.keys()
    assert keys == sorted(set(keys)), "keep the words sorted"
    source = (ROOT / "screens" / "desk.py").read_text("utf8")
    shown = {state["why"] for _, state in desk_examples.STATES if "why" in state} | set(FIELDS)
    for key in keys:
        chinese, english = desk_words.find(key)
        assert chinese and english and not set(chinese + english) - DRAWN, key
        assert '"%s"' % key in source or key.partition(".")[2] in shown, "%s is on no screen" % key
