"""`gatepost settings`: TOML for people, checked against the terminal's own rules, compiled to what a terminal loads."""

import json
from pathlib import Path
from typing import Annotated

import typer

from technician import board_settings
from technician.errors import InputMalformed, SettingsWrong
from terminal.errors import SettingsInvalid
from terminal.settings import DEFAULTS, complete

app = typer.Typer(no_args_is_help=True, add_completion=False)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="Settings in TOML.")]

_SECTIONS = ("terminal", "network", "board")
_NETWORK = {"host": str, "port": int}


@app.command()
def check(file: File):
    """Say whether a settings file can be used. Exit code 2 names what is wrong with it."""
    compiled(file)
    typer.echo("%s: good" % file)


@app.command("compile")
def compile_(file: File, out: Annotated[Path | None, typer.Option(help="Instead of standard output.")] = None):
    """Canonical JSON: sorted, complete with every default, the same bytes for the same settings."""
    text = canonical(compiled(file))
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n", "utf8")


@app.command()
def diff(old: File, new: File):
    """What differs, defaults included. Exit code 1 when something does."""
    before, after = _flat(compiled(old)), _flat(compiled(new))
    changed = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    for name in changed:
        typer.echo("%-24s %s -> %s" % (name, _show(before, name), _show(after, name)))
    raise typer.Exit(1 if changed else 0)


def compiled(path):
    """{"settings": ..., "network": ..., "board": ...} of a TOML file. InputMalformed, SettingsWrong."""
    try:
        fields = _toml().loads(Path(path).read_text("utf8"))
    except ValueError as error:
        raise InputMalformed("%s is no TOML: %s" % (path, error)) from None
    unknown = sorted(set(fields) - set(_SECTIONS))
    if unknown:
        raise SettingsWrong("%s: no section %s; there are: %s" % (path, ", ".join(unknown), ", ".join(_SECTIONS)))
    known = set(DEFAULTS) | {"terminal", "site"}
    strange = sorted(set(fields.get("terminal", {})) - known)
    if strange:
        raise SettingsWrong("%s: no setting %s; there are: %s" % (path, ", ".join(strange), ", ".join(sorted(known))))
    try:
        settings = complete(fields.get("terminal", {}))
    except SettingsInvalid as error:
        raise SettingsWrong("%s: %s" % (path, error)) from None
    board = fields.get("board", {})
    board_settings.check(path, board)
    return {"board": board, "network": _network(path, fields.get("network", {})), "settings": settings}


def _network(path, fields):
    for name, value in fields.items():
        if name not in _NETWORK or not isinstance(value, _NETWORK[name]) or isinstance(value, bool):
            raise SettingsWrong("%s: network.%s is %r: expected host (text) and port (number)" % (path, name, value))
    if fields and (len(fields) != len(_NETWORK) or not 0 < fields["port"] < 65536):
        raise SettingsWrong("%s: [network] wants a host and a port from 1 to 65535" % path)
    return fields


def canonical(fields):
    """The one text of these settings."""
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _flat(fields):
    flat = {}
    for section, values in fields.items():
        for name, value in values.items():
            whole = "%s.%s" % (section, name)
            if section == "board" and isinstance(value, dict):
                flat.update(_flat({whole: value}))
            else:
                flat[whole] = value
    return flat


def _show(fields, name):
    return json.dumps(fields[name], ensure_ascii=False) if name in fields else "(none)"


def _toml():
    try:
        import tomllib
    except ImportError:  # CPython 3.10
        import tomli as tomllib
    return tomllib
