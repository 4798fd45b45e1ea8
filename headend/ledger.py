"""The read side of the head-end's store: for tests, the command line and whoever counts money."""

import sqlite3
from collections import namedtuple

from headend.ports import Entry
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
    query = "SELECT terminal, journal, seq, received, payload, parked FROM records %s ORDER BY 1, 2, 3" % where
    for row in reader.execute(query, () if terminal is None else (terminal,)):
        *place, payload, parked = row
        try:
            record = unpack(payload)
        except RecordError:
            record = None
        yield Row(*place, record, payload, parked)


def quarantined(reader):
    """(terminal, journal, seq, payload) of records whose key was taken by other content."""
    return reader.execute("SELECT terminal, journal, seq, payload FROM quarantine ORDER BY 1, 2, 3").fetchall()


def alarms(reader):
    """(terminal, kind, subject, first time, last time, how often)."""
    return reader.execute("SELECT * FROM alarms ORDER BY last_time").fetchall()


def alarm_count(reader):
    return reader.execute("SELECT count(*) FROM alarms").fetchone()[0]


def fleet_size(reader):
    return reader.execute("SELECT count(DISTINCT terminal) FROM progress").fetchone()[0]


def progress(reader):
    """(terminal, journal, complete up to seq, highest seq, last contact in UTC seconds)."""
    return reader.execute("SELECT terminal, journal, complete, highest, contact FROM progress ORDER BY 1, 2").fetchall()


def is_revoked(reader, serial):
    return reader.execute("SELECT 1 FROM revoked WHERE serial=?", (serial,)).fetchone() is not None


def read_log(reader, start, limit):
    """[Entry] of records from position `start` on, in the order of their commits."""
    query = (
        "SELECT position, terminal, journal, seq, span, received, payload FROM records "
        "WHERE position>=? ORDER BY 1 LIMIT ?"
    )
    return [Entry(*row) for row in reader.execute(query, (start, limit))]
