"""The read side of the head-end's store: for tests, the command line and whoever counts money."""

import json
import sqlite3
from collections import namedtuple

from headend.packed import unpack_entries
from headend.ports import POSITIONS, Alarm, Entry
from headend.store import FILE
from terminal.records import RecordError, unpack

Row = namedtuple("Row", "terminal journal seq received record payload parked")
"""`record`: a terminal.records.Record, or None when `parked` says why it cannot be decoded."""


def open_reader(folder):
    """A read-only connection to the store in `folder`."""
    path = "%s/%s" % (folder, FILE)
    return sqlite3.connect("file:%s?mode=ro" % path, uri=True, timeout=10, check_same_thread=False)


def ledger(reader, terminal=None):
    """Rows of all records (or one terminal's), by terminal, journal and seq."""
    where = "" if terminal is None else "WHERE terminal=?"
    query = "SELECT terminal, journal, received, entries FROM batches JOIN progress USING (source) %s" % where
    found = [
        (name, journal, seq, received, payload)
        for name, journal, received, blob in reader.execute(query, () if terminal is None else (terminal,))
        for seq, _, payload in unpack_entries(blob)
    ]
    for *place, payload in sorted(found):
        try:
            record, parked = unpack(payload), None
        except RecordError as error:
            record, parked = None, str(error)
        yield Row(*place, record, payload, parked)


def quarantined(reader):
    """(terminal, journal, seq, payload) of records whose key was taken by other content."""
    return reader.execute(
        "SELECT terminal, journal, seq, payload FROM quarantine JOIN progress USING (source) ORDER BY 1, 2, 3"
    ).fetchall()


def alarms(reader):
    """[Alarm], by last time."""
    return [Alarm(*row) for row in reader.execute("SELECT * FROM alarms ORDER BY last_time")]


def alarm_count(reader):
    return reader.execute("SELECT count(*) FROM alarms").fetchone()[0]


def fleet_size(reader):
    return reader.execute("SELECT count(DISTINCT terminal) FROM progress").fetchone()[0]


def progress(reader):
    """(terminal, journal, complete up to seq, highest seq, last contact in UTC seconds)."""
    rows = reader.execute("SELECT terminal, journal, gaps, highest, contact FROM progress ORDER BY 1, 2")
    return [
        (terminal, journal, json.loads(gaps)[0][0] - 1 if gaps != "[]" else highest, highest, contact)
        for terminal, journal, gaps, highest, contact in rows
    ]


def read_log(reader, start, limit):
    """[Entry] of records from position `start` on, in the order of their commits."""
    query = (
        "SELECT number, terminal, journal, received, entries FROM batches JOIN progress USING (source) "
        "WHERE number>=? ORDER BY 1 LIMIT ?"
    )
    entries = []
    for number, terminal, journal, received, blob in reader.execute(query, (start // POSITIONS, limit + 1)):
        for index, (seq, span, payload) in enumerate(unpack_entries(blob)):
            position = number * POSITIONS + index
            if position >= start:
                entries.append(Entry(position, terminal, journal, seq, span, received, payload))
        if len(entries) >= limit:
            break
    return entries[:limit]
