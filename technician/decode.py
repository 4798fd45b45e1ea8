"""`gatepost decode`: what a card or a code says, in words or as JSON."""

import csv
import json
from datetime import datetime, timedelta, timezone
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from technician.errors import InputMalformed
from technician.hexdigits import read_hex
from terminal.civil_time import civil_from_days
from terminal.errors import TerminalError
from terminal.media import purse_files

CHINA = timezone(timedelta(hours=8))
LOG_TYPES = {
    purse_files.LOAD: "load",
    purse_files.PURCHASE: "purchase",
    purse_files.COMPOSITE: "composite",
}
_LOG_SIZE = 23
_FCI_TEMPLATE = 0x6F

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help="JSON instead of words.")]
Keys = Annotated[list[str] | None, typer.Option(metavar="[INDEX=]HEX", help="A public key, 33 or 65 bytes.")]
Digits = Annotated[list[str], typer.Argument(metavar="HEX...", help="Hex digits; spaces are allowed.")]


@app.command()
def fci(
    digits: Digits,
    balance: Annotated[str | None, typer.Option(help="Answer to GET BALANCE, 4 bytes hex.")] = None,
    limit: Annotated[str, typer.Option(help="Overdraft limit, 4 bytes hex.")] = "00000000",
    json_: Json = False,
):
    """A purse's answer to SELECT, or its file 0015 alone."""
    fields = fci_fields(read_hex("".join(digits), "FCI"))
    if balance is not None:
        fields["balance"] = purse_files.parse_balance(_four(balance, "balance"), _four(limit, "limit"))
    _show(fields, json_)


@app.command()
def log(digits: Digits, json_: Json = False):
    """Records of the purse log (file 0018), newest first; stops at the first that was never written."""
    entries = log_entries([read_hex(text, f"record {place}") for place, text in enumerate(digits, 1)])
    if json_:
        typer.echo(json.dumps(entries))
        return
    for entry in entries:
        typer.echo(
            "{time}  {type_name:<9}  {amount:>8} fen  overdraft {overdraft}  counter {counter}  terminal {terminal}".format(
                **entry
            )
        )


@app.command()
def code(
    text: Annotated[
        str, typer.Argument(metavar="HEX|BASE45|PICTURE", help="A code's bytes, its text, or its picture.")
    ],
    root: Keys = None,
    issuer: Keys = None,
    trust: Annotated[Path | None, typer.Option(help="A file with all keys, as a terminal keeps them.")] = None,
    at: Annotated[str | None, typer.Option(help="Judge its time as well: ISO or Unix seconds.")] = None,
    json_: Json = False,
):
    """A ride code or account code: its fields and the verdict on each signature.

    Without --root, --issuer or --trust the demonstration's keys judge it, which prove nothing about a real code.
    """
    from technician import codes

    told = codes.describe(text, root or (), issuer or (), trust, at)
    if json_:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    fields, verdicts = told.pop("fields"), told.pop("signatures")
    _show({**told, **_flat("", fields), **_flat("signature of ", verdicts)}, False)


def fci_fields(data):
    """The fields of an FCI, or of a bare file 0015, as a dictionary."""
    name = None
    if data[:1] == bytes((_FCI_TEMPLATE,)):
        answer = purse_files.parse_fci(data)
        name, application = answer.name.hex().upper(), answer.application
        if application is None:
            raise InputMalformed("this FCI carries no file 0015 (tag 9F0C): give the answer to 00B095001E instead")
    else:
        application = purse_files.parse_0015(data)
    return {
        "serial": application.serial,
        "number": application.number,
        "issuer": application.issuer,
        "city": application.city,
        "city_name": city_name(application.city),
        "valid_from": _date(application.valid_from),
        "valid_to": _date(application.valid_to),
        "application": name,
        "application_type": "%02X" % application.type,
        "version": "%02X" % application.version,
        "balance": None,
    }


def log_entries(records):
    """The written entries of `records` (bytes, each one or several log records of 23 bytes) as dictionaries."""
    entries = []
    for place, data in enumerate(records, 1):
        if len(data) % _LOG_SIZE:
            raise InputMalformed(f"record {place} has {len(data)} bytes, expected {_LOG_SIZE} or a multiple")
        for start in range(0, len(data), _LOG_SIZE):
            try:
                entry = purse_files.parse_0018(data[start : start + _LOG_SIZE])
            except TerminalError as error:
                raise InputMalformed(f"record {place}: {error}") from error
            if entry is None:
                return entries
            entries.append(
                {
                    "counter": entry.counter,
                    "amount": entry.amount,
                    "overdraft": entry.overdraft,
                    "type": "%02X" % entry.type,
                    "type_name": LOG_TYPES.get(entry.type, "unknown"),
                    "terminal": entry.terminal,
                    "time": local_time(entry.time),
                }
            )
    return entries


def city_name(code):
    """The city of a GB/T 13497 code, None when this list does not have it."""
    with resources.files("technician").joinpath("data/cities.csv").open(encoding="utf8") as file:
        for row in csv.DictReader(file):
            if row["code"] == code:
                return row["name"]
    return None


def local_time(utc):
    """ISO time in China without its offset, None for 0."""
    return datetime.fromtimestamp(utc, CHINA).replace(tzinfo=None).isoformat() if utc else None


def _flat(prefix, fields):
    flat = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            flat.update(_flat("%s%s " % (prefix, name), value))
        else:
            flat[prefix + name] = value
    return flat


def _date(days):
    return None if days is None else "%04d-%02d-%02d" % civil_from_days(days)


def _four(text, name):
    data = read_hex(text, name)
    if len(data) != 4:
        raise InputMalformed(f"{name}: {len(data)} bytes, expected 4")
    return data


def _show(fields, json_):
    if json_:
        typer.echo(json.dumps(fields, ensure_ascii=False))
        return
    width = max(map(len, fields))
    for name, value in fields.items():
        typer.echo("%-*s  %s" % (width, name, "-" if value is None else value))
