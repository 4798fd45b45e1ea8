"""`gatepost printer`: the state of a receipt printer, and a page with everything that a document can have."""

import contextlib
from pathlib import Path
from typing import Annotated

import typer

import drivers
from technician.errors import InputMalformed
from terminal.clock import SystemClock
from terminal.self_test import Check, check

TABLE = Path(drivers.__file__).parent / "data" / "gb18030.bin"
_SETTINGS = {"site": ["打印测试", "Printer test"], "terminal": "gatepost"}
_SPEC = "serial:PORT, serial:PORT@SPEED, or a printer port such as /dev/usb/lp0"


def printer(
    device: Annotated[str, typer.Argument(metavar="DEVICE", help=_SPEC)],
    test_page: Annotated[bool, typer.Option("--test-page", help="Print one page with everything.")] = False,
    columns: Annotated[int, typer.Option(help="48 for 80 mm of paper, 32 for 58 mm.")] = 48,
):
    """Ask a receipt printer for its state, and try it. Exit code 1 when it cannot print."""
    import asyncio

    with contextlib.ExitStack() as used:
        state, printed = asyncio.run(_try(open_printer(device, used, columns), test_page))
    typer.echo("%s%s" % (state, "" if printed is None else ", printed and cut" if printed else ", not printed"))
    if state not in ("ready", "near_end") or printed is False:
        raise typer.Exit(1)


def open_printer(device, used, columns=48):
    """The ReceiptPrinter that `device` names; closed with the ExitStack `used`."""
    from drivers.gb18030 import Gb18030
    from drivers.receipt_printer import ReceiptPrinter

    if columns not in (32, 48):
        raise InputMalformed("paper of %d columns: there are 32 and 48" % columns)
    kind, _, name = device.partition(":")
    if kind == "serial" and name:
        from drivers.bus.uart import UART

        port, _, speed = name.partition("@")
        if speed and not speed.isdecimal():
            raise InputMalformed("the speed %r is no number" % speed)
        bus = UART(port, int(speed or 115200))
    elif device.startswith("/"):
        from drivers.bus.printer_file import PrinterFile

        bus = PrinterFile(device)
    else:
        raise InputMalformed("no printer %r: expected %s" % (device, _SPEC))
    used.callback(bus.close)
    return ReceiptPrinter(bus, SystemClock(), Gb18030(str(TABLE)).encode, columns)


def examine(device):
    """The Check of a printer, for `gatepost doctor --printer`."""
    import asyncio

    from drivers.errors import ReaderError
    from technician import doctor

    try:
        with contextlib.ExitStack() as used:
            state, _ = asyncio.run(_try(open_printer(device, used), False))
    except (InputMalformed, ReaderError) as error:
        return Check("PRINTER", "bad", str(error), "for example serial:/dev/ttyUSB1")
    return doctor.in_words(check("PRINTER", state in ("ready", "near_end"), state))


async def _try(device, test_page):
    await device.start()
    printed = None
    if test_page:
        from terminal.pad import paper

        printed = await device.print(paper.test_page(_SETTINGS, SystemClock().utc()))
    return device.state, printed
