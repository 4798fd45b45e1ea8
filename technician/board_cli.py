"""`gatepost scan | provision | flash | update | rollback | logs | report | label` and `gatepost board ...`."""

import contextlib
import json
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from technician.errors import InputMalformed

app = typer.Typer(no_args_is_help=True, add_completion=False)
_PATIENCE_S = 20
_SITE = ("number", "tariff", "codes", "list_key")

Ports = Annotated[list[str], typer.Argument(metavar="PORT...", help="Serial ports, for example /dev/ttyACM0.")]
MaybePorts = Annotated[list[str] | None, typer.Argument(metavar="[PORT...]", help="Without: every serial port on USB.")]
Trust = Annotated[Path | None, typer.Option(help="The keys to believe, as given to provision: checked here, too.")]
Image = Annotated[
    Path, typer.Argument(metavar="IMAGE", help="A package of gatepost board build.", exists=True, dir_okay=False)
]
JobFile = Annotated[Path | None, typer.Option("--job", help="One JSON line a board, written as soon as it is done.")]
Resume = Annotated[bool, typer.Option("--resume", help="Leave out boards that the job file says are done.")]
Patience = Annotated[float, typer.Option(help="Seconds to wait for a board that does not answer.", min=0)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent.")]


def description_of(name):
    """The Board of a class. InputMalformed names those that there are."""
    from boards import description
    from technician import board_settings

    if name not in description.NAMES:
        raise InputMalformed("no board %r; there are: %s" % (name, ", ".join(description.NAMES)))
    return board_settings.described(name)


@app.command("virtual")
def virtual(
    kind: Annotated[str, typer.Option("--class", help="Which board it is.")] = "esp32s3-gate",
    folder: Annotated[Path | None, typer.Option(help="Keeps its flash between starts.", file_okay=False)] = None,
    card: Annotated[str | None, typer.Option(help="A card of the simulator's tray that lies on its reader.")] = None,
):
    """A board without a board: prints its port and serves it until interrupted. SIGUSR1 pulls its plug for a moment."""
    from simulator.residents import Residents
    from simulator.virtual_board import VirtualBoard

    description = description_of(kind)
    if not description.heap_kb or description.architecture == "host":
        raise InputMalformed("a %s is a computer of its own: only microcontroller boards are virtual" % kind)
    stop = threading.Event()
    with contextlib.ExitStack() as used:
        place = folder or used.enter_context(tempfile.TemporaryDirectory(prefix="gatepost-"))
        board = used.enter_context(VirtualBoard(place, description))
        if card is not None:
            with board.hardware.lock:
                board.hardware.reader.insert(Residents().card(card, board.hardware.reader))
        signal.signal(signal.SIGUSR1, lambda *_: (board.pull_plug(), time.sleep(0.2), board.plug_in()))
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        typer.echo(board.path)
        with contextlib.suppress(KeyboardInterrupt):
            while not stop.wait(0.5):
                pass


@app.command("demonstration")
def demonstration(
    kind: Annotated[str, typer.Argument(metavar="CLASS", help="Such as esp32s3-gate.")],
    folder: Annotated[Path, typer.Argument(help="Where they are written.", file_okay=False)],
):
    """Write all that provisioning a board of that class asks for, with keys and cards that protect nothing."""
    from technician import demonstration as demo

    for path in demo.write(folder, description_of(kind)):
        typer.echo(str(path))


@app.command("wiring")
def wiring(folder: Annotated[Path, typer.Option(file_okay=False)] = Path("docs/boards")):
    """Write the wiring page and drawing of every board, from its file."""
    from boards import description
    from technician import board_drawing, board_pages

    for name in description.NAMES:
        board = description_of(name)
        for end, text in ((".md", board_pages.page(board)), (".svg", board_drawing.drawing(board))):
            path = folder / (name + end)
            path.write_text(text, "utf8")
            typer.echo(str(path))


@app.command("sizes")
def sizes():
    """What the firmware takes on each kind of processor and board."""
    from technician import board_pages

    for line in board_pages.sizes():
        typer.echo(line)


def scan(
    ports: MaybePorts = None, json_: Annotated[bool, typer.Option("--json", help="JSON instead of words.")] = False
):
    """Say what is on the serial ports: class, name, serial, firmware. Boards that serve are interrupted and restarted."""
    from technician import board, flash

    def look(port):
        with board.visit(port) as link:
            identity = board.identify(link)
            state = board.slots(link) if identity.loader else None
            link.restart()
            return {"port": port, "state": "seen", **identity.__dict__, "slots": state}

    found = flash.several(_all(ports), look)
    for facts in found:
        typer.echo(json.dumps(facts) if json_ else _seen(facts))
    raise typer.Exit(1 if any(facts["state"] == "failed" for facts in found) else 0)


def examine(port):
    """The Checks of the terminal at `port`, made by its own firmware; it is restarted afterwards."""
    from technician import board, doctor
    from terminal.self_test import Check

    with board.visit(port) as link:
        found = [doctor.in_words(Check(*row)) for row in board.examine(link)]
        link.restart()
    return found


def _seen(facts):
    if facts["state"] == "failed":
        return "%-16s %s [%s]" % (facts["port"], facts["why"].removeprefix(facts["port"]).lstrip(": "), facts["code"])
    slots = facts["slots"] or {}
    version = slots.get("versions", {}).get(slots.get("active"))
    failed = slots.get("failed")
    who = "%s %s" % (facts["target"], facts["name"]) if facts["target"] else "not provisioned"
    words = "%-16s %s, %s, " % (facts["port"], who, facts["serial"])
    words += "version %s" % version if version else "no firmware"
    return words + ("; version %s went back: %s" % (failed["version"], failed["why"]) if failed else "")


def _all(ports):
    if ports:
        return ports
    from serial.tools import list_ports

    found = [entry.device for entry in list_ports.comports() if entry.vid is not None]
    if not found:
        raise InputMalformed("no serial port on USB of this machine: plug a board in, or name its port")
    return found


def provision(
    port: Annotated[
        str, typer.Argument(metavar="PORT|HOME", help="The board's serial port, or the folder of a Linux terminal.")
    ],
    kind: Annotated[str, typer.Option("--class", help="The board's class.")],
    settings: Annotated[Path, typer.Option(help="TOML, see gatepost settings.", exists=True)],
    trust: Annotated[Path, typer.Option(help="JSON: roots, threshold, roles; public keys in hex.", exists=True)],
    site: Annotated[Path, typer.Option(help="JSON: number, tariff, codes, list_key (32 hex digits).", exists=True)],
    authority: Annotated[Path | None, typer.Option(help="Folder of the head-end's certificate authority.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Although it is another terminal already.")] = False,
    label: Annotated[Path | None, typer.Option(help="Also write its label, .svg or .pdf.")] = None,
    whitelist: Annotated[
        Path | None, typer.Option(help="A list to begin with, see gatepost table.", exists=True)
    ] = None,
):
    """Make a bare board one of ours: loader, identity, keys to believe; its own key is made on it and stays there.

    For a Linux terminal PORT is the folder on this computer that becomes its home.
    """
    from headend.certificates import Authority
    from technician import board_settings
    from technician import flash as flashing
    from technician.settings_cli import compiled
    from technician.text_file import read_json

    chosen = compiled(settings)
    described = board_settings.board_of(chosen["board"]) or description_of(kind)
    if described.name != kind:
        raise InputMalformed("%s is for a %s, not for a %s" % (settings, described.name, kind))
    if described.architecture == "host":
        from technician.provision_home import provision as provisioned

        port = Path(port)
    else:
        from technician.provision import provision as provisioned
    facts = provisioned(
        port, described, chosen["settings"]["terminal"], read_json(trust, *flashing.TRUST),
        {
            **read_json(site, *_SITE), "settings": chosen["settings"], "board": chosen["board"],
            **chosen["network"],
        },
        Authority(authority) if authority else None, replace, whitelist,
    )  # fmt: skip
    typer.echo(json.dumps(facts))
    if label is not None:
        _label(facts, label)


def flash(
    image: Image,
    ports: Ports,
    job: JobFile = None,
    resume: Resume = False,
    dry_run: DryRun = False,
    trust: Trust = None,
    patience: Patience = _PATIENCE_S,
    interpreter: Annotated[
        bool, typer.Option("--interpreter", help="IMAGE is the interpreter's own, for a bare ESP32.")
    ] = False,
    chip: Annotated[str, typer.Option(help="With --interpreter: which ESP32 it is.")] = "esp32s3",
    download_mode: Annotated[
        bool, typer.Option("--download-mode", help="With --interpreter: BOOT was held, the chip waits already.")
    ] = False,
):
    """Bring firmware onto boards: what is missing, into the resting slot, a trial start, confirmed or gone back."""
    from technician import flash as flashing

    if interpreter:
        from technician import esp32_cli

        _tell(esp32_cli.write_interpreter(image, ports, chip, download_mode, dry_run))
    chosen = flashing.load(image, flashing.read_trust(trust, image))
    if dry_run:
        _tell(flashing.several(ports, lambda port: flashing.plan(port, chosen)))
    _tell(_flashed(chosen, ports, flashing.Job(job, resume), patience))


def _flashed(chosen, ports, book, patience):
    """The facts of each board, which are in the job's book, too."""
    from technician import flash as flashing
    from technician import progress

    with progress.shown({port: port for port in ports}) as report:

        def work(port):
            done = book.finished(port, chosen.digest)
            if done is None:
                done = flashing.flash(port, chosen, _counter(report, port, flashing.total(chosen)), patience)
                book.write(done)
            return done

        found = flashing.several(ports, work)
    for facts in found:
        if facts["state"] == "failed":
            book.write(facts)
    return found


def _counter(report, port, whole):
    """A `moved` for one port: counts up to the whole, whatever was sent twice."""
    done = [0]

    def moved(count):
        done[0] = min(done[0] + count, whole)
        report(port, done[0], whole)

    return moved


def update(image: Image, ports: MaybePorts = None, trust: Trust = None, job: JobFile = None):
    """Bring every board of the image's class on this machine's ports up to it; others are left alone."""
    from technician import board
    from technician import flash as flashing

    chosen = flashing.load(image, flashing.read_trust(trust, image))

    def ours(port):
        with board.visit(port) as link:
            identity = board.identify(link)
            state = board.slots(link) if identity.loader else {"versions": {}, "active": None}
            link.restart()
        current = state["versions"].get(state["active"])
        wanted = identity.target == chosen.header.target and current != chosen.header.version
        return {"port": port, "state": "wanted" if wanted else "left alone"}

    found = flashing.several(_all(ports), ours)
    others = [facts for facts in found if facts["state"] != "wanted"]
    if not ports:  # every port is tried, and what does not answer need not be a board
        for facts in others:
            typer.echo(json.dumps(facts))
        others = []
    wanted = [facts["port"] for facts in found if facts["state"] == "wanted"]
    _tell(others + (_flashed(chosen, wanted, flashing.Job(job, False), _PATIENCE_S) if wanted else []))


def rollback(ports: Ports):
    """Put the version before on trial again, if it was ever confirmed and is not below the floor."""
    from technician import flash as flashing

    _tell(flashing.several(ports, flashing.rollback))


def logs(port: Annotated[str, typer.Argument(metavar="PORT", help="The board's serial port.")]):
    """The board's log ring, oldest first: one JSON line an event. The terminal is out of service meanwhile."""
    from technician import board
    from technician.errors import BoardFailed

    with board.visit(port) as link:
        for name in ("/log.1", "/log.0"):
            with contextlib.suppress(BoardFailed):  # a ring that is not full yet has one file
                typer.echo(link.read(name).decode("utf8", "replace"), nl=False)
        link.restart()


def report(
    job: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="JOB", help="What flash --job wrote.")],
):
    """What a job file says: how many boards are done, which are not and why. Exit code 1 when some are not."""
    from technician.text_file import read_json_lines

    last = {facts["port"]: facts for facts in read_json_lines(job, "port", "state")}
    failed = [facts for facts in last.values() if facts["state"] == "failed"]
    typer.echo("%d of %d boards are done" % (len(last) - len(failed), len(last)))
    for facts in failed:
        typer.echo("%-16s %s [%s]" % (facts["port"], facts["why"], facts["code"]))
    raise typer.Exit(1 if failed else 0)


def label(
    port: Annotated[str, typer.Argument(metavar="PORT", help="The board's serial port.")],
    out: Annotated[Path, typer.Argument(dir_okay=False, help="A .svg or .pdf.")],
):
    """The label for a provisioned board's housing: serial, class, name and key fingerprint as a QR code."""
    from technician import board

    with board.visit(port) as link:
        identity = board.identify(link)
        board.require(identity, identity.target, port)
        key = link.run(
            "from terminal import boot_key\nprint(hexlify(boot_key.fingerprint('/device.key')).decode())"
        ).strip()
        link.restart()
    _label({"class": identity.target, "name": identity.name, "serial": identity.serial, "key": key}, out)


def _label(facts, path):
    from technician import label as labels

    labels.write(facts, path)
    typer.echo("%s: %s" % (path, labels.content(facts)))


def _tell(found):
    """One JSON line a board on standard output, and the exit code."""
    for facts in found:
        typer.echo(json.dumps(facts))
    raise typer.Exit(1 if any(facts["state"] == "failed" for facts in found) else 0)


COMMANDS = (scan, provision, flash, update, rollback, logs, report, label)
