"""Kiosks in the simulator: real drivers on emulated chips, a real head-end, played as residents would use them."""

import shutil

import pytest

from simulator import demo_list
from simulator.errors import TargetMissing
from simulator.script import Player, parse
from technician.play import open_world


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    return demo_list.ensure(tmp_path_factory.mktemp("list"), seed=1)


@pytest.fixture
def world(listed, tmp_path):
    shutil.copy(listed, tmp_path)
    world = open_world(tmp_path, 1, "kiosk1080")
    yield world
    world.close()


def play(world, text):
    player = Player(world, "path")
    for step in parse(text, "path"):
        player.play(step)
    return [event for event in world.events if event["event"] == "session"]


def test_a_card_signs_in_looks_something_up_and_takes_everything_with_it(world):
    said = play(
        world,
        """
        expect show kiosk.attract
        insert elder                       expect show kiosk.home elder=true
        press tile.pension                 expect show kiosk.group group=pension
        press tile.retirement-checklist    expect show kiosk.list service=retirement-checklist
        pull                               expect show kiosk.attract
        """,
    )
    assert [(event["step"], event.get("why")) for event in said] == [("begin", None), ("end", "card_taken")]


def test_a_target_that_is_nowhere_is_named_with_what_there_is(world):
    play(world, "expect show kiosk.attract")
    with pytest.raises(TargetMissing, match="no target tile.moon on kiosk.attract; there are: .*start"):
        world.press("tile.moon")
