"""What a stranger meets first on the desk: a tray that can be read, steps to try, only what this terminal can do."""

import pygame
import pytest
from PIL import Image

from simulator import window, window_bar
from simulator.film import LONGEST_LIVE_MS
from simulator.residents import GROUPS
from simulator.window_words import help_lines
from simulator.world import World
from tests.host.desk_world import DeskWorld


def key(shown, code, text):
    shown.handle(pygame.event.Event(pygame.KEYDOWN, key=code, unicode=text, mod=0), None)


def press(shown, position):
    shown.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=position, button=1), None)


def run(shown, ms):
    for _ in range(ms // 100):
        shown.desk.advance(100)


def test_every_card_lies_readable_on_a_leaf_of_the_tray_and_flies_from_it(tmp_path):
    world = World(tmp_path, headend=False)
    shown = window.Window(world, (1280, 800))
    desk, seen = shown.desk, []
    for at, group in enumerate(GROUPS):
        press(shown, shown.layout.tabs[at].center)
        assert desk.group == group
        slots = [desk.slot(card) for card in desk.grouped(group)]
        for slot in slots:
            assert slot.height >= 60 and slot.width >= 170 and shown.layout.tray.contains(slot)
            assert slot.collidelistall(slots) == [slots.index(slot)]
        seen += [card.name for card in desk.grouped(group)]
    assert sorted(seen) == sorted([card.name for card in world.tray])
    key(shown, pygame.K_7, "7")  # its leaf comes into sight
    assert desk.group == "card" and desk.is_out("other-city")
    world.close()


def test_a_newcomer_is_led_from_the_first_card_to_a_pulled_plug(tmp_path):
    world = World(tmp_path)
    shown = window.Window(world, (1280, 800))
    coach = shown.desk.coach
    run(shown, 2000)
    for code, text in ((pygame.K_1, "1"), (pygame.K_SPACE, " "), (pygame.K_2, "2"), (pygame.K_n, "n"), (pygame.K_1, "1"),
                       (pygame.K_n, "n"), (pygame.K_6, "6"), (pygame.K_6, "6"), (pygame.K_p, "p"), (pygame.K_p, "p")):  # fmt: skip
        assert coach.runs and coach.text("en") and coach.text("zh")
        shown.draw(pygame.Surface((1280, 800)))
        key(shown, code, text)
        run(shown, 3500)
        for _ in range(60):  # until what waited is uploaded
            run(shown, 1000 if text == "n" and coach.network and coach.action == "network" else 0)
    assert not coach.runs, coach.text("en")
    world.close()


@pytest.mark.parametrize(
    "profile, keys, steps",
    [("museum480", "1pp", (0, 1, 1, 2)), ("library480", "k1 8", (0, 1, 2, 3, 4)), ("hospital480", "1 8", (0, 1, 2, 3))],
)  # what differs from a gate; there the day goes on with the network
def test_each_place_leads_by_what_it_has(tmp_path, profile, keys, steps):
    world = World(tmp_path, profile=profile)
    shown = window.Window(world, (1280, 800))
    run(shown, 2000)
    for step, text in zip(steps, keys, strict=False):
        assert shown.desk.coach.at == step
        key(shown, ord(text), text)
        run(shown, 3500)
    assert shown.desk.coach.at == steps[-1]
    world.close()


@pytest.mark.parametrize("profile, asks", [("kiosk480", False), ("pad320", False), ("bus240", True)])
def test_only_lanes_offer_to_walk_and_to_burn(tmp_path, profile, asks):
    world = World(tmp_path, profile=profile, headend=False)
    shown = window.Window(world, (1280, 800))
    rects = window_bar.button_rects(shown._look, shown.layout, shown.desk)
    assert ("walk" in [rect[0] for rect in rects]) is asks and ("fire" in [rect[0] for rect in rects]) is asks
    key(shown, pygame.K_SPACE, " ")
    key(shown, pygame.K_h, "h")
    key(shown, pygame.K_o, "o")
    assert [line for _, line in world.inputs] == (["walk now", "fire on", "plus"] if asks else [])
    assert ("O" in [line[0] for line in help_lines(shown.desk.kind)]) is asks
    world.close()


def test_what_is_played_is_filmed_until_the_key_is_pressed_again(tmp_path):
    shown = window.Window(DeskWorld(), (1280, 800), pictures=tmp_path / "films")
    surface = pygame.Surface((1280, 800))
    for ms in range(0, 2000, 100):
        if ms in (500, 1500):
            key(shown, pygame.K_g, "g")
            assert (shown.desk.filmed_ms is None) is (ms == 1500)
        shown.desk.advance(100)
        shown.draw(surface)
        shown.film(surface, 100)
    shown._film._writer.join()
    shown.film(surface, 100)
    (path,) = (tmp_path / "films").iterdir()
    assert str(path) in shown.desk.notice
    with Image.open(path) as film:
        assert film.format == "GIF" and film.size == (960, 600) and sum(_durations(film)) == 960  # GIF counts in 10 ms


def _durations(film):
    for at in range(film.n_frames):
        film.seek(at)
        yield film.info["duration"]


def test_a_film_ends_by_itself_and_says_where_it_could_not_be_written(tmp_path):
    (tmp_path / "file").write_text("no folder")
    shown = window.Window(DeskWorld(), (1280, 800), pictures=tmp_path / "file")
    surface = pygame.Surface((1280, 800))
    key(shown, pygame.K_g, "g")
    shown.film(surface, LONGEST_LIVE_MS)
    assert shown.desk.filmed_ms is None
    shown._film._writer.join()
    shown.film(surface, 100)
    assert "file" in shown.desk.notice


def test_an_hour_that_was_skipped_is_recorded_and_played_as_a_time_of_day(tmp_path):
    world = World(tmp_path, headend=False)
    shown = window.Window(world, (1280, 800))
    key(shown, pygame.K_r, "r")
    run(shown, 1000)
    key(shown, pygame.K_k, "k")
    run(shown, 1000)
    shown._pictures = tmp_path / "records"
    key(shown, pygame.K_r, "r")
    assert world.clock_text.startswith("09:00:01")
    assert shown.desk.recorded.splitlines()[1:] == ["wait 1000", "at 09:00", "wait 1100"]
    world.close()


def test_a_card_on_its_way_home_goes_home_when_the_window_or_the_terminal_changes(tmp_path):
    shown = window.Window(DeskWorld(), (1280, 800))
    desk = shown.desk
    key(shown, pygame.K_1, "1")
    run(shown, 500)
    desk.take_home(desk.held["adult"])
    shown.resize((1600, 1000))
    run(shown, 1000)
    assert desk.world.asked == [("present", "adult"), ("remove",)] and desk.held == {}
