"""`gatepost esp32 sign | secure`: secure boot of ESP32 gates. What cannot be undone is typed."""

from pathlib import Path
from typing import Annotated

import typer

from technician.errors import InputMalformed

app = typer.Typer(no_args_is_help=True, add_completion=False)

Chip = Annotated[str, typer.Option(help="esp32s3")]
Key = Annotated[Path, typer.Option(help="The signing key: PEM, RSA-3072.", exists=True, dir_okay=False)]


def chip_of(name):
    """The name of a chip. InputMalformed names those that there are."""
    from technician import esp32

    if name not in esp32.CHIPS:
        raise InputMalformed("no chip %r; there are: %s" % (name, ", ".join(esp32.CHIPS)))
    return name


def write_interpreter(image, ports, chip, in_download_mode, dry_run):
    """One dict of facts a port, for the job's lines: `image` is written to the start of the flash and compared."""
    from technician import esp32
    from technician import flash as flashing

    told = esp32.check_image(image, chip_of(chip))
    options = ("--before", "no-reset", "--after", "no-reset") if in_download_mode else ()

    def work(port):
        if not dry_run:
            esp32.write_image(port, image, chip, options)
        return {"port": port, "state": "would be written" if dry_run else "written", "chip": chip, "image": told}

    return flashing.several(ports, work)


@app.command()
def sign(
    image: Annotated[Path, typer.Argument(help="The interpreter, a .bin.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Argument(help="The signed image to write.", dir_okay=False)],
    key: Key,
):
    """Sign an interpreter's image for secure boot."""
    from technician import esp32

    esp32.sign(image, key, out)
    typer.echo("%s: signed, %d bytes" % (out, out.stat().st_size))


@app.command()
def secure(
    key: Key,
    port: Annotated[str | None, typer.Argument(metavar="[PORT]", help="The board's serial port.")] = None,
    virtual: Annotated[Path | None, typer.Option(help="A file of virtual eFuses instead of a board.")] = None,
    flash_key: Annotated[
        Path | None, typer.Option(help="Also encrypt the flash with these 32 bytes.", exists=True, dir_okay=False)
    ] = None,
    burn: Annotated[bool, typer.Option("--burn", help="Do it, once the chip's number was typed.")] = False,
    chip: Chip = "esp32s3",
):
    """Say what makes a chip start signed software only; with --burn do it. eFuses cannot be unburnt."""
    from technician import esp32

    if (port is None) == (virtual is None):
        raise InputMalformed("name the board's port, or --virtual FILE")
    place = ("--port", port) if virtual is None else ("--virt", "--path-efuse-file", str(virtual))
    fuses = esp32.read(place, chip_of(chip))
    steps = esp32.plan(fuses, key, flash_key)
    for step in steps:
        typer.echo("%-8s %s" % ("is so" if step.done else "to burn", step.words))
    if all(step.done for step in steps):
        typer.echo("this chip is secured")
        return
    number = esp32.serial_of(fuses)
    if not burn:
        typer.echo("nothing was burnt; --burn does it for chip %s and cannot be undone" % number)
        return
    if typer.prompt("This cannot be undone. Type BURN %s to go on" % number) != "BURN %s" % number:
        raise InputMalformed("that was not typed: nothing was burnt")
    esp32.burn(place, chip, steps)
    left = [step.words for step in esp32.plan(esp32.read(place, chip), key, flash_key) if not step.done]
    typer.echo("this chip is secured" if not left else "still to burn: %s" % "; ".join(left))
    raise typer.Exit(1 if left else 0)
