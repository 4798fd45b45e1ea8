"""`gatepost table`: list tables, from a CSV to what a terminal looks into."""

import contextlib
import hashlib
import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

import typer

from offline_store.errors import RowError
from technician.errors import InputMalformed, ListMalformed
from technician.hexdigits import read_hex

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
File = Annotated[Path, typer.Argument(help="A table's file.", dir_okay=False)]
Key = Annotated[str | None, typer.Option(help="The list key, 16 bytes hex.")]
KeyFile = Annotated[Path | None, typer.Option(help="A file with the list key: 16 bytes, or their hex digits.")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of words.")]

_STATES = ("not_listed", "listed", "damaged")
_STAGES = {"read": "rows read", "write": "blocks written"}
_KEY_SIZE = 16


@app.command()
def build(
    source: Annotated[Path, typer.Argument(metavar="CSV", help="Columns scheme,number,class,status,valid_to.")],
    out: Annotated[Path, typer.Argument(help="The table to write.")],
    key: Key = None,
    key_file: KeyFile = None,
    epoch: Annotated[int, typer.Option(min=1, help="The list's version; terminals never go back.")] = 1,
    hotlist: Annotated[bool, typer.Option("--hotlist", help="A list of refused holders.")] = False,
    base: Annotated[Path | None, typer.Option(help="The table before, so that a delta between the two fits.")] = None,
    not_after: Annotated[str | None, typer.Option(help="Last valid day, YYYY-MM-DD.")] = None,
    bad_lines: Annotated[int, typer.Option(min=1, help="How many bad lines to name.")] = 20,
    json_: Json = False,
):
    """Build a table from a CSV list: whole, or not at all. It is as old as the CSV file."""
    from offline_store.table_build import build as build_table
    from technician import list_csv, progress

    list_key = read_key(key, key_file)
    ends = _end_of_day(not_after)
    with contextlib.ExitStack() as used:
        lines = used.enter_context(source.open(newline="", encoding="utf-8-sig"))
        report = used.enter_context(progress.shown(_STAGES))
        before = used.enter_context(opened_table(base, list_key)) if base else None
        try:
            header = build_table(
                list_csv.rows(lines, bad_lines), str(out), list_key, epoch=epoch, hotlist=hotlist,
                not_before=int(source.stat().st_mtime), not_after=ends,
                profiles=list_csv.profiles(), value_bytes=list_csv.RECORD_SIZE, base=before, progress=report,
            )  # fmt: skip
        except RowError:
            lines.seek(0)
            twice = list_csv.duplicates(lines, bad_lines)
            if not twice:
                raise
            raise ListMalformed("\n".join(twice)) from None
    show(_fields(header), json_)


@app.command()
def info(file: File, json_: Json = False):
    """What the table's header says; no key is needed."""
    with opened(file) as medium:
        from offline_store.table_format import read_header

        show(_fields(read_header(medium)), json_)


@app.command()
def look(
    file: File,
    scheme: Annotated[str, typer.Argument(help="social_card, purse, ride_code or account_code.")],
    number: Annotated[str, typer.Argument(help="The number, as in the CSV.")],
    key: Key = None,
    key_file: KeyFile = None,
    json_: Json = False,
):
    """What the table says of one holder. Exit code 0 listed, 1 not listed, 3 damaged."""
    from offline_store.table import DAMAGED, LISTED

    token = token_of_number(scheme, number)
    with opened_table(file, read_key(key, key_file)) as table:
        listing = table.look(token)
        fields = {"state": _STATES[listing.state], "status": None, "class": None, "valid_to": None}
        if listing.state == LISTED:
            fields.update(_profile(table.profiles, listing.profile))
            fields["valid_to"] = _day(listing.expiry_day)
        fields["block"] = listing.block
    show(fields, json_)
    raise typer.Exit({LISTED: 0, DAMAGED: 3}.get(listing.state, 1))


@app.command()
def verify(file: File, key: Key = None, key_file: KeyFile = None, json_: Json = False):
    """Read every block of the table. Exit code 1 when one is damaged or the root does not hold."""
    with opened_table(file, read_key(key, key_file)) as table:
        damaged, whole = examine(table)
        blocks = table.header.home_blocks + 1
    show({"blocks": blocks, "damaged": damaged, "root_holds": whole}, json_)
    raise typer.Exit(1 if damaged or not whole else 0)


def examine(table):
    """(numbers of damaged blocks, does the root hold) of an open Table."""
    root = table.begin_root()
    damaged = []
    for number in range(table.header.home_blocks + 1):
        if not table.load(number):
            damaged.append(number)
        table.add_to_root(root)
    return damaged, root.digest() == table.header.root


def root_holds(medium):
    """Do header and block tags hash to the root the header names? Needs no key, and does not look into the blocks."""
    from offline_store.table_format import BLOCK_HEADER, HEADER_BYTES, ROOTED_BYTES, TAG_AT, read_header

    header = read_header(medium)
    root = hashlib.sha256(bytes(header.raw[:ROOTED_BYTES]))
    tag = bytearray(BLOCK_HEADER - TAG_AT)
    for number in range(header.home_blocks + 1):
        medium.read_into(HEADER_BYTES + number * header.block_size + TAG_AT, tag)
        root.update(tag)
    return root.digest() == header.root


def read_key(key, key_file):
    """The 16 bytes of a list key given as hex or as a file."""
    if (key is None) == (key_file is None):
        raise InputMalformed("the list key is needed: give either --key or --key-file")
    if key is not None:
        data = read_hex(key, "list key")
    else:
        data = key_file.read_bytes()
        if len(data) != _KEY_SIZE:
            data = read_hex(data.decode("ascii", "replace"), "list key file")
    if len(data) != _KEY_SIZE:
        raise InputMalformed("list key of %d bytes, expected %d" % (len(data), _KEY_SIZE))
    return data


def token_of_number(scheme, number):
    """The token of a holder named as in a CSV line."""
    from headend import registry_csv

    try:
        return registry_csv.token_of_number(scheme, number)
    except ValueError as error:
        raise InputMalformed(str(error)) from None


@contextlib.contextmanager
def opened(file, readonly=True):
    """The medium of a file, closed again."""
    from offline_store.media import FileMedium

    if Path(file).is_dir():
        raise InputMalformed("%s is a folder, expected a file" % file)

    with contextlib.closing(FileMedium(str(file), readonly=readonly)) as medium:
        yield medium


@contextlib.contextmanager
def opened_table(file, list_key, readonly=True):
    """The Table in a file, closed again."""
    from offline_store.table import Table

    with opened(file, readonly) as medium:
        yield Table(medium, list_key)


def _fields(header):
    from offline_store.table_format import FINGERPRINT, HOTLIST, KEYED_TAGS

    return {
        "list": header.list_id.hex(),
        "key_id": header.key_id.hex(),
        "kind": "hotlist" if header.flags & HOTLIST else "whitelist",
        "exact": not header.flags & FINGERPRINT,
        "keyed_tags": bool(header.flags & KEYED_TAGS),
        "epoch": header.epoch,
        "entries": header.count,
        "blocks": header.home_blocks + 1,
        "block_size": header.block_size,
        "bytes": header.size,
        "not_before": _moment(header.not_before),
        "not_after": _moment(header.not_after),
        "root": header.root.hex(),
        "signed": header.signature_algorithm != 0,
    }


def _profile(profiles, number):
    from headend.registry_csv import STATUSES
    from terminal.media.credential import CLASSES

    status, holder_class = profiles[number * 4 : number * 4 + 2]
    names = {value: name for name, value in STATUSES.items()}
    return {
        "status": names.get(status, "unknown"),
        "class": CLASSES[holder_class] if holder_class < len(CLASSES) else "unknown",
    }


def _day(day):
    return (date(1970, 1, 1) + timedelta(day)).isoformat() if day else None


def _moment(utc):
    return datetime.fromtimestamp(utc, timezone.utc).isoformat() if utc else None


def _end_of_day(text):
    if text is None:
        return 0
    try:
        day = date.fromisoformat(text) + timedelta(1)
    except ValueError:
        raise InputMalformed("%r is no date YYYY-MM-DD" % text) from None
    return int(datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=8))).timestamp())


def show(fields, json_):
    """Prints a dictionary in words, or as JSON."""
    if json_:
        typer.echo(json.dumps(fields))
        return
    width = max(map(len, fields))
    for name, value in fields.items():
        typer.echo("%-*s  %s" % (width, name, "-" if value is None else value))
