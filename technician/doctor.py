"""`gatepost doctor`: what this machine has, what it lacks, and what to do about it."""

import asyncio
import contextlib
import importlib.util
import json
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

import typer

from offline_store.errors import StoreError
from screens import catalogue
from technician.errors import InputMalformed
from terminal.self_test import Check
from terminal.service_pages import moment


def report(checks, json_):
    """Prints every check; exit code 1 when one is bad."""
    if json_:
        typer.echo(json.dumps([check._asdict() for check in checks], ensure_ascii=False))
    else:
        for check in checks:
            typer.echo("%-8s %-12s %s%s" % (*check[1::-1], check.seen, check.remedy and "; " + check.remedy))
    return 1 if any(check.state == "bad" for check in checks) else 0


def in_words(found):
    """A terminal's own Check with its remedy in words, and its clock as a date."""
    if found.code == "CLOCK":
        found = found._replace(seen=moment(int(found.seen)))
    return found._replace(remedy=catalogue.text("remedy." + found.remedy, "en")) if found.remedy else found


def examine(folder, port, reader=None):
    """The Checks, essential and optional, in the order in which a technician needs them."""
    checks = [python(), fonts(), can_write(folder)]
    checks += stores(folder)
    checks += [free_port(port), display(), audio(), micropython(), smart_cards()]
    if reader is not None:
        checks.append(card_reader(reader))
    return checks


def optional_line():
    """One line about optional things that are away, None when there are none."""
    away = [check.seen for check in (audio(), smart_cards()) if check.state == "lacking"]
    return "Optional and not here: %s (gatepost doctor says more)." % ", ".join(away) if away else None


def python():
    seen = "Python %d.%d.%d" % sys.version_info[:3]
    if (3, 10) <= sys.version_info[:2] <= (3, 14):
        return Check("PYTHON", "good", seen, "")
    return Check("PYTHON", "bad", seen, "install Python 3.10 to 3.14")


def fonts():
    spec = importlib.util.find_spec("screens")
    found = sorted(Path(spec.submodule_search_locations[0], "fonts").glob("*.otf"))
    if found:
        return Check("FONTS", "good", ", ".join(path.name for path in found), "")
    return Check("FONTS", "bad", "no fonts beside the screens", "install Gatepost again: its data files are away")


def can_write(folder):
    """The folder can be made and written; what is tried is removed again."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"doctor")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Check(
            "FOLDER", "bad", "%s: %s" % (folder, error.strerror), "give another --folder, or the right to write"
        )
    free = shutil.disk_usage(folder).free >> 20
    if free < 100:
        return Check("FOLDER", "lacking", "%s: %d MB free" % (folder, free), "make room: journals and lists grow")
    return Check("FOLDER", "good", "%s: writable, %d MB free" % (folder, free), "")


def stores(folder):
    """A Check for each journal and table in the folder, known by its first four bytes."""
    checks = []
    for path in sorted(folder.glob("**/*")) if folder.is_dir() else ():
        try:
            if not path.is_file():
                continue
            with path.open("rb") as file:
                magic = file.read(4)
        except OSError as error:
            checks.append(Check("STORES", "bad", "%s: %s" % (path.name, error.strerror), "give the right to read it"))
            continue
        examined = {b"TXJ1": _journal, b"WLT1": _table}.get(magic)
        if examined:
            try:
                checks.append(examined(path))
            except StoreError as error:
                checks.append(
                    Check("STORES", "bad", "%s: %s" % (path.name, error), "see docs/errors.md, %s" % error.code)
                )
    return checks


def free_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            remedy = "a head-end may be running already; otherwise choose another --port"
            return Check("PORT", "lacking", "port %d: %s" % (port, error.strerror), remedy)
    return Check("PORT", "good", "port %d is free" % port, "")


def display():
    if importlib.util.find_spec("pygame") is None:
        return Check("DISPLAY", "lacking", "pygame is not installed", "without it days are played headless")
    from simulator.window import display_problem

    problem = display_problem()
    if problem:
        return Check("DISPLAY", "lacking", problem, "the simulator plays the day headless")
    named = [name for name in ("WAYLAND_DISPLAY", "DISPLAY", "SDL_VIDEODRIVER") if os.environ.get(name)]
    return Check("DISPLAY", "good", "%s=%s" % (named[0], os.environ[named[0]]) if named else sys.platform, "")


def audio():
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    try:
        importlib.import_module("pygame.mixer")
    except ImportError as error:
        return Check("AUDIO", "lacking", str(error), "tones are shown and not heard; on Debian: libglib2.0-0")
    devices = list(Path("/dev/snd").glob("pcm*p")) if Path("/dev/snd").is_dir() else []
    if devices or os.environ.get("PULSE_SERVER") or sys.platform in ("darwin", "win32"):
        return Check("AUDIO", "good", "a sound device", "")
    return Check("AUDIO", "lacking", "no sound device", "tones are shown and not heard")


def micropython():
    found = shutil.which(
        "micropython", path=os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", "")))
    )
    if found:
        return Check("MICROPYTHON", "good", found, "")
    return Check("MICROPYTHON", "lacking", "no micropython", "only the tests need it: ./run test installs it")


def smart_cards():
    if importlib.util.find_spec("smartcard"):
        return Check("PCSC", "good", "pyscard is installed", "")
    return Check("PCSC", "lacking", "pyscard is not installed", "only USB card readers need it: the extra [pcsc]")


def card_reader(spec):
    """Starts the reader or scanner that `spec` names (as in `gatepost read`) and lets go of it again."""
    from drivers.errors import ReaderError
    from technician import readers

    try:
        with contextlib.ExitStack() as used:
            device = readers.open_device(spec, used)
            started = asyncio.run(device.start())
    except InputMalformed as error:
        return Check("READER", "bad", str(error), "for example serial:/dev/ttyUSB0")
    except ReaderError as error:
        return Check("READER", "bad", str(error), "look at the cable, the device name and the right to use it")
    if started:
        firmware = getattr(device, "firmware", None)
        told = ", firmware %s" % firmware.hex() if firmware else ""
        return Check("READER", "good", "%s answers%s" % (spec, told), "")
    fault = getattr(device, "fault", None)
    if fault:
        return Check("READER", "bad", str(fault), "")
    remedy = "look at TX and RX, the speed and the device's mode switches"
    return Check("READER", "bad", "nothing answers on %s" % spec, remedy)


def _journal(path):
    from technician import journal

    outcome = journal.check(journal.open_journal(path))
    seen = "%s: %d records wait, %d readable" % (path.name, outcome["queued"], outcome["readable"])
    if outcome["faults"]:
        return Check("JOURNAL", "bad", "%s; %s" % (seen, outcome["faults"][0]), "synchronise, then send the file in")
    return Check("JOURNAL", "good", seen, "")


def _table(path):
    from offline_store.media import FileMedium
    from technician import table

    with contextlib.closing(FileMedium(str(path), readonly=True)) as medium:
        if table.root_holds(medium):
            return Check("TABLE", "good", "%s: header and root hold" % path.name, "")
    return Check("TABLE", "bad", "%s: the root does not hold" % path.name, "fetch the list again")
