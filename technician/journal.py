"""`gatepost journal`: what a transaction journal holds. Nothing here writes to it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from technician.decode import local_time
from terminal import records

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help="JSON instead of words.")]
File = Annotated[Path, typer.Argument(help="A journal's file, or the partition it lies on.", dir_okay=False)]


@app.command()
def info(file: File, json_: Json = False):
    """Identity, fill and marks of the journal."""
    journal = open_journal(file)
    fields = {
        "journal": "%08x" % journal.journal_id,
        "capacity": journal.capacity,
        "record_length": journal.record_length,
        "newest": journal.last_seq,
        "acknowledged": journal.acknowledged,
        "queued": journal.queued,
        "fill_percent": journal.fill,
        "alarm": journal.alarm,
        "starts": journal.epoch,
    }
    if json_:
        typer.echo(json.dumps(fields))
    else:
        for name, value in fields.items():
            typer.echo("%-13s  %s" % (name, value))


@app.command()
def dump(
    file: File,
    first: Annotated[
        int | None, typer.Option("--from", min=1, help="First record; acknowledged ones are shown too.")
    ] = None,
    json_: Json = False,
):
    """The records that wait for the head-end, or all readable ones from a number on, one a line."""
    journal = open_journal(file)
    for seq, payload in _kept(journal, first) if first else journal.unacknowledged():
        fields = record_fields(seq, payload)
        if json_:
            typer.echo(json.dumps(fields))
        else:
            typer.echo("  ".join("%s %s" % item for item in fields.items() if item[1] not in (None, "", 0)))


@app.command()
def verify(file: File, json_: Json = False):
    """Read every record that waits for the head-end. Exit code 1 when one is unreadable or not one of ours."""
    outcome = check(open_journal(file))
    if json_:
        typer.echo(json.dumps(outcome))
    else:
        typer.echo("%d records wait, %d readable" % (outcome["queued"], outcome["readable"]))
        for fault in outcome["faults"]:
            typer.echo(fault)
    raise typer.Exit(1 if outcome["faults"] else 0)


def open_journal(file):
    """The Journal in `file`, opened without writing. StoreError when there is none."""
    from offline_store.journal import Journal
    from offline_store.media import FileMedium

    return Journal(FileMedium(str(file), readonly=True))


def check(journal):
    """How many records wait, how many can be read, and what is wrong with the others."""
    readable, faults, reached = 0, [], journal.acknowledged
    for seq, payload in journal.unacknowledged():
        if seq != reached + 1 and len(payload) <= journal.record_length:
            faults.append("records %d to %d are unreadable" % (reached + 1, seq - 1))
        reached = seq
        try:
            records.unpack(payload)
        except records.RecordError as error:
            faults.append("record %d: %s" % (seq, error))
            continue
        readable += 1
    if reached < journal.last_seq:
        faults.append("records %d to %d are unreadable" % (reached + 1, journal.last_seq))
    return {"queued": journal.queued, "readable": readable, "faults": faults}


def record_fields(seq, payload):
    """A record as a dictionary; one that cannot be read as its bytes and the reason."""
    try:
        record = records.unpack(payload)
    except records.RecordError as error:
        return {"seq": seq, "fault": str(error), "payload": bytes(payload).hex()}
    fields = {"seq": seq}
    for name, value in record._asdict().items():
        fields[name] = value.hex() if isinstance(value, (bytes, bytearray)) else value
    fields["kind"] = records.KINDS[record.kind]
    fields["time"] = local_time(record.time)
    return fields


def _kept(journal, first):
    for seq in range(first, journal.last_seq + 1):
        payload = journal.read(seq)
        if payload is not None:
            yield seq, payload
