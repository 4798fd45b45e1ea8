"""A staff desk in the simulator: its day, a card that was reported lost at a kiosk, the panel of the software by mouse and keys."""

import json
import pathlib

import pygame
import pytest

from simulator import desk_side, window, window_more, window_staff
from simulator.window_words import help_lines
from technician import purposes
from technician.play import open_world, run_play

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "simulator" / "scripts" / "desk_card.txt"


def test_the_shipped_day_comes_true(tmp_path, capsys):
    """Reads on both slots, a torn one, a cut network, a pulled plug; then a loss at the kiosk, a hotlist, and a refusal."""
    assert run_play(SCRIPT, True, tmp_path / "data", tmp_path / "pictures", 1) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    codes = [event["code"] for event in events if event["event"] == "staff" and event.get("answer") == "CARD"]
    assert codes == [0, 0, 0, -2, 0, -4, -4, 0]
    assert [event["version"] for event in events if event["event"] == "package"] == [1]
    assert len(list((tmp_path / "pictures").iterdir())) == 3


def test_the_simulators_purposes_are_those_that_are_shipped():
    kept = [{key: entry[key] for key in entry if key not in ("id", "scenarios")} for entry in purposes.load()]
    assert desk_side.purposes() == kept, "write simulator/data/purposes.json anew from technician/data/purposes.toml"


@pytest.fixture
def shown(tmp_path):
    world = open_world(tmp_path, 1, "desk480")
    shown = window.Window(world, (1280, 800), "en")
    run(shown, 1500)
    yield shown
    world.close()


def run(shown, ms):
    for _ in range(ms // 20):
        shown.desk.advance(20)


def click(shown, action):
    at = next(rect.center for name, rect in window_staff.rects(shown.layout) if name == action)
    shown.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=at, button=1), None)
    run(shown, 300)


def key(shown, code, text):
    shown.handle(pygame.event.Event(pygame.KEYDOWN, key=code, unicode=text, mod=0), None)
    run(shown, 300)


def says(shown):
    return [event["says"] for event in shown.desk.world.events if "says" in event]


def test_somebody_behind_the_counter_reads_a_card_with_the_mouse(shown):
    desk, coach = shown.desk, shown.desk.coach
    click(shown, "staff_cancel")  # nobody is asked: nothing to cancel
    click(shown, "staff_read")
    assert desk.view["screen"] == "desk.asking" and desk.view["title"][1] == "Hotel check-in" and coach.at == 1
    click(shown, "staff_read")  # once is enough
    assert says(shown) == ["READ 11"]
    key(shown, pygame.K_1, "1")
    run(shown, 2500)
    told = desk.world.told
    assert told.code == 0 and sorted(told.fields) == ["name", "number"] and coach.at == 2
    facts = " ".join(["%s" % event for event in desk.world.events])
    assert told.fields["name"] not in facts and told.fields["number"] not in facts
    surface = pygame.Surface(shown.layout.size)
    shown.draw(surface)
    with_answer = pygame.image.tobytes(surface.subsurface(shown.layout.staff), "RGB")
    click(shown, "staff_no")
    click(shown, "staff_yes")  # it is said once
    assert says(shown)[1:] == ["PERSON %d no" % told.record]
    click(shown, "staff_next")
    click(shown, "staff_read")
    assert desk.view["title"][1] == "Identity at a bank" and desk.world.told is None
    shown.draw(surface)
    assert pygame.image.tobytes(surface.subsurface(shown.layout.staff), "RGB") != with_answer, "the name is gone"
    click(shown, "staff_cancel")
    assert says(shown)[-1] == "CANCEL" and desk.view["screen"] == "desk.waiting"


def test_whose_card_it_is_is_asked_for_the_purpose_that_it_was_read_for(shown):
    desk = shown.desk
    click(shown, "staff_read")
    key(shown, pygame.K_1, "1")
    run(shown, 2500)
    assert desk.world.told.code == 0 and desk.counter.asks_for_person
    while desk.counter.purpose.person:
        click(shown, "staff_next")
    assert desk.counter.asks_for_person, "another purpose is chosen, but that card was read for the first one"
    click(shown, "staff_yes")
    assert says(shown)[-1] == "PERSON %d yes" % desk.world.told.record and not desk.counter.asks_for_person


def test_the_keys_of_a_desk(shown):
    key(shown, pygame.K_i, "i")
    key(shown, pygame.K_2, "2")
    run(shown, 2500)
    key(shown, pygame.K_y, "y")
    assert says(shown) == ["READ 11", "PERSON %d yes" % shown.desk.world.told.record]
    before = len(shown.desk.world.inputs)
    for code, text in ((pygame.K_q, "q"), (pygame.K_w, "w"), (pygame.K_0, "0"), (pygame.K_SPACE, " ")):
        key(shown, code, text)  # no phones, no staff's cards, nobody who walks
    assert len(shown.desk.world.inputs) == before
    assert "Q" not in [line[0] for line in help_lines("desk")] and "I  Y" in [line[0] for line in help_lines("desk")]


@pytest.mark.parametrize("size", [(1280, 800), (960, 600), (1920, 1080)])
def test_a_desk_shows_what_it_has_and_nothing_else(shown, size):
    shown.resize(size)
    layout, desk = shown.layout, shown.desk
    assert layout.lamps is layout.scanner is layout.lane is layout.paper is layout.till is None
    parts = [layout.device, layout.reader, layout.slot, layout.staff]
    for part in parts:
        assert layout.stage.contains(part) and part.collidelistall(parts) == [parts.index(part)]
    for _, rect in window_staff.rects(layout):
        assert layout.staff.contains(rect)
    actions = [action for action, _, _, _ in window_more.entries(desk)]
    assert "fault:reader-gone" in actions and "fault:slot-gone" in actions
    assert not {"fault:scanner-gone", "fault:gate-jammed", "fault:touch-dead", "wheelchair", "maintenance"} & set(
        actions
    )
    surface = pygame.Surface(layout.size)
    for desk.page in range(3):
        shown.draw(surface)
    desk.more = desk.help = True
    shown.draw(surface)
