"""Real ports on the desk: the emulated PN532 on a pseudo terminal stands for the real one, the rest is the desk's own."""

import contextlib
import time

import pytest

from simulator import real_hardware, residents
from simulator.errors import HardwareUnknown
from simulator.world import World
from tests.host.served_chip import served

_LIMIT_S = 30


@pytest.fixture
def chip():
    with served() as reader:
        yield reader


def test_a_card_on_a_real_reader_pays_at_the_desk(chip, tmp_path):
    people = residents.Residents()
    with contextlib.ExitStack() as used:
        real = {"reader": real_hardware.reader("serial:" + chip.path, used)}
        with contextlib.closing(World(tmp_path, headend=False, real=real)) as world:
            end = time.monotonic() + _LIMIT_S
            world.advance(20)
            while world.view["screen"] != "idle" and time.monotonic() < end:
                world.advance(20)
            chip.chip.insert(people.card("adult", chip.chip))
            while world.view["screen"] in ("idle", "reading") and time.monotonic() < end:
                world.advance(20)
            assert [event for event in world.events if event["event"] == "task"] == []
            assert world.view["screen"] == "accepted" and world.view["balance"] == 3650
            world.advance(320)  # the leaves need a moment
            assert world.leaves == "open"
    assert people.tray[0].balance() == 3650


@pytest.mark.parametrize(("make", "spec"), [("reader", "usb:1"), ("reader", "serial:"), ("scanner", "camera")])
def test_hardware_that_cannot_be_named_says_what_can(make, spec):
    with contextlib.ExitStack() as used, pytest.raises(HardwareUnknown, match="serial:PORT"):
        getattr(real_hardware, make)(spec, used)
