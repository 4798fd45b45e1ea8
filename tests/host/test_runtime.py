"""The whole terminal in a MicroPython process tells the same story as the one in the simulator's own process."""

import subprocess

import pytest

from simulator import window_panels
from simulator.errors import ProfileUnknown
from simulator.far_bench import far_world, from_folder, from_rom
from simulator.script import Player, parse
from simulator.window_desk import Desk
from simulator.world import World
from tests import narrow_interpreter

DAY = """
at 08:00
card adult       expect show accepted fare=200 balance=3650
walk             expect passage state=passed
card elder       expect show accepted fare=100 concession=elder
walk             expect passage state=passed
code ride        expect show accepted fare=200
walk             expect passage state=passed
card hotlisted   expect show refused reason=hotlisted
card torn        expect show read_again torn=true
card torn        expect show accepted recovered=true fare=200
walk             expect passage state=passed
at 08:30
net off
card adult       expect show accepted balance=3450
walk             expect passage state=passed
wait 3000        expect queued at-least=3
card adult stay  wait 210
power off
wait 2000
power on         expect boot pending=1
                 expect recovered fare=200
remove
wait 300
walk             expect passage state=passed
net on
wait 5000        expect queued at-most=0
fire on
wait 200         expect show emergency
fire off
wait 500         expect show idle
"""
# Of the head-end's side neither the moment (a real server) nor the words of an error are the terminal's own.
_LINK = ("online", "offline", "shipped")


MAINTENANCE = """
card adult       expect show accepted fare=200
walk             expect passage state=passed
card staff       expect show maintenance leaf=1
wait 5000        expect show maintenance leaf=2
card staff       expect mode mode=in_service
card elder       expect show accepted fare=100
walk             expect passage state=passed
"""
VISIT = """
card adult       expect show accepted
walk             expect passage state=passed
card elder       expect show accepted
walk             expect passage state=passed
code ride
wait 2500
code account
wait 2500
"""


def _told(world, day=DAY):
    player = Player(world)
    try:
        for step in parse(day):
            player.play(step)
        return [event for event in world.events if event["event"] not in _LINK], world.display_list, world.view
    finally:
        world.close()


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    return _told(World(tmp_path_factory.mktemp("here")))


def test_the_same_day_on_both_runtimes(here, compiled_tree, tmp_path):
    there = _told(World(tmp_path, **far_world(compiled_tree)))
    for one, other in zip(here[0], there[0], strict=True):
        assert one == other
    assert there[1] == here[1]
    assert there[2] == here[2]


def test_the_whole_terminal_lives_in_a_boards_heap(here, tmp_path):
    # Pointers of 32 bits, code run from ROMFS, every picture drawn; reader, codes, sync, list and journal as on a gate.
    # A board has 192 KB; `./run bench heap` finds 164.
    start = narrow_interpreter.from_rom(tmp_path)
    there = _told(World(tmp_path / "world", heap="176k", tree=start))
    for one, other in zip(here[0], there[0], strict=True):
        assert one == other
    assert there[1] == here[1]


def test_maintenance_has_room_in_that_heap_too(tmp_path):
    here = _told(World(tmp_path / "here"), MAINTENANCE)
    there = _told(World(tmp_path / "world", heap="176k", tree=narrow_interpreter.from_rom(tmp_path)), MAINTENANCE)
    assert not [event for event in there[0] if event["event"] == "task"]
    assert there == here


def test_the_lane_that_needs_most_lives_in_192_kb(tmp_path):
    # A metro paid by distance: the tariff's network, visits remembered, journeys on cards.
    here = _told(World(tmp_path / "here", profile="journey480"), VISIT)
    start = narrow_interpreter.from_rom(tmp_path)
    there = _told(World(tmp_path / "world", profile="journey480", heap="192k", tree=start), VISIT)
    for one, other in zip(here[0], there[0], strict=True):
        assert one == other


def test_looks_and_clock_reach_a_terminal_in_another_process(compiled_tree, tmp_path):
    world = World(tmp_path, profile="venue480", headend=False, **far_world(compiled_tree))
    try:
        world.advance(1000)
        plain = world.display_list
        world.restyle(elder=True, language="en")
        world.advance(100)
        assert world.display_list != plain
        assert world.view["lang"] == "en" and world.view["clock"] == "08:00"
        world.skip_to(9, 30)
        assert world.view["clock"] == "09:30"
    finally:
        world.close()


def test_the_desk_tells_what_of_the_heap_is_in_use(compiled_tree, tmp_path):
    world = World(tmp_path, headend=False, **far_world(compiled_tree))
    try:
        world.advance(500)
        used, heap = world.memory
        assert heap == "384k" and 100 < used < 384
        rows = window_panels.state_rows(Desk(world))
        assert ("memory", "MicroPython %d / 384 KB" % used) in [row[:2] for row in rows]
    finally:
        world.close()


def test_the_code_is_in_the_image_and_not_in_the_heap(compiled_tree):
    script = "import gc\nimport terminal.lane, drivers.pn532, screens.gate\ngc.collect()\nprint(gc.mem_alloc(), terminal.lane.__file__)"
    told = {}
    for name, start in (("rom", from_rom(compiled_tree)), ("files", from_folder(compiled_tree))):
        command, environment = start("384k", script)
        told[name] = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()
    assert told["rom"][1].startswith("/rom/") and not told["files"][1].startswith("/rom/")
    assert int(told["rom"][0]) < int(told["files"][0]) * 0.8


@pytest.mark.parametrize("profile", ["kiosk480", "pad320"])
def test_counters_do_not_pretend_to_run_on_the_board(profile, tmp_path):
    with pytest.raises(ProfileUnknown, match="%s runs in this process only" % profile):
        World(tmp_path, profile=profile, heap="384k")
