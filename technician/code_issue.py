"""`gatepost code`: codes and keys for demonstrations and tests, made with published keys that guard nothing."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from technician.errors import InputMalformed
from technician.hexdigits import read_hex

app = typer.Typer(no_args_is_help=True, add_completion=False)

_KINDS = ("ride", "account", "chain")
_SUFFIXES = (".svg", ".png")


@app.command()
def issue(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="ride, account or chain (the re-scan code).")],
    at: Annotated[str | None, typer.Option(help="When the phone makes it: Unix seconds or ISO time; now.")] = None,
    account: Annotated[str, typer.Option(help="Whose: 16 hex digits, or up to 16 characters for ride.")] = "",
    since: Annotated[str | None, typer.Option(help="chain: when its account code was made; as --at.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Also draw it: a .svg or .png file.", dir_okay=False)] = None,
    raw: Annotated[bool, typer.Option("--raw", help="The picture holds bytes, not base45 text.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="JSON instead of words.")] = False,
):
    """Make a code as a phone shows it, signed with the demonstration keys; `gatepost decode code` reads it."""
    if kind not in _KINDS:
        raise InputMalformed("no code %r; there are: %s" % (kind, ", ".join(_KINDS)))
    if picture is not None and picture.suffix not in _SUFFIXES:
        raise InputMalformed("%s: write a name that ends in %s" % (picture, " or ".join(_SUFFIXES)))
    from simulator import codes as phone
    from technician.codes import moment

    now = int(time.time()) if at is None else moment(at)
    code = _made(kind, now, now if since is None else moment(since), account)
    text = phone.as_text(code)
    if picture is not None:
        import segno

        drawn = segno.make(code if raw else text, error="l", micro=False, boost_error=False)
        drawn.save(str(picture), scale=6, border=4)
    told = {"kind": kind, "bytes": len(code), "hex": code.hex().upper(), "text": text}
    if json_:
        typer.echo(json.dumps(told))
    else:
        typer.echo("\n".join("%-6s %s" % item for item in told.items()))


@app.command()
def keys():
    """The keys by which a terminal believes these codes, as JSON for `--trust` files and `decode code --trust`."""
    from simulator import codes as phone

    typer.echo(json.dumps(phone.demonstration_trust(), indent=2))


def _made(kind, now, since, account):
    from simulator import codes as phone

    if kind == "ride":
        if len(account) > 16 or not account.isascii():
            raise InputMalformed("account %r: up to 16 ASCII characters" % account)
        return phone.issue_ride_code((account or "DEMO").encode(), "31048301000000000201", now)
    owner = read_hex(account, "account") if account else b"DEMO0001"
    if len(owner) != 8:
        raise InputMalformed("account of %d bytes, 8 expected" % len(owner))
    if kind == "account":
        return phone.issue_account_code(owner, now, chain=phone.Chain(owner, now))
    chain = phone.Chain(owner, since)
    if not 0 <= (now - since) // chain.period < chain.steps:
        raise InputMalformed(
            "--at lies outside of the chain, which lasts %d s from --since" % (chain.period * chain.steps)
        )
    return chain.issue(now)
