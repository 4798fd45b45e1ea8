"""Screens and the desk: the kiosk's frame, the first frame, a day in virtual time, drawing and heap under MicroPython."""

import contextlib
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from tests import board_interpreter

_SCRIPTS = [board_interpreter.ROOT / "simulator" / "scripts" / name for name in ("metro_gate.txt", "card_day.txt")]
_FRAMES = 20
_FIRST_FRAME = """
import sys
from simulator.world import World
from simulator import window
window.pygame.init()
world = World(sys.argv[1], headend=False)
shown = window.Window(world)
surface = window.pygame.display.set_mode((1280, 800))
world.advance(20)
shown.draw(surface)
window.pygame.display.flip()
world.close()
"""


def main(options):
    """Prints each figure with the load of the machine: on a busy one only the ratios mean something."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    print("load %.1f on %d processors" % (os.getloadavg()[0], os.cpu_count()))
    for name, ms in _kiosk_frames():
        print("kiosk 1080x1920, pygame, %-26s %6.1f ms" % (name, ms))
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        folder = pathlib.Path(folder)
        print("from start to the window's first frame %27.2f s" % _first_frame(folder))
        for script in _SCRIPTS:
            taken, profile, steps = _day(folder / script.stem, script)
            print("%-14s %3d steps, begun at a %s, played headless in %6.2f s" % (script.name, steps, profile, taken))
        tree = board_interpreter.compile_tree(
            folder / "mpy", ("benchmarks/__init__.py", "benchmarks/on_stopwatch.py", "benchmarks/on_screens.py")
        )
        script = board_interpreter.BOOT + "from benchmarks import on_screens\non_screens.run()"
        done = board_interpreter.run(["-c", script], tree, heap="1m")
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        print(done.stdout, end="")


def _kiosk_frames():
    """(name, ms): every screen for the first time, then all of them over and over."""
    import pygame

    from screens.pygame_backend import Painter
    from tests.portable import screen_states

    surface = pygame.Surface((1080, 1920))
    painter = Painter()
    lists = [case[-1] for case in screen_states.kiosk_cases() if case[1] == "kiosk1080" and case[2] == "zh"]
    first = [_ms(lambda ops=ops: painter.draw(surface, ops)) for ops in lists]
    again = [_ms(lambda ops=ops: painter.draw(surface, ops)) for _ in range(_FRAMES) for ops in lists]
    yield "drawn for the first time", statistics.median(first)
    yield "drawn again, median", statistics.median(again)
    yield "drawn again, slowest", max(again)


def _ms(work):
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _first_frame(folder):
    command = [sys.executable, "-c", _FIRST_FRAME]
    subprocess.run([*command, str(folder / "warm")], check=True, cwd=board_interpreter.ROOT, capture_output=True)
    started = time.perf_counter()
    subprocess.run([*command, str(folder / "warm")], check=True, cwd=board_interpreter.ROOT, capture_output=True)
    return time.perf_counter() - started


def _day(folder, script):
    """(real seconds, first profile, steps) of a shipped day, headless, its head-end a real server; the world's start is in it."""
    from simulator.script import parse
    from technician.play import run_play

    steps = parse(script.read_text("utf8"))
    profile = steps[0].arguments[0] if steps[0].verb == "profile" else "gate480"
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        started = time.perf_counter()
        code = run_play(script, True, folder, None, 1)
        taken = time.perf_counter() - started
    if code:
        raise SystemExit("%s ended with %d" % (script.name, code))
    return taken, profile, len(steps)
