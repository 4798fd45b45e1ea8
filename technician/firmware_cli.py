"""`gatepost board build | sign`: firmware packages, signed here or where the key of the role lies."""

import time
from pathlib import Path
from typing import Annotated

import typer

from technician.errors import InputMalformed

Key = Annotated[
    Path | None,
    typer.Option(help="Key file of the role firmware, see gatepost operator keys.", exists=True, dir_okay=False),
]
Trust = Annotated[
    Path | None,
    typer.Option(
        help="With --key: trust.json of the terminals, which have to believe it.", exists=True, dir_okay=False
    ),
]


def build(
    kind: Annotated[str, typer.Argument(metavar="CLASS", help="Such as esp32s3-gate.")],
    version: Annotated[int, typer.Argument(help="Higher than what boards run.", min=1)],
    out: Annotated[Path, typer.Argument(help="The package to write, a .gpk.", dir_okay=False)],
    key: Key = None,
    trust: Trust = None,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="Signed elsewhere, by gatepost board sign.")] = False,
    demonstration_key: Annotated[
        bool, typer.Option("--demonstration-key", help="Sign with the simulator's key, which protects nothing.")
    ] = False,
    virtual: Annotated[bool, typer.Option("--virtual", help="For the virtual board.")] = False,
    floor: Annotated[int, typer.Option(help="Oldest version one may go back to.", min=0)] = 0,
    days: Annotated[int, typer.Option(help="How long it may be installed.", min=1)] = 365,
):
    """Compile the firmware of a board and put it into a package, with one of --key, --unsigned, --demonstration-key."""
    from technician import update_image
    from technician.board_cli import description_of

    if (key is not None) + unsigned + demonstration_key != 1:
        raise InputMalformed(
            "say who signs, with one of --key FILE --trust FILE, --unsigned (then gatepost board sign where the key"
            " lies) or --demonstration-key, which protects nothing"
        )
    signer = None
    if key is not None:
        signer = _signer(key, trust, kind)
    elif demonstration_key:
        from simulator.codes import demonstration_key as key_named

        demonstration = key_named("firmware")
        signer = (demonstration.public, demonstration.sign)
    description = description_of(kind)
    files = update_image.firmware(description, "host" if virtual else None)
    now = int(time.time())
    package = update_image.pack(kind, version, files, signer, (now - 86400, now + days * 86400), floor)
    out.write_bytes(package)
    typer.echo("%s: version %d for %s, %d files, %d bytes" % (out, version, kind, len(files), len(package)))
    if demonstration_key:
        typer.echo("signed with the demonstration key, which protects nothing: for benches and virtual boards only")
    elif unsigned:
        typer.echo("not signed: no board takes it before gatepost board sign")


def sign(
    image: Annotated[Path, typer.Argument(help="A package of board build.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Argument(help="The signed package to write, a .gpk.", dir_okay=False)],
    key: Key = None,
    trust: Trust = None,
):
    """Sign a firmware package with the key of its role, on a machine that may have no network.

    The whole package is checked first. Signatures that it had are taken off.
    """
    from headend.packages import sign_package
    from technician import update_image

    if key is None:
        raise InputMalformed("name the key file with --key")
    raw = image.read_bytes()
    header, _, files = update_image.unpack(raw)
    out.write_bytes(sign_package(raw, [_signer(key, trust, header.target)]))
    days = [time.strftime("%Y-%m-%d", time.gmtime(at)) for at in (header.valid_from, header.valid_until)]
    told = (out, header.version, header.target, header.floor, *days, len(files), header.digest.hex())
    typer.echo("%s: signed version %d for %s, floor %d, valid %s to %s, %d files, SHA-256 %s" % told)


def _signer(path, trust, target):
    """(compressed key, sign(message)) of a key file. InputMalformed when `trust` names another key for firmware."""
    from headend.operator_keys import signing_key
    from technician.flash import trust_of

    if trust is None:
        raise InputMalformed(
            "name the trust.json of your terminals with --trust: what they do not believe is not signed"
        )
    signer = signing_key(path)
    roles = trust_of(trust, target).roles
    if roles.get("firmware") != signer[0]:
        others = sorted(kind for kind in roles if roles[kind] == signer[0])
        raise InputMalformed(
            "%s is not the key of the role firmware in %s: it is %s"
            % (path, trust, "the key of " + ", ".join(others) if others else "not named there")
        )
    return signer
