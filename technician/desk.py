"""`gatepost desk`: the reader of a staff desk on this machine, for the software beside it. docs/desk.md has its line."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from technician.errors import InputMalformed
from technician.folders import data_folder

_JOURNAL_BYTES = 1 << 20
_TOKEN, _KEY = "desk.token", "list.key"


def desk(
    reader: Annotated[
        list[str], typer.Option(metavar="NAME", help="Part of a PC/SC reader's name; a second one for its other slot.")
    ],
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
):
    """The reader of a staff desk: identity for the software beside it, with the holder's consent on record."""
    place = folder or data_folder() / "desk"
    place.mkdir(parents=True, exist_ok=True)
    import asyncio

    with contextlib.ExitStack() as used:
        board, terminal = assemble(
            place, reader, sam, _settings(name, site, purposes, lang, bool(sam)), port, headend, used
        )
        typer.echo("desk: 127.0.0.1 port %d, token in %s" % (board.server.address[1], place / _TOKEN))
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(board, terminal))


def assemble(place, readers, sam, settings, port, headend, used):
    """(board, DeskTerminal) with its data in the folder `place`; what has to be closed goes on the stack `used`."""
    from boards.description import configured
    from boards.desk_on_board import DeskTerminal
    from boards.linux_desk import BOARD, Desk
    from offline_store.journal import Journal
    from offline_store.media import FileMedium
    from terminal.clock import SystemClock

    slot, reader = readers[:2] if len(readers) > 1 else ("", readers[0])
    chosen = {"slot": {"port": slot}, "reader": {"port": reader}, "psam": {"port": sam or "no SAM"}}
    if port is not None:
        chosen["software"] = {"port": port}
    clock = SystemClock()
    board = Desk(clock, TextPanel(), _link(headend, clock), configured(BOARD, chosen))
    used.callback(board.server.close)
    medium = used.enter_context(contextlib.closing(FileMedium(str(place / "journal.txj"), _JOURNAL_BYTES)))
    config = {
        "settings": settings,
        "token": _secret(place / _TOKEN, 16),
        "list_key": bytes.fromhex(_secret(place / _KEY, 16)),
        "host": (headend or "").partition(":")[0],
        "seed": int.from_bytes(os.urandom(4), "big"),
    }
    return board, DeskTerminal(board, Journal(medium), None, config, _log)


def _settings(name, site, purposes, lang, prove):
    from technician.purposes import SHIPPED, load

    words = [part.strip() for part in site.split("|")]
    if len(words) != 2:
        raise InputMalformed('the site %r: expected "中文 | English"' % site)
    asked = [
        {key: purpose[key] for key in purpose if key not in ("id", "scenarios")}
        for purpose in load(purposes or SHIPPED)
    ]
    return {"terminal": name, "site": words, "language": lang, "prove_social": prove, "desk": {"purposes": asked}}


class TextPanel:
    """A panel for a desk whose screen is this terminal: the words of each picture, one line."""

    def __init__(self):
        self._shown = None

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


def _link(headend, clock):
    if not headend:
        from boards.no_link import NoLink

        return NoLink()
    from drivers.bus.socket import TcpLink

    host, _, port = headend.rpartition(":")
    if not host or not port.isdigit():
        raise InputMalformed("the head-end %r: expected HOST:PORT" % headend)
    return TcpLink(host, int(port), clock)


def _log(event, **facts):
    """Only what somebody at the desk can do something about."""
    if event in ("task", "journal") or (event == "desk" and "hung_up" in facts):
        typer.echo("%s %s" % (event, " ".join("%s=%s" % pair for pair in facts.items())), err=True)


async def _serve(board, terminal):
    import asyncio

    await asyncio.gather(*terminal.tasks())
