"""`gatepost services`: a kiosk's services as people write them, checked, compiled and shown."""

import importlib
import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
SHIPPED = Path(__file__).parent / "data" / "services"
Folder = Annotated[Path, typer.Argument(help="A folder of services in TOML; without it the shipped ones.")]
Place = Annotated[str | None, typer.Option(help="Only what stands at: hall, village, bank, hospital, library or jobs.")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of words.")]


@app.command()
def check(folder: Folder = SHIPPED, json_: Json = False):
    """Look for faults, each with file, line and field. Exit code 1 when there is one."""
    from technician.errors import ServicesFaulty
    from technician.services_file import pack

    try:
        document = _loaded(folder)
    except ServicesFaulty as faulty:
        if json_:
            typer.echo(json.dumps({"faults": faulty.faults}, ensure_ascii=False))
        else:
            typer.echo("\n".join(faulty.faults), err=True)
        raise typer.Exit(1) from None
    counts = len(document["services"]), len(document["groups"]), len(pack(document))
    if json_:
        typer.echo(json.dumps({"faults": [], "services": counts[0], "groups": counts[1], "bytes": counts[2]}))
    else:
        typer.echo("%s: %d services in %d groups, %d bytes for a terminal" % (folder, *counts))


@app.command("compile")
def compile_(
    folder: Folder = SHIPPED,
    out: Annotated[Path | None, typer.Option(help="Where to write it; standard output without it.")] = None,
    place: Place = None,
    key: Annotated[
        Path | None, typer.Option(help="The head-end's folder, for its key: only with it forms can wait.")
    ] = None,
):
    """Write what a terminal reads: the payload of a services package."""
    from technician.services_file import pack

    document = _loaded(folder, place)
    if key is not None:
        from headend.services_key import ServicesKey

        document["key"] = ServicesKey(key).public.hex()
    packed = pack(document)
    if out is None:
        typer.echo(packed.decode(), nl=False)
    else:
        out.write_bytes(packed)
        typer.echo("%s: %d bytes" % (out, len(packed)))


@app.command()
def show(
    service: Annotated[str | None, typer.Argument(help="One service by its name; all of them without it.")] = None,
    folder: Annotated[Path, typer.Option(help="A folder of services in TOML.")] = SHIPPED,
    place: Place = None,
    json_: Json = False,
):
    """The menu as a holder meets it, or one service whole."""
    from technician.errors import InputMalformed
    from terminal.kiosk.services import Services

    document = _loaded(folder, place)
    services = Services(document)
    if service is None:
        if json_:
            typer.echo(json.dumps(document, ensure_ascii=False))
            return
        for group in document["groups"]:
            typer.echo("%s  %s" % (group["id"], " / ".join(group["title"])))
            for found in document["services"]:
                if found["group"] == group["id"]:
                    numbers = ", ".join(str(number) for number in found["scenarios"])
                    typer.echo("  %-26s %-8s %s [%s]" % (found["id"], found["pattern"], found["title"][0], numbers))
        return
    whole = services.service(service)
    if whole is None:
        raise InputMalformed("no service %s; `gatepost services show` lists them" % service)
    typer.echo(json.dumps(whole, ensure_ascii=False, indent=None if json_ else 2))


def desk(folder, name, base=None):
    """The ServiceDesk over the back end `name`: "demonstration", or MODULE:FUNCTION called with folder and document."""
    from headend.key_service import open_load_key
    from headend.services import ServiceDesk
    from technician.errors import InputMalformed

    if name == "demonstration":
        from headend import card_services
        from headend.demonstration.back_end import DemonstrationBackEnd

        back_end = DemonstrationBackEnd(folder, _loaded(SHIPPED), hooks=card_services.over(folder))
        return ServiceDesk(folder, back_end, base, loads=open_load_key(folder))
    module, _, function = name.partition(":")
    try:
        make = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputMalformed("no back end %s (%s); give demonstration or MODULE:FUNCTION" % (name, error)) from None
    return ServiceDesk(folder, make(folder, _loaded(SHIPPED)), base, loads=open_load_key(folder))


def _loaded(folder, place=None):
    from technician.errors import InputMalformed
    from technician.services_file import load
    from technician.services_schema import PLACES

    if not folder.is_dir():
        raise InputMalformed("%s is no folder" % folder)
    if place is not None and place not in PLACES:
        raise InputMalformed("no place %s; there are: %s" % (place, ", ".join(PLACES)))
    return load(folder, place)
