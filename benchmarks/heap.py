"""The smallest heap in which the whole terminal lives through a morning: 32-bit pointers, code in ROMFS and in the heap."""

import pathlib
import tempfile

from simulator import looks
from simulator.errors import ExpectationFailed, RuntimeDied
from simulator.far_bench import compile_terminal, from_folder, from_rom
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
_STEP_KB, _LOW_KB, _HIGH_KB = 4, 128, 448


def main(options):
    """Screens (drawn in strips on the 32-bit port), reader, codes, sync, list and journal; chips in another process.

    `options`: profiles of lanes, to look for theirs alone.
    """
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        folder = pathlib.Path(folder)
        wide = compile_terminal(folder / "wide")
        ways = (
            ("32-bit port, code run from a ROMFS image", narrow_interpreter.from_rom(folder)),
            ("32-bit port, code loaded from .mpy files", narrow_interpreter.from_files(folder)),
            ("64-bit port, code run from a ROMFS image, nothing drawn", from_rom(wide)),
            ("64-bit port, code loaded from .mpy files, nothing drawn", from_folder(wide)),
        )
        for name, start in () if options else ways:
            print("%-58s %d KB" % (name, _least(start, _play_the_morning)), flush=True)
        for profile in options or looks.LANES:
            print("%-58s %d KB" % ("%s, as the first" % profile, _least(ways[0][1], _visit, profile)), flush=True)


def _least(start, play, profile="gate480"):
    """By halving: a terminal that lives in a heap lives in every larger one, give or take how it falls into pieces."""
    low, high = _LOW_KB // _STEP_KB, _HIGH_KB // _STEP_KB
    while low < high:
        middle = (low + high) // 2
        if _lives(start, "%dk" % (middle * _STEP_KB), play, profile):
            high = middle
        else:
            low = middle + 1
    return low * _STEP_KB


def _lives(start, heap, play, profile):
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        world = None
        try:
            world = World(folder, profile=profile, heap=heap, tree=start)
            play(world)
        except (RuntimeDied, ExpectationFailed):
            return False
        finally:
            if world is not None:
                world.close()
    return not [event for event in world.events if event["event"] == "task"]


def _play_the_morning(world):
    player = Player(world)
    for step in parse(_MORNING):
        player.play(step)


def _visit(world):
    """Two cards, two codes and what they do at any lane, admitted or refused."""
    world.advance(2000)
    for name in ("adult", "elder"):
        world.present(name)
        world.advance(1500)
        world.remove()
        world.walk()
        world.advance(2500)
    for name in ("ride", "account"):
        world.scan(name)
        world.advance(2500)
