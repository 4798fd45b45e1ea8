"""`gatepost`: everything a technician does, one command. What a subcommand needs is imported when it runs."""

import contextlib
import importlib
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from technician import (
    board_cli,
    code_issue,
    decode,
    desk,
    esp32_cli,
    firmware_cli,
    journal,
    linux_cli,
    operator,
    printer,
    readers,
    services,
    settings_cli,
    table_change,
    tariff,
)
from technician.errors import PartMissing
from technician.folders import data_folder
from technician.help_pages import Commands, dress
from technician.serve import serve
from technician.web import web
from terminal.records import RecordError

USAGE = 2
# What a bare installation does not bring, and the extra that does.
EXTRAS = {
    "pygame": "sim", "PIL": "sim", "segno": "sim", "zxingcpp": "sim",
    "starlette": "headend", "uvicorn": "headend", "jinja2": "headend", "gmssl_pyx": "headend",
    "smartcard": "pcsc", "gpiod": "linux",
}  # fmt: skip


app = typer.Typer(
    name="gatepost",
    cls=Commands,
    help="Open terminal firmware for card gates and kiosks: simulate, decode, build lists, diagnose.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(code_issue.app, cls=Commands, name="code", help="Make codes and keys for demonstrations and tests.")
app.add_typer(decode.app, cls=Commands, name="decode", help="Read what a card or a code says.")
app.add_typer(table_change.app, cls=Commands, name="table", help="Build and look into list tables.")
app.add_typer(journal.app, cls=Commands, name="journal", help="Look into a transaction journal.")
app.add_typer(
    operator.app, cls=Commands, name="operator", help="The operator page of the head-end, its accounts and cards."
)
app.add_typer(tariff.app, cls=Commands, name="tariff", help="Check, explain, compile and try tariffs.")
app.add_typer(services.app, cls=Commands, name="services", help="Check, compile and show the services of kiosks.")
app.add_typer(board_cli.app, cls=Commands, name="board", help="Boards: virtual ones, wiring pages, firmware images.")
app.add_typer(esp32_cli.app, cls=Commands, name="esp32", help="Secure boot of ESP32 gates: sign images, burn eFuses.")
app.add_typer(
    settings_cli.app,
    cls=Commands,
    name="settings",
    help="A terminal's settings: check, compile and compare TOML files.",
)
for command in (firmware_cli.build, firmware_cli.sign, linux_cli.units, linux_cli.bundle):
    board_cli.app.command()(command)
for command in board_cli.COMMANDS + (
    readers.read, readers.chip, readers.card, printer.printer, desk.desk, serve, web,
):  # fmt: skip
    app.command()(command)

Profile = Annotated[
    str,
    typer.Option(
        help="The terminal: gate480, bus240, venue480, kiosk1080, pad320:pharmacy, desk480 ...; gatepost sim --list."
    ),
]
Runtime = Annotated[str, typer.Option(help="Where the terminal runs: here, or micropython in a process of its own.")]
Folder = Annotated[Path | None, typer.Option(help="Where the terminal keeps its data.", file_okay=False)]


def _say_version(wanted: bool):
    if wanted:
        from importlib import metadata

        typer.echo(f"gatepost {metadata.version('gatepost')}")
        raise typer.Exit()


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Say the version.", callback=_say_version, is_eager=True)
    ] = False,
):
    pass


@app.command()
def sim(
    folder: Folder = None,
    seed: Annotated[int, typer.Option(help="Same seed, same day.")] = 1,
    headless: Annotated[bool, typer.Option("--headless", help="No window: play the day and print it.")] = False,
    profile: Profile = "gate480",
    runtime: Runtime = "here",
    remote: Annotated[
        int | None, typer.Option(help="Remote control on this port of localhost.", min=0, max=65535)
    ] = None,
    reader: Annotated[str | None, typer.Option(metavar="SPEC", help="A real reader: serial:PORT or pcsc:NAME.")] = None,
    scanner: Annotated[str | None, typer.Option(metavar="SPEC", help="A real scanner: serial:PORT.")] = None,
    camera: Annotated[
        str | None, typer.Option(metavar="PLACE", help="A camera as the scanner: /dev/video0, or a folder of pictures.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Say which terminals there are, and stop.")] = False,
):
    """The simulator: a gate on the desk with cards, phones and a network switch."""
    if listed:
        from technician.sim import list_profiles

        list_profiles()
        return
    from technician import doctor as checks
    from technician.sim import run_sim

    missing = checks.optional_line()
    if missing:
        typer.echo(missing, err=True)
    raise typer.Exit(
        run_sim(folder or data_folder(), seed, headless, profile, runtime, remote, reader, scanner, camera)
    )


