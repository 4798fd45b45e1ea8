"""The desk window: what mouse and keys ask of the world, and that every frame can be drawn, without any display."""

import os
import subprocess
import sys

import pygame
import pytest
from PIL import Image

from simulator import faults, window, window_bar, window_more, window_panels, window_sound, window_words
from simulator.chips.speed_gate import Person
from simulator.errors import NoDisplay
from simulator.script import Player, parse
from simulator.window_film import FilmedWorld
from simulator.world import World
from tests.host.desk_world import DeskWorld


@pytest.fixture
def desk_window():
    return window.Window(DeskWorld(), (1280, 800))


def run(desk_window, ms):
    for _ in range(ms // 20):
        desk_window.desk.advance(20)


def key(desk_window, code, text=""):
    return desk_window.handle(pygame.event.Event(pygame.KEYDOWN, key=code, unicode=text, mod=0), None)


def mouse(desk_window, kind, position):
    facts = {"pos": position, "button": 1}
    if kind == pygame.MOUSEMOTION:
        facts = {"pos": position, "rel": (0, 0), "buttons": (1, 0, 0)}
    desk_window.handle(pygame.event.Event(kind, **facts), None)


def asked(desk_window):
    return desk_window.desk.world.asked


def test_a_digit_presents_a_card_for_a_second(desk_window):
    key(desk_window, pygame.K_2, "2")
    run(desk_window, 400)
    assert asked(desk_window) == [("present", "elder")]
    run(desk_window, 1400)
    assert asked(desk_window) == [("present", "elder"), ("remove",)]
    assert desk_window.desk.held == {}


def test_a_dropped_card_stays_until_it_is_dragged_away(desk_window):
    desk = desk_window.desk
    reader, slot = desk_window.layout.reader.center, desk.slot(desk.card("adult")).center
    mouse(desk_window, pygame.MOUSEBUTTONDOWN, slot)
    mouse(desk_window, pygame.MOUSEMOTION, reader)
    mouse(desk_window, pygame.MOUSEBUTTONUP, reader)
    run(desk_window, 4000)
    assert asked(desk_window) == [("present", "adult")]
    mouse(desk_window, pygame.MOUSEBUTTONDOWN, reader)
    mouse(desk_window, pygame.MOUSEMOTION, slot)
    assert asked(desk_window)[-1] == ("remove",)
    mouse(desk_window, pygame.MOUSEBUTTONUP, slot)
    run(desk_window, 400)
    assert desk.held == {}


def test_a_card_drawn_across_the_reader_is_there_only_while_it_is_over_it(desk_window):
    desk = desk_window.desk
    slot = desk.slot(desk.card("low")).center
    mouse(desk_window, pygame.MOUSEBUTTONDOWN, slot)
    for position in (desk_window.layout.reader.center, desk_window.layout.stage.topleft):
        mouse(desk_window, pygame.MOUSEMOTION, position)
        desk.advance(20)
    assert asked(desk_window) == [("present", "low"), ("remove",)]


def test_a_second_card_takes_the_place_of_the_first(desk_window):
    key(desk_window, pygame.K_1, "1")
    run(desk_window, 300)
    key(desk_window, pygame.K_2, "2")
    run(desk_window, 300)
    assert asked(desk_window) == [("present", "adult"), ("remove",), ("present", "elder")]


def test_a_phone_shows_a_fresh_code_each_time(desk_window):
    for _ in range(2):
        key(desk_window, pygame.K_q, "q")
        run(desk_window, 3000)
    assert asked(desk_window) == [("scan", "ride"), ("scan", "ride")]


def test_a_click_on_a_card_is_a_tap(desk_window):
    slot = desk_window.desk.slot(desk_window.desk.card("adult")).center
    mouse(desk_window, pygame.MOUSEBUTTONDOWN, slot)
    mouse(desk_window, pygame.MOUSEBUTTONUP, slot)
    run(desk_window, 2000)
    assert asked(desk_window) == [("present", "adult"), ("remove",)]


@pytest.mark.parametrize(
    "action, wanted",
    [
        ("network", [("network", False), ("network", True)]),
        ("power", [("power", False), ("power", True)]),
        ("fire", [("fire", True), ("fire", False)]),
        ("language", [("restyle", (("language", "en"),)), ("restyle", (("language", "zh"),))]),
        ("elder", [("restyle", (("elder", True),)), ("restyle", (("elder", False),))]),
        ("contrast", [("restyle", (("high_contrast", True),)), ("restyle", (("high_contrast", False),))]),
    ],
)
def test_a_switch_is_a_button_and_a_key(desk_window, action, wanted):
    button = next(
        rect
        for name, _, _, rect in window_bar.button_rects(desk_window._look, desk_window.layout, desk_window.desk)
        if name == action
    )
    mouse(desk_window, pygame.MOUSEBUTTONDOWN, button.center)
    code = next(code for code, name in window._KEYS.items() if name == action)
    key(desk_window, code)
    assert asked(desk_window) == wanted


def test_the_maintenance_card_has_a_key(desk_window):
    key(desk_window, pygame.K_m, "m")
    run(desk_window, 2000)
    assert asked(desk_window) == [("present", "staff"), ("remove",)]


def test_the_volume_has_a_key(desk_window):
    desk_window.desk.sound = window_sound.Sound()
    key(desk_window, pygame.K_u, "u")
    assert desk_window.desk.sound.volume == 50 and "50" in desk_window.desk.notice


def test_time_runs_at_the_chosen_speed_and_stops(desk_window):
    desk = desk_window.desk
    run(desk_window, 1000)
    assert desk.world.ms == 1000
    key(desk_window, pygame.K_EQUALS, "+")
    run(desk_window, 1000)
    assert desk.world.ms == 3000
    key(desk_window, pygame.K_t, "t")
    run(desk_window, 1000)
    assert (desk.speed, desk.world.ms) == (0, 3000)


def test_help_is_closed_by_any_key_and_escape_ends(desk_window):
    assert key(desk_window, pygame.K_F1)
    assert desk_window.desk.help
    assert key(desk_window, pygame.K_ESCAPE)
    assert not desk_window.desk.help
    assert not key(desk_window, pygame.K_ESCAPE)


@pytest.mark.parametrize("size", [(1280, 800), (960, 600), (1920, 1080), (1000, 1000)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_is_drawn_inside_the_window(size, lang):
    desk_window = window.Window(DeskWorld(), size, lang)
    layout, desk = desk_window.layout, desk_window.desk
    whole = pygame.Rect(0, 0, *layout.size)
    parts = [layout.device, layout.lamps, layout.reader, layout.scanner, layout.lane]
    for part in parts:
        assert layout.stage.contains(part)
    for one in parts:
        assert one.collidelistall(parts) == [parts.index(one)]
    for part in (layout.stage, layout.tray, layout.log, layout.state):
        assert whole.contains(part)
    buttons = [rect for _, _, _, rect in window_bar.button_rects(desk_window._look, layout, desk)]
    assert buttons[-1].right < layout.speed.left
    key(desk_window, pygame.K_1, "1")
    key(desk_window, pygame.K_q, "q")
    run(desk_window, 400)
    desk.say("notice")
    desk.boxes = True
    surface = pygame.Surface(layout.size)
    desk_window.draw(surface)
    for part in [*parts, layout.tray, layout.log, layout.state, layout.bar]:
        seen = {
            tuple(surface.get_at((x, y))) for x in range(part.x, part.right, 9) for y in range(part.y, part.bottom, 7)
        }
        assert len(seen) > 5, part
    before = surface.copy()
    desk.help = True
    desk_window.draw(surface)
    assert surface.get_buffer().raw != before.get_buffer().raw


def test_a_powered_off_terminal_shows_nothing(desk_window):
    key(desk_window, pygame.K_p, "p")
    surface = pygame.Surface(desk_window.layout.size)
    desk_window.draw(surface)
    assert tuple(surface.get_at(desk_window.layout.screen.topleft))[:3] == (3, 4, 6)


def test_a_picture_needs_no_display(tmp_path):
    window.picture(DeskWorld(), tmp_path / "desk.png", (1280, 800))
    assert pygame.image.load(str(tmp_path / "desk.png")).get_size() == (1280, 800)


def test_a_picture_that_cannot_be_written_is_said_not_raised(tmp_path):
    (tmp_path / "file").write_text("")
    desk_window = window.Window(DeskWorld(), (1280, 800), pictures=tmp_path / "file")
    desk_window._act("picture", pygame.Surface((10, 10)))
    assert desk_window.desk.notice


def test_no_display_is_said_in_one_line(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":4077")
    pygame.display.quit()
    with pytest.raises(NoDisplay, match="--headless"):
        window.main(DeskWorld())


def test_a_machine_without_a_display_says_so():
    script = "from simulator import window; print(window.display_problem() is None)"
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run([sys.executable, "-c", script], env=bare, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("False", "")
    named = subprocess.run(
        [sys.executable, "-c", script], env={**bare, "SDL_VIDEODRIVER": "dummy"}, capture_output=True
    )
    assert named.stdout.strip() == b"True"
    dead = subprocess.run(
        [sys.executable, "-c", script], env={**bare, "DISPLAY": ":4077"}, capture_output=True, text=True
    )
    assert dead.stdout.strip() == "False"


def test_the_window_opens_and_closes(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    pygame.display.init()
    world = DeskWorld()
    real, frames = pygame.event.get, []

    def two_frames():
        frames.append(real())
        return [pygame.event.Event(pygame.QUIT)] if len(frames) > 2 else []

    monkeypatch.setattr(pygame.event, "get", two_frames)
    assert window.main(world, size=(1280, 800)) == 0
    assert len(frames) == 3


def test_tones_have_the_notes_lengths_and_no_clicks():
    wave = window_sound.samples(((1760, 90), (0, 50), (880, 10)))
    rate = window_sound.RATE
    assert len(wave) == rate * 90 // 1000 + rate * 50 // 1000 + rate * 10 // 1000
    assert max(wave) > 8000
    assert abs(wave[0]) < 200 and abs(wave[rate * 90 // 1000 - 1]) < 300
    assert set(wave[rate * 95 // 1000 : rate * 135 // 1000]) == {0}


def test_the_log_scrolls_no_further_than_its_lines(desk_window):
    desk = desk_window.desk
    for number in range(30):
        desk.world._note("tap", number)
    shown = window_panels.log_lines(desk_window.layout, desk_window.desk)
    desk_window.handle(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=100), None)
    assert desk.log_back == 30 - shown
    desk_window.handle(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=-100), None)
    assert desk.log_back == 0


def test_a_click_on_an_event_shows_only_its_kind(desk_window):
    desk = desk_window.desk
    for number in range(6):
        desk.world._note(("tap", "show")[number % 2], number)
    _, line = window_panels.log_rows(desk_window.layout, desk)[1]
    name = line.x + desk_window.layout.px(120), line.centery
    mouse(desk_window, pygame.MOUSEBUTTONDOWN, name)
    assert {event["event"] for event in desk.events} == {"show"}
    assert len(desk.events) == 3
    desk_window.draw(pygame.Surface(desk_window.layout.size))
    mouse(desk_window, pygame.MOUSEBUTTONDOWN, desk_window.layout.log.center)
    assert len(desk.events) == 6


def test_passages_and_fares_are_counted_once(desk_window):
    desk = desk_window.desk
    desk.world.events += [
        {"at": "", "event": "show", "screen": "accepted", "fare": 200},
        {"at": "", "event": "passage", "state": "passed"},
        {"at": "", "event": "show", "screen": "accepted", "fare": None},
        {"at": "", "event": "passage", "state": "not_passed"},
    ]
    run(desk_window, 100)
    assert (desk.ledger.passages, desk.ledger.takings, desk.ledger.void) == (1, 200, 1)


def test_every_word_of_the_window_is_there_in_both_languages():
    for name, pair in window_words.WORDS.items():
        assert len(pair) == 2 and all(pair), name
    for _, _, name in window_bar.BUTTONS:
        assert name in window_words.WORDS


def test_a_film_shows_cards_phones_and_passengers(tmp_path):
    world = DeskWorld()
    film = FilmedWorld(world, (320, 200))
    film.present("adult")
    film.advance(1000)
    film.remove()
    assert film.scan("ride")
    film.advance(500)
    world.leaves = "open"
    film.advance(500)
    film.walk()
    world.people.append(Person("walk", 300, 1200, 200, None))
    film.until_alone(1000)
    world.people.clear()
    film.advance(60_000)
    assert world.ms == 63_000
    assert [verb[0] for verb in world.asked] == ["present", "remove", "scan", "walk"]
    shot = film.save(tmp_path / "film.gif")
    # Sixteen for the waits, eight for the walk, twenty for the minute.
    assert shot == 44
    with Image.open(tmp_path / "film.gif") as image:
        assert image.size == (320, 200)
        assert 20 < image.n_frames <= shot


def _kinds(events):
    return [event["event"] for event in events if event["event"] in ("present", "gate")]


def test_a_recorded_day_is_a_script_that_is_played_again(tmp_path):
    world = World(tmp_path / "first", headend=False)
    desk_window = window.Window(world, (1280, 800), pictures=tmp_path)
    try:
        run(desk_window, 1000)
        key(desk_window, pygame.K_r, "r")
        start = len(world.events)
        key(desk_window, pygame.K_1, "1")
        run(desk_window, 7000)
        key(desk_window, pygame.K_q, "q")
        run(desk_window, 3000)
        key(desk_window, pygame.K_r, "r")
        first = _kinds(world.events[start:])
        saved = next(tmp_path.glob("*.txt")).read_text(encoding="utf8")
        assert saved == desk_window.desk.recorded
        assert [line for line in saved.splitlines() if not line.startswith(("#", "wait"))] == [
            "card adult now", "remove", "code ride now",
        ]  # fmt: skip
        run(desk_window, 8000)
        again = len(world.events)
        key(desk_window, pygame.K_RETURN)
        run(desk_window, 12_000)
        assert first == ["present", "gate", "present", "gate"]
        assert _kinds(world.events[again:]) == first
    finally:
        world.close()
    played = World(tmp_path / "second", headend=False)
    try:
        for step in parse("wait 1000\n" + saved):
            Player(played).play(step)
        assert _kinds(played.events) == first
    finally:
        played.close()


def test_faults_are_switched_with_the_mouse(desk_window):
    key(desk_window, pygame.K_f, "f")
    surface = pygame.Surface(desk_window.layout.size)
    desk_window.draw(surface)
    for action, rect in window_more.rects(desk_window.layout, desk_window.desk):
        assert pygame.Rect(0, 0, *desk_window.layout.size).contains(rect)
        if action.startswith(window_more.FAULT):
            mouse(desk_window, pygame.MOUSEBUTTONDOWN, rect.center)
    assert desk_window.desk.world.faults == {entry.name for entry in faults.NAMES}
    desk_window.draw(surface)
    key(desk_window, pygame.K_ESCAPE)
    assert not desk_window.desk.more


def test_the_clock_is_put_wrong_and_right_again(desk_window):
    for _ in range(2):
        key(desk_window, pygame.K_j, "j")
    assert asked(desk_window) == [("jump", -86_400), ("jump", 86_400)]


def test_the_panel_has_pages_for_upload_and_money(desk_window):
    titles = []
    surface = pygame.Surface(desk_window.layout.size)
    for _ in range(4):
        titles.append(tuple(row[0] for row in window_panels.state_rows(desk_window.desk)))
        desk_window.draw(surface)
        mouse(desk_window, pygame.MOUSEBUTTONDOWN, desk_window.layout.state.center)
    assert len(set(titles)) == 3 and titles[3] == titles[0]


def test_enter_without_a_recording_says_so(desk_window):
    key(desk_window, pygame.K_RETURN)
    assert desk_window.desk.notice
