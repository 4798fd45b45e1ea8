"""`gatepost desk`: the reader of a staff desk on this machine, for the software beside it. docs/desk.md has its line."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from drivers.bus.address import host_and_port
from offline_store.tokens import key_of
from technician.errors import InputMalformed
from technician.folders import data_folder

_JOURNAL_BYTES = 1 << 20
_NOTHING_MS = 60000
_TOKEN, _KEY, _CLASS = "desk.token", "list.key", "linux-desk"


def desk(
    reader: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Part of a PC/SC reader's name; a second one for its other slot."),
    ] = None,
    sam: Annotated[
        str, typer.Option(metavar="NAME", help="The SAM slot that proves cards; without it none is proved.")
    ] = "",
    name: Annotated[str, typer.Option(help="Under which the head-end knows this desk.")] = "desk-1",
    site: Annotated[
        str, typer.Option(metavar="TEXT", help='What stands above the screen: "中文 | English".')
    ] = "服务窗口 | Service desk",
    purposes: Annotated[Path | None, typer.Option(help="TOML file of what may be asked for.", dir_okay=False)] = None,
    port: Annotated[int | None, typer.Option(help="Of the line on this machine.", min=0, max=65535)] = None,
    headend: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Where the consents go.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    folder: Annotated[Path | None, typer.Option(help="Where the desk keeps its data.", file_okay=False)] = None,
    display: Annotated[
        str | None, typer.Option(help="The holder's screen: window, kms, or text on standard output.")
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(
            help="Instead of folder, name, site, headend and lang: the home of a linux-desk, as provisioned. "
            "Such a desk takes hotlists from its head-end.",
            exists=True, file_okay=False,
        ),
    ] = None,
):  # fmt: skip
    """The reader of a staff desk: identity for the software beside it, with the holder's consent on record."""
    place = home or folder or data_folder() / "desk"
    place.mkdir(parents=True, exist_ok=True)
    import asyncio

    with contextlib.ExitStack() as used:
        found = _provisioned(home, used) if home else _plain(place, name, site, lang, bool(sam), headend)
        found["settings"]["desk"] = {"purposes": _purposes(purposes)}
        board, terminal = assemble(place, found, _buses(reader, sam, port), display, used)
        typer.echo("desk: 127.0.0.1 port %d, token in %s" % (board.server.address[1], place / _TOKEN))
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(board, terminal))


def assemble(place, site, buses, display, used):
    """(board, DeskTerminal) with its data in the folder `place`; what has to be closed goes on the stack `used`.

    `site` as in site.json, with the list key in bytes as `key`; `buses`: {part: {"port": name}} over what it says of the board;
    `display`: "window", "kms" or "text", None for what it says, text where it says nothing.
    """
    from boards import air, start
    from boards.description import configured
    from boards.desk_on_board import DeskTerminal
    from boards.linux_desk import BOARD, Desk
    from offline_store.journal import Journal
    from offline_store.media import FileMedium
    from terminal.clock import SystemClock
    from terminal.updates import POLL_TIMEOUT_MS

    described = configured(BOARD, {**site.get("board", {}), **buses})
    clock = SystemClock()
    new_link = start.links(str(place), site, clock)
    board = Desk(
        clock,
        panel_of(display or site.get("board", {}).get("display", {}).get("port"), described),
        new_link(),
        described,
    )
    used.callback(board.server.close)
    medium = used.enter_context(contextlib.closing(FileMedium(str(place / "journal.txj"), _JOURNAL_BYTES)))
    config = {
        "settings": site["settings"],
        "token": _secret(place / _TOKEN, 16),
        "list_key": site["key"],
        "host": site["host"],
        "seed": site["number"],
    }
    if site["host"] and (place / "trust.json").exists():
        config["packages"] = air.hotlist(str(place), site, described, new_link(POLL_TIMEOUT_MS))
    return board, DeskTerminal(board, Journal(medium), config, _log)


def _buses(readers, sam, port):
    """What the command line says of the board; a slot or SAM that it does not name is not there."""
    chosen = {}
    if readers:
        slot, reader = readers[:2] if len(readers) > 1 else ("", readers[0])
        chosen = {"slot": {"port": slot}, "reader": {"port": reader}, "psam": {"port": sam or "no SAM"}}
    if port is not None:
        chosen["software"] = {"port": port}
    return chosen


def _provisioned(home, used):
    """The site of the desk in `home`, which nobody else may serve while `used` is open."""
    from technician.serve import kept_site

    site = kept_site(home, _CLASS, used)
    return {"host": "", **site, "key": key_of(site["list_key"])}


def _plain(place, name, site, lang, prove, headend):
    """The site of a desk that nobody provisioned: it has a key of its own, under which no list of others can be read."""
    server = host_and_port(headend) if headend else ("", 0)
    if server is None:
        raise InputMalformed("the head-end %r: expected HOST:PORT" % headend)
    words = [part.strip() for part in site.split("|")]
    if len(words) != 2:
        raise InputMalformed('the site %r: expected "中文 | English"' % site)
    return {
        "settings": {"terminal": name, "site": words, "language": lang, "prove_social": prove},
        "key": bytes.fromhex(_secret(place / _KEY, 16)),
        "number": int.from_bytes(os.urandom(4), "big"),
        "host": server[0],
        "port": server[1],
    }


def _purposes(path):
    from technician.purposes import SHIPPED, load

    return [
        {key: purpose[key] for key in purpose if key not in ("id", "scenarios")} for purpose in load(path or SHIPPED)
    ]


def panel_of(display, described):
    """What the holder sees."""
    if display in (None, "text"):
        return TextPanel()
    if display not in ("window", "kms"):
        raise InputMalformed("no display %r; there are: window, kms, text" % display)
    from boards.pygame_panel import PygamePanel
    from screens import profiles

    return PygamePanel(profiles.metrics(described.screen), display, described.title)


class TextPanel:
    """A panel for a desk whose screen is this terminal: the words of each picture, one line."""

    def __init__(self):
        self._shown = None

    async def run(self, clock):
        """There is nothing to mind: what is drawn is printed."""
        while True:
            await clock.sleep_ms(_NOTHING_MS)

    def close(self):
        """There is nothing to close."""

    def draw(self, display_list):
        words = " · ".join(op[-1] for op in display_list if op[0] == "t")
        # The clock in the corner is no news.
        news = " · ".join(op[-1] for op in display_list if op[0] == "t" and not op[-1][:1].isdigit())
        if news != self._shown:
            self._shown = news
            typer.echo(words)


def _secret(path, count):
    """The hex digits in `path`, made on first use; nobody but their owner reads them."""
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(count))
    return path.read_text().strip()


def _log(event, **facts):
    """Only what somebody at the desk can do something about."""
    if event in ("task", "journal", "package", "package_refused") or (event == "desk" and "hung_up" in facts):
        typer.echo("%s %s" % (event, " ".join("%s=%s" % pair for pair in facts.items())), err=True)


async def _serve(board, terminal):
    import asyncio

    shown = asyncio.ensure_future(board.panel.run(board.clock))
    serving = asyncio.gather(*terminal.tasks())
    try:
        await asyncio.wait([shown, serving], return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()  # what fell over that nobody keeps alive
    finally:
        serving.cancel()
        shown.cancel()
        board.panel.close()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
