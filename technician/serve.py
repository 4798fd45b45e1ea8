"""`gatepost serve`: a Linux gate, kiosk or pad in service, as its systemd unit starts it."""

import contextlib
import fcntl
import json
import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from technician import board_settings, provision_home
from technician.board_cli import description_of
from technician.errors import BoardRefused, InputMalformed
from technician.settings_cli import compiled

SERVED = ("linux-gate", "linux-kiosk", "linux-pad")
# What is told on standard output, where the journal of the machine keeps it; --events tells all.
_TOLD = ("boot", "self_test", "mode", "task", "package_refused", "activated", "healthy", "stop", "recovery")


def serve(
    kind: Annotated[str, typer.Argument(metavar="BOARD", help=", ".join(SERVED))],
    settings: Annotated[Path, typer.Option(help="TOML, see gatepost settings.", exists=True, dir_okay=False)],
    home: Annotated[Path, typer.Option(help="The terminal's own folder, as provisioned.", file_okay=False)],
    events: Annotated[
        bool, typer.Option("--events", help="Tell every event, not only what a technician needs.")
    ] = False,
    settled: Annotated[
        int, typer.Option(help="Seconds of good service after which this software is called good.", min=1)
    ] = 60,
    recovery: Annotated[
        bool, typer.Option("--recovery", help="Hold the release at rest and show the fault; nothing can open the gate.")
    ] = False,
):
    """Put this computer into service as a terminal, until SIGTERM. One JSON line an event."""
    if kind not in SERVED:
        raise InputMalformed("no board %r that is a Linux computer; there are: %s" % (kind, ", ".join(SERVED)))
    chosen = compiled(settings)
    if chosen["board"].get("class", kind) != kind:
        raise InputMalformed("%s is for a %s, not for a %s" % (settings, chosen["board"]["class"], kind))
    described = board_settings.board_of(chosen["board"]) or description_of(kind)
    _hold_release(described)
    from boards import linux_start  # drivers and screen: after the release is at its rest

    if recovery:
        linux_start.recover(described, notify, _told(events))
        return
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as used:  # a signal before it serves
        site = opened(home, kind, chosen, used)
        linux_start.LinuxTerminal(home, site, notify, _told(events), _healthy, settled * 1000).run()


def _hold_release(described):
    """The barrier's state is defined before anything else is looked at."""
    if "barrier" in described.can:
        from boards import linux_gate

        linux_gate.hold_release(described)


def opened(home, kind, chosen, used):
    """The site of the terminal in `home`, which nobody else may serve while `used` is open."""
    site = kept_site(home, kind, used)
    if (kind == "linux-pad") != bool(chosen["settings"]["pad"]):
        raise InputMalformed("settings of a linux-pad, and of no other board, have a part [terminal.pad]")
    if kind == "linux-kiosk":
        site["services"] = _services(home)
    return {**site, "settings": chosen["settings"], "board": chosen["board"], **chosen["network"]}


def kept_site(home, kind, used):
    """What provisioning wrote to the site.json of a `kind`, locked while `used` is open; BoardRefused."""
    identity = provision_home.read_identity(home)
    if identity is None:
        raise BoardRefused("%s is no terminal's home: gatepost provision %s --class %s ..." % (home, home, kind))
    if identity["class"] != kind:
        raise BoardRefused("%s is the home of a %s, not of a %s" % (home, identity["class"], kind))
    lock = used.enter_context(open(home / "in-use", "w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BoardRefused("another gatepost serves from %s: stop it first" % home) from None
    try:
        return json.loads((home / "site.json").read_text("utf8"))
    except (OSError, ValueError) as error:
        raise BoardRefused("%s/site.json cannot be read (%s): provision it again" % (home, error)) from None


def _services(home):
    """The compiled services in the home of a kiosk."""
    try:
        return json.loads((home / "services.json").read_text("utf8"))
    except (OSError, ValueError) as error:
        raise BoardRefused(
            "%s/services.json cannot be read (%s): write it there with gatepost services compile" % (home, error)
        ) from None


def notify(text):
    """Tells the service manager, where there is one: sd_notify(3)."""
    place = os.environ.get("NOTIFY_SOCKET")
    if not place:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, contextlib.suppress(OSError):
        line.connect("\0" + place[1:] if place.startswith("@") else place)
        line.sendall(text.encode())


def _told(everything):
    def tell(event, facts):
        if everything or event in _TOLD:
            print(json.dumps({"event": event, **facts}, ensure_ascii=False, default=str))
            sys.stdout.flush()

    return tell


def _healthy():
    """Leaves the mark that `rauc status mark-good` waits for, in the folder that systemd gave this service."""
    folder = os.environ.get("RUNTIME_DIRECTORY")
    if folder:
        Path(folder, "healthy").touch()
