"""`gatepost play`: a day script, headless, in virtual time; what happened comes out as lines."""

import json
import pathlib
import sys
import time

from simulator.errors import ExpectationFailed, ScriptError
from simulator.script import Player, parse
from simulator.world import World

FAILED = 1
TIMED_OUT = 42
_LIMIT_S = 300


def run_play(file, json_lines, folder, pictures, seed, limit_s=_LIMIT_S):
    """Plays `file` on a fresh journal in `folder`; 0, 1 when an expectation failed, 42 when `limit_s` went by.

    `pictures` is the folder for pictures, or None for none.
    """
    text = pathlib.Path(file).read_text(encoding="utf8")
    steps = parse(text, str(file))
    world = World(folder, seed)
    printer = _Printer(world, json_lines)
    player = Player(world, str(file), _photographer(world, pictures))
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
        world.close()


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
