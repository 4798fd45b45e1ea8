"""`gatepost board units | bundle`: a Linux terminal's software as a service, and as bundles for its updater."""

from pathlib import Path
from typing import Annotated

import typer

from technician.board_cli import description_of
from technician.errors import InputMalformed
from technician.serve import SERVED

Kind = Annotated[str, typer.Option("--class", help=", ".join(SERVED))]


def units(
    root: Annotated[Path, typer.Argument(file_okay=False, help="Root of the file system to write into.")],
    kind: Kind,
    bootloader: Annotated[str, typer.Option(help="barebox, uboot, grub or efi.")] = "uboot",
):
    """Write the systemd units of a Linux terminal and the configuration of its updater, RAUC."""
    from technician import linux_bundle

    for path in linux_bundle.units(root, _linux(kind), bootloader):
        typer.echo(str(path))


def bundle(
    kind: Annotated[str, typer.Argument(metavar="CLASS", help="linux-gate, linux-kiosk or linux-pad.")],
    version: Annotated[int, typer.Argument(help="Higher than what terminals run.", min=1)],
    rootfs: Annotated[Path, typer.Argument(exists=True, help="A root file system: its folder, or an image.")],
    out: Annotated[Path, typer.Argument(dir_okay=False, help="A .raucb.")],
    cert: Annotated[Path, typer.Option(help="PEM of the signer's certificate.", exists=True)],
    key: Annotated[str, typer.Option(help="PEM of the signer's key, or a PKCS#11 URL.")],
    floor: Annotated[int, typer.Option(help="Oldest version that may be installed once this one is good.", min=0)] = 0,
):
    """Make the signed bundle by which a Linux terminal's other slot is written."""
    from technician import linux_bundle

    linux_bundle.bundle(_linux(kind), version, rootfs, out, cert, key, floor)
    typer.echo("%s: version %d for %s, %d bytes" % (out, version, kind, out.stat().st_size))


def _linux(kind):
    described = description_of(kind)
    if kind not in SERVED:
        raise InputMalformed("a %s is not served as a Linux terminal; there are: %s" % (kind, ", ".join(SERVED)))
    return described
