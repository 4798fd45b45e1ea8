"""`gatepost read`, `chip` and `card`: what lies on a reader, and virtual chips and cards for other programs."""

import contextlib
import json
import os
import select
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer

from drivers.bus.address import host_and_port
from drivers.errors import PortAbsent, ReaderTimeout
from technician.decode import CHINA, city_name
from technician.errors import InputMalformed
from terminal.clock import SystemClock

_POLL_MS = 20
_SPECS = "serial:PORT, pcsc:NAME, qr:PORT, qr5a:PORT or keyboard"

Json = Annotated[bool, typer.Option("--json", help="JSON instead of words.")]


def read(
    reader: Annotated[str, typer.Option(metavar="SPEC", help="%s; NAME is part of a PC/SC reader's name." % _SPECS)],
    wait: Annotated[float, typer.Option(help="Seconds to wait for a card or code.", min=0)] = 30,
    json_: Json = False,
):
    """Read the card or code that is presented. Exit code 1 when none is."""
    import asyncio

    with contextlib.ExitStack() as used:
        device = open_device(reader, used)
        told = asyncio.run(_first(device, reader, wait))
    if told is None:
        typer.echo("nothing was presented in %g s" % wait, err=True)
        raise typer.Exit(1)
    if json_:
        typer.echo(json.dumps(told))
    else:
        for name, value in told.items():
            typer.echo("%-14s %s" % (name, value))


def chip(
    kind: Annotated[str, typer.Argument(metavar="CHIP", help="pn532, or gpio")] = "pn532",
    card: Annotated[list[str] | None, typer.Option(help="A card of the simulator's tray; may be repeated.")] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Of the GPIO chip: board.gpio of a linux-gate's settings.", file_okay=False)
    ] = None,
):
    """Serve an emulated chip for other programs, until interrupted. Prints the path of its port or folder.

    pn532: a reader on a pseudo terminal. gpio: a folder of the form of /sys/class/gpio with a turnstile on its lines,
    whose lines it tells as they change.
    """
    from simulator.pty_chip import PtyChip

    if kind == "gpio" and folder is not None:
        _serve_turnstile(folder)
        return
    if kind != "pn532":
        raise InputMalformed("no emulated chip %r; there are: pn532, and gpio with --folder" % kind)
    served = PtyChip()
    for name in card or ():
        served.chip.insert(_named_card(name, served.chip))
    typer.echo(served.path)
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        served.serve()


def _serve_turnstile(folder):
    from boards.linux_gate import BOARD
    from simulator.gpio_chip import GpioChip

    turnstile = GpioChip(folder, BOARD)
    typer.echo(str(folder))
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            for name, level in turnstile.turn():
                typer.echo("%s %d" % (name, level))
                sys.stdout.flush()
            time.sleep(0.02)


def card(
    name: Annotated[str, typer.Argument(help="A card of the simulator's tray, or sam.")],
    vpcd: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="A slot of vsmartcard's virtual reader.")
    ] = "localhost",
):
    """Put a virtual card into a virtual PC/SC reader, until interrupted or the reader goes away."""
    from simulator import residents
    from simulator.vpcd import DEFAULT_PORT, InsertedCard

    address = host_and_port(vpcd, DEFAULT_PORT)
    if address is None:
        raise InputMalformed("%r is no HOST:PORT; vpcd listens on %d unless told otherwise" % (vpcd, DEFAULT_PORT))
    chosen = residents.psam() if name == "sam" else _named_card(name, None)
    try:
        inserted = InsertedCard(chosen, *address)
    except OSError as error:
        raise PortAbsent(
            "no virtual reader at %s:%d (%s): start pcscd with vsmartcard's vpcd" % (*address, error)
        ) from None
    typer.echo("%s is in the reader at %s:%d" % (name, *address))
    sys.stdout.flush()
    try:
        inserted.wait()
    except KeyboardInterrupt:
        inserted.remove()


def _named_card(name, emulated):
    from simulator.residents import Residents

    people = Residents()
    names = [entry.name for entry in people.tray if entry.kind == "card"]
    if emulated is None:
        names.remove("torn")  # it is pulled off a field; nobody pulls it out of a slot
    if name not in names:
        raise InputMalformed("no card %r; there are: %s" % (name, ", ".join(names)))
    return people.card(name, emulated)


def open_device(spec, used):
    """The reader or scanner that `spec` names; what has to be closed goes on the stack `used`."""
    kind, _, place = spec.partition(":")
    clock = SystemClock()
    if kind == "pcsc":
        from drivers.pcsc import PcscReader

        return PcscReader(place, clock)
    if kind == "keyboard":
        from drivers.keyboard_wedge import KeyboardWedge

        return KeyboardWedge(_TypedText(), clock)
    if kind not in ("serial", "qr", "qr5a") or not place:
        raise InputMalformed("reader %r; write %s" % (spec, _SPECS))
    from drivers.bus.uart import UART
    from drivers.pn532 import Pn532
    from drivers.qr_engine import QrEngine
    from drivers.qr_engine_5a import QrEngine5A

    driver, speed = {"serial": (Pn532, 115200), "qr": (QrEngine, 9600), "qr5a": (QrEngine5A, 9600)}[kind]
    return driver(used.enter_context(contextlib.closing(UART(place, speed))), clock)


async def _first(device, spec, wait):
    """What is presented first, as a dictionary; None when the time is over."""
    if not await device.start():
        raise getattr(device, "fault", None) or ReaderTimeout(
            "nothing answers on %s: look at supply, TX and RX, and the device's mode switches" % spec
        )
    clock = SystemClock()
    deadline = clock.deadline(int(wait * 1000))
    while True:
        presented = await device.poll()
        if isinstance(presented, bytes):
            return {"medium": "code", "bytes": presented.hex().upper(), "length": len(presented)}
        if presented is not None:
            told = await _card(presented)
            await device.release()
            return told
        if clock.passed(deadline):
            return None
        await clock.sleep_ms(_POLL_MS)


async def _card(channel):
    from terminal.media import purse, social_card

    told = {"medium": "card", "uid": channel.uid.hex().upper(), "ats": channel.ats.hex().upper()}
    social = await social_card.read(channel)
    if social is not None:
        told["identification"] = social.identification.hex().upper()
        told["version"] = social.version
        told["partial"] = social.partial
        told["expires"] = _day(social_card.credential_of(social).valid_to)
    money = await purse.read(channel)
    if money is not None:
        credential = purse.credential_of(money)
        told["serial"] = money.application.serial
        told["issuer"] = money.application.issuer
        told["city"] = credential.region
        told["city_name"] = city_name(credential.region)
        told["holder_class"] = credential.holder_class
        told["valid_to"] = _day(credential.valid_to)
        told["balance"] = credential.balance
    return told


def _day(valid_to):
    """ISO date of the last day of a validity that ends at `valid_to` (UTC seconds, 0: not stated)."""
    if not valid_to:
        return None
    return datetime.fromtimestamp(valid_to - 1, timezone.utc).astimezone(CHINA).date().isoformat()


class _TypedText:
    """Standard input as a source of typed codes."""

    def any(self):
        return 1 if select.select([sys.stdin], [], [], 0)[0] else 0

    def readinto(self, buffer):
        data = os.read(sys.stdin.fileno(), len(buffer))
        buffer[: len(data)] = data
        return len(data)
