"""`gatepost sim`: the window, or without a display the day played headless."""

import contextlib
import os
import pathlib
import secrets
import sys
import tempfile
import time

from rich.console import Console
from rich.progress import Progress

from technician.play import far_terminal, open_world, run_play

SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "simulator" / "scripts" / "metro_gate.txt"
_LIVE_STEP_S = 0.02


def run_sim(
    folder, seed, headless, profile="gate480", runtime="here", remote=None, reader=None, scanner=None, camera=None
):
    """The exit code of the window, or of the played day when there is no display to open it on.

    `remote`: the port of the remote control, which also keeps a terminal without a window alive; None for none.
    `reader`, `scanner`, `camera`: real hardware, named as for simulator.real_hardware.
    """
    problem = None
    if not headless:
        from simulator import window

        problem = window.display_problem()
    if problem:
        print("No window: %s." % problem, file=sys.stderr)
    if (headless or problem) and remote is None:
        return _play_the_day(folder, seed)
    with contextlib.ExitStack() as used:
        real = _real(reader, scanner, camera, used)
        with Progress(transient=True, console=Console(stderr=True)) as progress:
            world = open_world(folder, seed, profile, progress=_bar(progress), real=real, **far_terminal(runtime))
        used.callback(world.close)
        polls = []
        if remote is not None:
            control = used.enter_context(contextlib.closing(_remote(world, remote)))
            if headless or problem:
                return _live(world, control)
            polls.append(control.poll)
        return window.main(world, polls=polls)


def list_profiles():
    """Prints every terminal that there is: profile, kind, where it stands."""
    from simulator import demo_site, looks

    for profile in looks.LANES + looks.KIOSKS + looks.PADS + looks.DESKS:
        for place in demo_site.places(profile) or (None,):
            name = profile if place is None else "%s:%s" % (profile, place)
            site = demo_site.config(1, profile, place)["settings"]["site"]
            print("%-22s %-6s %s | %s" % (name, looks.kind(profile), *site))


def _real(reader, scanner, camera, used):
    """What World takes as `real`."""
    from simulator import real_hardware

    made = {}
    if reader:
        made["reader"] = real_hardware.reader(reader, used)
    if scanner:
        made["scanner"] = real_hardware.scanner(scanner, used)
    if camera:
        made["scanner"] = real_hardware.camera(camera, used)
    return made


def _remote(world, port):
    from simulator.remote import RemoteControl

    token = os.environ.get("GATEPOST_TOKEN") or secrets.token_urlsafe(12)
    control = RemoteControl(world, token, port)
    print("remote control: 127.0.0.1 port %d token %s" % (control.port, token), flush=True)
    return control


def _live(world, control):
    """Lets the world's time go as the wall clock's does, until interrupted."""
    last = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            control.poll(_LIVE_STEP_S)
            ms = int((time.monotonic() - last) * 1000)
            last += ms / 1000
            world.advance(ms)
    return 0


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
