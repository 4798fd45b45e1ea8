"""The smallest heap in which the whole terminal lives through a morning: 32-bit pointers, code in ROMFS and in the heap."""

import pathlib
import tempfile

from simulator.errors import ExpectationFailed, RuntimeDied
from simulator.far_bench import compile_terminal, from_folder
from simulator.script import Player, parse
from simulator.world import World
from tests import narrow_interpreter

_MORNING = """
at 08:00
card adult  expect show accepted fare=200
walk        expect passage state=passed
code ride   expect show accepted fare=200
walk        expect passage state=passed
wait 5000   expect queued at-most=0
"""
_STEP_KB, _LOW_KB, _HIGH_KB = 8, 128, 448


def main(options):
    """Screens (drawn in strips on the 32-bit port), reader, codes, sync, list and journal; chips in another process."""
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        folder = pathlib.Path(folder)
        ways = (
            ("32-bit port, code run from a ROMFS image", narrow_interpreter.from_rom(folder)),
            ("32-bit port, code loaded from .mpy files", narrow_interpreter.from_files(folder)),
            ("64-bit port, code loaded from .mpy files, nothing drawn", from_folder(compile_terminal(folder / "wide"))),
        )
        for name, start in ways:
            print("%-58s %d KB" % (name, _least(start)), flush=True)


def _least(start):
    """By halving: a terminal that lives in a heap lives in every larger one, give or take how it falls into pieces."""
    low, high = _LOW_KB // _STEP_KB, _HIGH_KB // _STEP_KB
    while low < high:
        middle = (low + high) // 2
        if _lives(start, "%dk" % (middle * _STEP_KB)):
            high = middle
        else:
            low = middle + 1
    return low * _STEP_KB


def _lives(start, heap):
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        world = None
        try:
            world = World(folder, heap=heap, tree=start)
            player = Player(world)
            for step in parse(_MORNING):
                player.play(step)
        except (RuntimeDied, ExpectationFailed):
            return False
        finally:
            if world is not None:
                world.close()
    return not [event for event in world.events if event["event"] == "task"]
