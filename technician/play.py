"""`gatepost play`: a day script, headless, in virtual time; what happened comes out as lines."""

import functools
import json
import pathlib
import sys
import time

from simulator.errors import ExpectationFailed, ScriptError
from simulator.script import Player, parse
from simulator.world import World
from technician.errors import InputMalformed
from technician.text_file import read_text

FAILED = 1
TIMED_OUT = 42
_LIMIT_S = 300
RUNTIMES = ("here", "micropython")


def run_play(
    file, json_lines, folder, pictures, seed, limit_s=_LIMIT_S, profile="gate480", runtime="here", film=None
):  # fmt: skip
    """Plays `file` on a fresh journal in `folder`; 0, 1 when an expectation failed, 42 when `limit_s` went by.

    `pictures` is the folder for pictures, `film` the file for a film, None for none; `runtime` is one of RUNTIMES.
    """
    steps = parse(read_text(pathlib.Path(file)), str(file))
    if film:
        _check_film(pathlib.Path(film))
    if steps and steps[0].verb == "profile":
        profile = steps[0].arguments[0]
    world = open_world(folder, seed, profile, **far_terminal(runtime))
    filmed = _filmed(world) if film else world
    printer = _Printer(world, json_lines)
    player = Player(filmed, str(file), _photographer(world, pictures))
    end = time.monotonic() + limit_s
    try:
        for step in steps:
            player.play(step)
            printer.flush()
            if time.monotonic() > end:
                print("line %d: the script took longer than %d s" % (step.line, limit_s), file=sys.stderr)
                return TIMED_OUT
        return printer.verdict()
    except (ExpectationFailed, ScriptError) as failure:
        printer.flush()
        print(failure, file=sys.stderr)
        return FAILED
    finally:
        if film:
            print("%s: %d frames" % (film, filmed.save(film)), file=sys.stderr)
        world.close()


def open_world(folder, seed, profile, **options):
    """A World, whose kiosks have the shipped services of the places where they stand."""
    return World(folder, seed, profile, menu=_menu, **options)


@functools.cache
def _menu(place):
    from technician import services, services_file  # a gate has none

    return services_file.load(services.SHIPPED, place)


def far_terminal(runtime):
    """What a World is told about its terminal's process: nothing, or heap and modules of the MicroPython one."""
    if runtime not in RUNTIMES:
        raise InputMalformed("no runtime %r; there are: %s" % (runtime, ", ".join(RUNTIMES)))
    if runtime == "here":
        return {}
    import platformdirs

    from simulator.far_bench import compile_terminal, far_world

    return far_world(compile_terminal(pathlib.Path(platformdirs.user_cache_dir("gatepost")) / "micropython"))


def _check_film(path):
    """Before the day is played, not after it."""
    if path.suffix not in (".gif", ".webp"):
        raise InputMalformed("%s: write a name that ends in .gif or .webp" % path)
    if not path.absolute().parent.is_dir():
        raise InputMalformed("%s: there is no folder %s" % (path, path.parent))


def _filmed(world):
    from simulator.window_film import FilmedWorld

    return FilmedWorld(world)


def _photographer(world, folder):
    if folder is None:
        return None
    from simulator.window import picture

    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return lambda name: picture(world, folder / (name + ".png"))


class _Printer:
    """Prints the events that were not printed yet; counts the tasks that fell over."""

    def __init__(self, world, json_lines):
        self._world = world
        self._json = json_lines
        self._printed = 0
        self._failures = 0

    def flush(self):
        events = self._world.events
        for event in events[self._printed :]:
            if event["event"] == "task":
                self._failures += 1
            if self._json:
                print(json.dumps(event, ensure_ascii=False), flush=True)
            else:
                facts = ["%s=%s" % item for item in event.items() if item[0] not in ("at", "event")]
                print("%s  %-10s %s" % (event["at"], event["event"], " ".join(facts)))
        self._printed = len(events)

    def verdict(self):
        if self._failures:
            print("%d task failure(s) in the terminal, see the lines above" % self._failures, file=sys.stderr)
            return FAILED
        return 0
