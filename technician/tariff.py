"""`gatepost tariff`: tariffs as people write them, checked, explained, compiled and tried against the past."""

import json
from pathlib import Path
from typing import Annotated

import typer

from technician.errors import InputMalformed

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help="JSON instead of words.")]
File = Annotated[Path, typer.Argument(help="A tariff in TOML, or the name of a shipped one such as metro.")]
EXAMPLES = Path(__file__).parent / "data" / "tariffs"


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Tariffs in TOML, or names of shipped ones.")],
    json_: Json = False,
):
    """Look for faults, each with file, line and field. Exit code 1 when there is one."""
    from technician.errors import TariffFaulty
    from technician.tariff_file import pack

    found = []
    for file in files:
        try:
            compiled = _loaded(file)
        except TariffFaulty as faulty:
            found += faulty.faults
            continue
        if not json_:
            typer.echo("%s: %s, %d bytes for a terminal" % (file, compiled["name"], len(pack(compiled))))
    if json_:
        typer.echo(json.dumps({"faults": found}, ensure_ascii=False))
    else:
        for fault in found:
            typer.echo(fault, err=True)
    raise typer.Exit(1 if found else 0)


@app.command("compile")
def compile_(
    file: File,
    out: Annotated[Path | None, typer.Argument(help="Where to write it; standard output without it.")] = None,
):
    """Write what a terminal reads: the payload of a tariff package."""
    from technician.tariff_file import pack

    packed = pack(_loaded(file))
    if out is None:
        typer.echo(packed.decode())
    else:
        out.write_bytes(packed)
        typer.echo("%s: %d bytes" % (out, len(packed)))


@app.command()
def explain(
    file: File,
    holder_class: Annotated[str, typer.Option("--class", help="Class of the card.")] = "adult",
    at: Annotated[str | None, typer.Option(help="China's time, such as 2026-03-16T08:00; now without it.")] = None,
    balance: Annotated[str, typer.Option(help="Yuan on the purse; none: a code or account without one.")] = "100",
    region: Annotated[str | None, typer.Option(help="City code of the card; the home city's without it.")] = None,
    listed: Annotated[str, typer.Option("--list", help="valid, absent, blocked or unreadable.")] = "valid",
    product: Annotated[int, typer.Option(help="Number of the pass that the list names.")] = 0,
    mode: Annotated[str, typer.Option(help="The terminal's mode.")] = "in_service",
    here: Annotated[list[str] | None, typer.Option(help="Where: station=gulou, direction=exit, line=17 ...")] = None,
    visits: Annotated[list[str] | None, typer.Option(help="What is known: open=gulou@07:30, or NAME=JSON.")] = None,
    json_: Json = False,
):
    """Say step by step why a card gets its Decision at a given time and place."""
    from technician import tariff_explain

    case = tariff_explain.situation(
        _loaded(file), holder_class, at, balance, region, listed, product, mode, here or (), visits or ()
    )
    decision, steps = tariff_explain.explained(*case)
    if json_:
        fields = dict(decision._asdict())
        typer.echo(json.dumps({"decision": fields, "steps": [list(step) for step in steps]}, ensure_ascii=False))
        return
    for number, step in enumerate(steps, 1):
        typer.echo("%2d  %s" % (number, tariff_explain.sentence(step)))
    typer.echo(tariff_explain.verdict(decision))
    if decision.reason == "no_fare" and "network" in case[3] and "station" not in case[6]:
        names = ", ".join(sorted(case[3]["network"]["stations"])[:6])
        typer.echo("    at which station? --here station=NAME --here direction=exit, such as " + names)


@app.command()
def simulate(
    file: File,
    journals: Annotated[
        list[str],
        typer.Argument(
            help="Journals, each its file or partition; FILE@station=gulou,direction=exit says where it stood."
        ),
    ],
    against: Annotated[
        Path | None, typer.Option(help="Compare with this tariff instead of with what was taken.")
    ] = None,
    here: Annotated[list[str] | None, typer.Option(help="Where all of them stood: line=17 ...")] = None,
    json_: Json = False,
):
    """Replay the taps of journals under another tariff and show the difference in money.

    For journeys between stations, give the journals of all gates with their stations and directions.
    """
    from technician import tariff_replay

    rates = _loaded(file)
    opened = [_placed(journal, here or ()) for journal in journals]
    if "network" in rates and not all("station" in place and "direction" in place for _, place in opened):
        raise InputMalformed("a network's journals need their places: JOURNAL@station=NAME,direction=entry or exit")
    outcome = tariff_replay.replay(rates, opened, against and _loaded(against))
    if json_:
        typer.echo(json.dumps(outcome))
        return
    for line in tariff_replay.lines(outcome):
        typer.echo(line)


def _placed(argument, here):
    """(journal, place) of FILE or FILE@name=value,name=value."""
    from technician import tariff_explain
    from technician.journal import open_journal

    path, _, place = argument.partition("@")
    words = [*here, *(place.split(",") if place else ())]
    return open_journal(Path(path)), tariff_explain.words(words, "--here")


def _loaded(file):
    from technician.tariff_file import load

    if not file.exists() and (EXAMPLES / (str(file) + ".toml")).exists():
        file = EXAMPLES / (str(file) + ".toml")
    if not file.is_file():
        shipped = ", ".join(sorted(path.stem for path in EXAMPLES.glob("*.toml")))
        raise InputMalformed("%s is no file; shipped tariffs are: %s" % (file, shipped))
    return load(file)
