"""`gatepost sim`: the window, or without a display the day played headless."""

import pathlib
import sys
import tempfile

from rich.progress import Progress

from simulator.world import World
from technician.play import far_terminal, run_play

SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "simulator" / "scripts" / "metro_gate.txt"


def run_sim(folder, seed, headless, profile="gate480", runtime="here"):
    """The exit code of the window, or of the played day when there is no display to open it on."""
    if not headless:
        from simulator import window

        problem = window.display_problem()
        if problem is None:
            with Progress(transient=True) as progress:
                world = World(folder, seed, profile, progress=_bar(progress), **far_terminal(runtime))
            try:
                return window.main(world)
            finally:
                world.close()
        print("No window: %s. The day is played headless instead." % problem, file=sys.stderr)
    return _play_the_day(folder, seed)


def _play_the_day(folder, seed):
    """Plays the shipped day on a journal of its own, so that every start tells the same story."""
    pictures = pathlib.Path(folder) / "pictures"
    with tempfile.TemporaryDirectory(prefix="gatepost-") as scratch:
        outcome = run_play(SCRIPT, False, scratch, pictures, seed)
    print("Pictures are in %s" % pictures)
    return outcome


def _bar(progress):
    """A progress callback for the first build of the demonstration list."""
    task = progress.add_task("Building the demonstration list", total=None)
    return lambda stage, done, total: progress.update(task, completed=done, total=total)
