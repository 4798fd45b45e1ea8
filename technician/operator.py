"""`gatepost operator`: the operator page, its accounts, and cards into the registry."""

import os
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from technician.errors import InputMalformed
from technician.folders import data_folder

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
FLEET = ("GATEPOST_NATS", "GATEPOST_NATS_SYSTEM", "GATEPOST_LEDGER", "GATEPOST_PARTS")
OWN_KEYS = ("lists", "operation", "slips")
SIGNED_HERE = {"whitelist": "lists", "delta": "lists", "hotlist": "lists", "settings": "operation"}
Fleet = Annotated[
    bool, typer.Option("--fleet", help="Over the servers that the environment names (%s)." % ", ".join(FLEET[:3]))
]
Folder = Annotated[Path | None, typer.Option(help="The head-end's data folder.", file_okay=False)]


def _folder(folder):
    return folder or data_folder() / "headend"


def _fleet(chosen):
    """What the environment says of the fleet, or None for the head-end in the folder."""
    if not chosen:
        return None
    from headend.nats_config import unset

    lacking = unset(os.environ)
    if lacking:
        raise typer.BadParameter(lacking)
    return {name: os.environ[name] for name in FLEET if name in os.environ}


@app.command()
def serve(
    folder: Folder = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8471,
    fleet: Fleet = False,
):
    """Serve the operator page over the head-end's folder, or over a fleet's servers."""
    from headend.logs import log_as_json
    from headend.operator_keys import signing_key
    from headend.operator_server import serve_operator
    from headend.registry import list_key

    log_as_json()
    place = _folder(folder)
    lists, operation = (signing_key(place / "keys" / name) for name in ("lists.sm2", "operation.sm2"))
    serve_operator(place, list_key(place), lists, operation, host, port, _fleet(fleet))


@app.command()
def user(
    name: Annotated[str, typer.Argument(help="Who logs in.")],
    role: Annotated[str, typer.Option(help="operator, technician or auditor.")],
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)],
    folder: Folder = None,
):
    """Make or change an account; its sessions end."""
    from headend.accounts import Accounts
    from headend.operator_store import open_operator_store

    with closing(open_operator_store(_folder(folder))) as db:
        Accounts(db).add(name, role, password)
    typer.echo("%s may log in as %s" % (name, role))


@app.command()
def cards(
    source: Annotated[
        Path, typer.Argument(metavar="CSV", help="Columns scheme,number,class,status,valid_to[,product].")
    ],
    folder: Folder = None,
    replace: Annotated[bool, typer.Option("--replace", help="Drop every card that the file does not name.")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="Send the list to the terminals at once.")] = False,
    fleet: Fleet = False,
):
    """Take cards into the registry: all lines or none."""
    import asyncio

    from headend.registry import Registry, list_key

    place = _folder(folder)
    with closing(Registry(place, list_key(place))) as registry:
        with source.open(newline="", encoding="utf-8-sig") as lines:
            typer.echo("%d cards taken" % registry.import_csv(lines, replace))
        if publish:
            typer.echo("%s %d published" % asyncio.run(_publish(registry, place, _fleet(fleet))))


async def _publish(registry, place, fleet):
    from headend.operator_keys import signing_key
    from headend.operator_server import open_engine
    from headend.registry_lists import ListPublisher

    engine = await open_engine(place, fleet)
    try:
        signer = signing_key(place / "keys" / "lists.sm2")
        return await ListPublisher(registry, place, engine.state, engine.blobs, signer).publish_whitelist()
    finally:
        await engine.close()


@app.command()
def revoke(
    serial: Annotated[str, typer.Argument(help="Serial number of a terminal's certificate, in hex.")],
    folder: Folder = None,
    fleet: Fleet = False,
):
    """Take no request any more that comes with this certificate: a gate was stolen."""
    import asyncio

    from headend.operator_server import open_engine
    from headend.revocation import revoke as revoke_serial

    if not serial or set(serial) - set("0123456789abcdefABCDEF"):
        raise typer.BadParameter("%r is no hex number" % serial)

    async def play():
        engine = await open_engine(_folder(folder), _fleet(fleet))
        try:
            await revoke_serial(engine.state, serial)
        finally:
            await engine.close()

    asyncio.run(play())
    typer.echo("revoked")


@app.command()
def keys(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE...]", help="Key files instead; made where there is none.")
    ] = None,
    folder: Folder = None,
):
    """The public keys that a keys package has to name: lists, operation for the role settings, slips for issuer 200."""
    from headend.operator_keys import signing_key

    for name in OWN_KEYS if not files else ():
        typer.echo("%-9s  %s" % (name, _own_key(folder, name).hex()))
    for path in files or ():
        there = path.exists()
        typer.echo("%-9s  %s%s" % (path, signing_key(path)[0].hex(), "" if there else "  made now"))


def _own_key(folder, name):
    from headend.operator_keys import signing_key

    return signing_key(_folder(folder) / "keys" / (name + ".sm2"))[0]


@app.command()
def trust(
    out: Annotated[Path, typer.Argument(help="The trust.json to write, for provision and flash.", dir_okay=False)],
    root: Annotated[list[str], typer.Option(metavar="KEY", help="A root: key file, or public key in hex. Repeat it.")],
    threshold: Annotated[int, typer.Option(help="How many roots sign together.", min=1)] = 1,
    role: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND=KEY", help="Who signs a kind of package: firmware, tariff, services ... Repeat it."),
    ] = None,
    folder: Folder = None,
):
    """Write whom terminals believe: roots, and a key for each kind of package.

    The head-end's own keys stand for whitelist, delta, hotlist and settings unless --role names others.
    """
    from headend.packages import keys_payload
    from terminal.package import KINDS, MOST_SIGNATURES

    roots = [_public_key(text) for text in root]
    if len(set(roots)) != len(roots) or not threshold <= len(roots) <= MOST_SIGNATURES:
        raise InputMalformed(
            "%d different roots, %d of them together: expected at most %d roots, each named once, and a threshold that"
            " they reach" % (len(set(roots)), threshold, MOST_SIGNATURES)
        )
    chosen = dict(each.partition("=")[::2] for each in role or ())
    for kind in chosen:
        if kind not in KINDS or kind == "keys":
            raise InputMalformed(
                "no role %r; there are: %s" % (kind, ", ".join(each for each in KINDS if each != "keys"))
            )
    roles = {kind: _public_key(text) for kind, text in chosen.items()}
    ours = [kind for kind in SIGNED_HERE if kind not in roles]
    for kind in ours:
        roles[kind] = _own_key(folder, SIGNED_HERE[kind])
    out.write_bytes(keys_payload(roots, threshold, roles) + b"\n")
    without = [kind for kind in KINDS if kind not in roles and kind != "keys"]
    typer.echo("%s: roots %d, threshold %d, keys for %s" % (out, len(roots), threshold, ", ".join(sorted(roles))))
    if ours:
        typer.echo("%s: signed by the head-end in %s" % (", ".join(ours), _folder(folder)))
    if without:
        typer.echo("terminals will take no %s: nobody is named for it" % ", no ".join(without))


def _public_key(text):
    """The compressed key in a key file, or in hex digits. InputMalformed when it is neither."""
    from headend.operator_keys import signing_key
    from terminal.crypto import sm2

    if Path(text).is_file():
        return signing_key(text)[0]
    if len(text) != 66 or set(text) - set("0123456789abcdefABCDEF") or sm2.point_of(bytes.fromhex(text)) is None:
        raise InputMalformed("%s is neither a key file nor a public key, 66 hex digits" % text)
    return bytes.fromhex(text)