@app.command()
def play(
    file: Annotated[Path, typer.Argument(help="A day script.")],
    json_lines: Annotated[bool, typer.Option("--json", help="One JSON line an event.")] = False,
    folder: Folder = None,
    pictures: Annotated[Path | None, typer.Option(help="Folder for the pictures of the screens.")] = None,
    film: Annotated[Path | None, typer.Option(help="Film the desk: a .gif or .webp file.", dir_okay=False)] = None,
    profile: Profile = "gate480",
    runtime: Runtime = "here",
    seed: Annotated[int, typer.Option(help="Same seed, same day.")] = 1,
):
    """Play a day script headless. Exit code 0, 1 when an expectation fails, 42 when its time is over."""
    from technician.play import run_play

    with contextlib.ExitStack() as used:
        kept = folder or used.enter_context(tempfile.TemporaryDirectory(prefix="gatepost-"))
        raise typer.Exit(run_play(file, json_lines, kept, pictures, seed, profile=profile, runtime=runtime, film=film))


@app.command()
def headend(
    folder: Annotated[Path | None, typer.Option(help="Where the head-end keeps its data.", file_okay=False)] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8470,
    back_end: Annotated[
        str | None, typer.Option(metavar="NAME", help="Services of kiosks: demonstration, or MODULE:FUNCTION.")
    ] = None,
    public: Annotated[str | None, typer.Option(metavar="URL", help="How telephones reach this head-end.")] = None,
    tls_name: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Speak mutual TLS under this name or address; repeatable.")
    ] = None,
):
    """The other end of the sync, embedded: keeps every record it acknowledges."""
    from headend import server
    from headend.logs import log_as_json

    log_as_json()
    place = folder or data_folder() / "headend"
    operation = place / "keys" / "operation.sm2"  # made by the operator page; without it nobody is told signed time
    sign = None
    if operation.exists():
        from headend.operator_keys import signing_key

        sign = signing_key(operation)[1]
    desk = back_end and services.desk(place, back_end, public)
    server.serve(place, host, port, tls_names=tuple(tls_name or ()), sign=sign, desk=desk)


@app.command()
def doctor(
    folder: Folder = None,
    port: Annotated[int, typer.Option(help="The embedded head-end's port.", min=1, max=65535)] = 8470,
    reader: Annotated[str | None, typer.Option(help="Also start a reader or scanner, named as for `read`.")] = None,
    printer_: Annotated[
        str | None, typer.Option("--printer", help="Also ask a printer, named as for `printer`.")
    ] = None,
    board: Annotated[str | None, typer.Option(help="Let the terminal at this serial port examine itself.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="JSON instead of words.")] = False,
):
    """Look whether this machine, or a terminal, has what it needs. Exit code 1 when something essential fails."""
    from technician import doctor as checks

    found = board_cli.examine(board) if board else checks.examine(folder or data_folder(), port, reader)
    if printer_:
        found.append(printer.examine(printer_))
    raise typer.Exit(checks.report(found, json_))


dress(app)


def _families():
    """The errors that are answers: one line and an exit code, no traceback."""
    named = [OSError, RecordError]
    modules = [
        room + ".errors" for room in ("terminal", "drivers", "offline_store", "headend", "simulator", "technician")
    ]
    for name in (*modules, "terminal.more_errors"):
        module = importlib.import_module(name)
        named += [item for item in vars(module).values() if isinstance(item, type) and issubclass(item, Exception)]
    return tuple(named)


def _stop(number, frame):
    raise KeyboardInterrupt


def main():
    """The entry point of `gatepost`. SIGINT and SIGTERM end what runs in order, also where a shell had them ignored."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # whichever module draws first
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    try:
        app()
    except ModuleNotFoundError as error:
        module = error.name.partition(".")[0]
        if module not in EXTRAS:
            raise
        _refuse(PartMissing("this needs %s, which is not installed: add the extra [%s]" % (module, EXTRAS[module])))
    except _families() as error:
        if "--debug" in sys.argv[1:]:
            raise
        _refuse(error)


def _refuse(error):
    code = getattr(error, "code", None)
    if isinstance(error, OSError) and not code and error.strerror:  # without Python's "[Errno 2]"
        error = "%s: %s" % (error.filename, error.strerror) if error.filename else error.strerror
    print("gatepost: %s%s" % (error, " [%s]" % code if code else ""), file=sys.stderr)
    sys.exit(USAGE)


if __name__ == "__main__":
    main()
