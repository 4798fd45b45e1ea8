"""People on the desk: who comes by which key and button, and what is said of them."""

import pygame
import pytest

from simulator import window, window_more, window_words
from simulator.chips.speed_gate import Person
from tests.host.desk_world import DeskWorld
from tests.host.test_window import asked, key, mouse, run


@pytest.fixture
def desk_window():
    return window.Window(DeskWorld(), (1280, 800))


@pytest.mark.parametrize(
    ("code", "way"),
    [
        (pygame.K_SPACE, ("walk", "walk")),
        (pygame.K_a, ("walk", "tailgate")),
        (pygame.K_z, ("walk", "turn-back")),
        (pygame.K_x, ("walk", "reverse")),
        (pygame.K_v, ("walk", "wheelchair")),
    ],
)
def test_people_come_by_key_and_by_click(desk_window, code, way):
    key(desk_window, code)
    assert asked(desk_window) == [way]
    if way != ("walk", "walk"):
        desk_window.desk.more = True
        rows = dict(window_more.rects(desk_window.layout, desk_window.desk))
        mouse(desk_window, pygame.MOUSEBUTTONDOWN, rows[way[1].replace("-", "_")].center)
        assert asked(desk_window) == [way, way]


def test_who_is_sent_back_by_shut_leaves_is_told_of_once(desk_window):
    person = Person("walk", 300, 1200, 200, None)
    desk_window.desk.world.people.append(person)
    run(desk_window, 100)
    assert desk_window.desk.notice == ""
    person.blocked = True
    run(desk_window, 100)
    assert desk_window.desk.notice == window_words.words("blocked", "zh")
    run(desk_window, 4000)
    assert desk_window.desk.notice == ""
