"""Carries an embedded store of version 2, with a row for each record, over into version 3, with one for each batch."""

import json

from headend import engine_progress
from headend.engine_progress import Progress
from headend.packed import pack_entries
from headend.revocation import REVOKED
from headend.sqlite_file import make_tables
from terminal.wire import MAX_BODY, Batch

_MOST = 1000
_OLD = ("quarantine", "progress")
_REPLACED = ("records", "lost", "revoked", "old_quarantine", "old_progress")


def from_2(connection, schema):
    """In the transaction under way. `schema`: of version 3; what both versions have alike stays as it is."""
    for table in _OLD:
        connection.execute("ALTER TABLE %s RENAME TO old_%s" % (table, table))
    kept = ("CREATE TABLE alarms", "CREATE TABLE state")
    make_tables(connection, ";".join(s for s in schema.split(";") if not s.strip().startswith(kept)))
    sources = _carry_progress(connection)
    connection.executemany("INSERT INTO batches VALUES (NULL, ?, ?, ?, ?, ?)", _batches(connection, sources))
    connection.execute(
        "INSERT INTO quarantine SELECT source, seq, digest, received, payload "
        "FROM old_quarantine JOIN progress USING (terminal, journal)"
    )
    _carry_revoked(connection)
    for table in _REPLACED:
        connection.execute("DROP TABLE " + table)


def _carry_progress(connection):
    """{(terminal, journal): source}. What lies missing was found anew with each batch; now it is written down."""
    rows = connection.execute("SELECT terminal, journal, complete, turn, contact FROM old_progress").fetchall()
    for source, (terminal, journal, complete, turn, contact) in enumerate(rows, 1):
        beyond = terminal, journal, complete
        where = "WHERE terminal=? AND journal=? AND %s>? ORDER BY 1"
        records = connection.execute("SELECT seq, span, NULL FROM records " + where % "seq", beyond).fetchall()
        lost = connection.execute("SELECT first, last FROM lost " + where % "last", beyond).fetchall()
        held = Batch(terminal, journal, 0, records, lost)
        progress, _ = engine_progress.advance(Progress(complete, (), turn), held)
        row = source, terminal, journal, progress.highest, json.dumps(progress.gaps), turn, contact
        connection.execute("INSERT INTO progress VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return {row[:2]: source for source, row in enumerate(rows, 1)}


def _batches(connection, sources):
    """Rows of `batches`, in the order in which the records were committed."""
    query = "SELECT terminal, journal, received, seq, span, payload FROM records ORDER BY position"
    here, entries, size = None, [], 0
    for terminal, journal, received, seq, span, payload in connection.execute(query):
        place = sources[terminal, journal], received
        goes_on = place == here and seq > entries[-1][0] and len(entries) < _MOST and size < MAX_BODY
        if entries and not goes_on:
            yield _batch(*here, entries)
            entries, size = [], 0
        here = place
        entries.append((seq, span, payload))
        size += len(payload)
    if entries:
        yield _batch(*here, entries)


def _batch(source, received, entries):
    return source, entries[0][0] - entries[0][1] + 1, entries[-1][0], received, pack_entries(entries)


def _carry_revoked(connection):
    serials = [serial for (serial,) in connection.execute("SELECT serial FROM revoked ORDER BY serial")]
    if serials:
        newest = connection.execute("SELECT coalesce(max(revision), 0) FROM state").fetchone()[0]
        row = REVOKED, json.dumps({"serials": serials}), newest + 1
        connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", row)
