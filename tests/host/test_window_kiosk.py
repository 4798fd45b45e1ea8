"""A kiosk in the desk window: the mouse is a finger, cards go into the slot, paper comes out; without any display."""

import pygame
import pytest

from simulator import window, window_more
from simulator.fingers import target_at
from technician.play import open_world


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kiosk")


@pytest.fixture(params=["kiosk1080", "kiosk480"])
def desk_window(request, folder):
    world = open_world(folder, 1, request.param)
    desk_window = window.Window(world, (1280, 800))
    run(desk_window, 1500)
    yield desk_window
    world.close()


def run(desk_window, ms):
    for _ in range(ms // 20):
        desk_window.desk.advance(20)


def mouse(desk_window, kind, position):
    facts = {"pos": position, "button": 1}
    if kind == pygame.MOUSEMOTION:
        facts = {"pos": position, "rel": (0, 0), "buttons": (1, 0, 0)}
    desk_window.handle(pygame.event.Event(kind, **facts), None)


def drag(desk_window, start, end):
    mouse(desk_window, pygame.MOUSEBUTTONDOWN, start)
    mouse(desk_window, pygame.MOUSEMOTION, end)
    mouse(desk_window, pygame.MOUSEBUTTONUP, end)


def click(desk_window, action):
    """Clicks on the middle of the target as it is seen in the window."""
    layout, ops = desk_window.layout, desk_window.desk.ops
    hit = next(op for op in ops if op[0] == "hit" and op[5] == action)
    middle = hit[1] + hit[3] // 2, hit[2] + hit[4] // 2
    assert target_at(ops, *middle) == action
    at = [int(layout.screen.topleft[axis] + middle[axis] * layout.scale) for axis in (0, 1)]
    mouse(desk_window, pygame.MOUSEBUTTONDOWN, tuple(at))
    mouse(desk_window, pygame.MOUSEBUTTONUP, tuple(at))
    run(desk_window, 500)


def test_a_card_in_the_slot_a_finger_on_the_glass_and_out_again(desk_window):
    desk, layout = desk_window.desk, desk_window.layout
    home = desk.slot(desk.card("elder")).center
    drag(desk_window, home, layout.slot.center)
    run(desk_window, 2500)
    assert desk.view["screen"] == "kiosk.home"
    click(desk_window, next(op[5] for op in desk.ops if op[0] == "hit" and op[5].startswith("tile.")))
    assert desk.view["screen"] == "kiosk.group"
    drag(desk_window, layout.slot.center, home)
    run(desk_window, 600)
    assert desk.view["screen"] == "kiosk.attract" and desk.held == {}
    words = [line.split()[0] for _, line in desk.world.inputs]
    assert words == ["power", "insert", "press", "pull"] or words == ["insert", "press", "pull"]


def test_everything_is_drawn_inside_the_window(desk_window):
    layout, desk = desk_window.layout, desk_window.desk
    assert layout.lamps is None, "a kiosk has no lamps"
    parts = [layout.device, layout.reader, layout.scanner, layout.slot, layout.paper]
    for part in parts:
        assert layout.stage.contains(part)
    for one in parts:
        assert one.collidelistall(parts) == [parts.index(one)]
    columns = [layout.tray, layout.log, layout.state]
    for one in columns:
        assert one.collidelistall(columns) == [columns.index(one)]
        assert pygame.Rect(0, 0, *layout.size).contains(one)
    surface = pygame.Surface(layout.size)
    desk_window.draw(surface)
    for part in parts:
        seen = {
            tuple(surface.get_at((x, y))) for x in range(part.x, part.right, 5) for y in range(part.y, part.bottom, 5)
        }
        assert len(seen) > 5, part
    desk.more = True
    desk_window.draw(surface)


def test_a_click_beside_every_target_does_nothing(desk_window):
    desk, screen = desk_window.desk, desk_window.layout.screen
    before = len(desk.world.inputs)
    mouse(desk_window, pygame.MOUSEBUTTONDOWN, (screen.centerx, screen.y + 2))
    assert len(desk.world.inputs) == before


def test_the_desk_follows_to_another_terminal(tmp_path):
    world = open_world(tmp_path, 1, "gate480")
    try:
        gate = window.Window(world, (1280, 800))
        surface = pygame.Surface((1280, 800))
        gate.draw(surface)
        assert gate.layout.lane and not gate.layout.paper
        world.move("pad320")
        world.until_idle()
        world.till("SALE 900 K1")
        world.advance(300)
        gate.draw(surface)
        assert gate.layout.till and gate.layout.paper and not gate.layout.lane and not gate.layout.slot
        assert world.till_lines == [("SALE 900 K1", True), ("OK", False)]
        glass = surface.subsurface(gate.layout.till)
        with_lines = pygame.image.tobytes(glass, "RGB")
        world.events[:] = [event for event in world.events if event["event"] != "till"]
        gate.draw(surface)
        assert pygame.image.tobytes(glass, "RGB") != with_lines, "what the till said stands on its glass"
        world.move("kiosk1080:library")
        gate.draw(surface)
        assert gate.layout.slot and gate.layout.paper and not gate.layout.till
    finally:
        world.close()


@pytest.mark.parametrize("profile", ["gate480", "kiosk1080", "pad320"])
def test_the_faults_page_offers_what_this_terminal_has(profile, tmp_path):
    world = open_world(tmp_path, 1, profile)
    try:
        desk = window.Window(world, (1280, 800)).desk
        actions = [action for action, _, _, _ in window_more.entries(desk)]
        offered = [action[len(window_more.FAULT) :] for action in actions if action.startswith(window_more.FAULT)]
        for name in offered:
            world.fault(name, True)
        assert world.faults == set(offered)
        has_lane = profile == "gate480"
        assert ("gate-jammed" in offered, "paper-out" in offered) == (has_lane, not has_lane)
        assert ("slot-gone" in offered) == (profile == "kiosk1080")
        assert ("maintenance" in actions, "tailgate" in actions) == (has_lane, has_lane)
        for name in offered:
            world.fault(name, False)
        assert world.until_idle()
    finally:
        world.close()
