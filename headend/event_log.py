"""The event log on SQLite. A record is stored once, as it came, for ever: a row for each batch.

Key of a record is (terminal, journal, seq). The same key with other content is quarantined and raises an alarm. Gaps
are known and asked for again.
"""

import hashlib
import json
from collections import namedtuple

from headend import engine_progress
from headend.engine_progress import Progress
from headend.packed import pack_entries, unpack_entries
from headend.sqlite_file import transaction

Again = namedtuple("Again", "terminal journal first last")
"""In place of a batch: `first`..`last` of a journal is to be asked for again, unless it is held."""


_KNOWN_JOURNALS = 50_000


class _Mark:
    """How far a journal has come."""

    def __init__(self, source, highest, gaps, turn, contact):
        self.source = source
        self.progress = Progress(highest, tuple(map(tuple, json.loads(gaps))) if gaps != "[]" else (), turn)
        self.contact = contact

    def row(self):
        gaps = self.progress.gaps
        return self.progress.highest, json.dumps(gaps) if gaps else "[]", self.contact, self.source


class EventLog:
    """The log itself. One owner, one thread at a time."""

    def __init__(self, connection):
        self._db = connection
        self._marks = {}  # as the file has them, but for those of the group under way
        self._newest = {}  # {terminal: turn of its newest journal}, likewise
        self._version = None
        self._changed = {}  # {source: mark} of the group under way
        self._rows = []

    def close(self):
        self._db.close()

    def commit(self, batches, now):
        """Stores parsed batches (terminal.wire.Batch, or Again) in one durable transaction.

        Returns for each (ack, want) as the reply has them, None for an Again. sqlite3.Error: nothing of it is stored.
        """
        known, self._version = self._version, None  # a failure leaves it so: nothing is known then
        try:
            with transaction(self._db):
                version = self._forget_what_others_changed(known)
                outcomes = [
                    self._reopen(batch) if isinstance(batch, Again) else self._take(batch, now) for batch in batches
                ]
                self._write_rows()
                self._db.executemany(
                    "UPDATE progress SET highest=?, gaps=?, contact=? WHERE source=?",
                    [mark.row() for mark in self._changed.values()],
                )
            self._version = version
        finally:
            self._changed.clear()
            self._rows.clear()
        return outcomes

    def _forget_what_others_changed(self, known):
        """An operator page beside this process asks for ranges again, in the same file. The version it has now."""
        version = self._db.execute("PRAGMA data_version").fetchone()
        if version != known or len(self._marks) > _KNOWN_JOURNALS:
            self._marks.clear()
            self._newest.clear()
        return version

    def _write_rows(self):
        """Rows wait until somebody asks for them or the group ends: one statement writes them all."""
        self._db.executemany("INSERT INTO batches VALUES (NULL, ?, ?, ?, ?, ?)", self._rows)
        self._rows.clear()

    def _reopen(self, again):
        mark = self._find((again.terminal, again.journal))
        if mark is None:
            return
        stored = self._stored(mark, again.first, again.last)
        numbers = sum(span for seq, span, _ in stored if again.first <= seq <= again.last)
        if numbers <= again.last - again.first:
            mark.progress = engine_progress.missing_again(mark.progress, again.first, again.last)
            self._changed[mark.source] = mark

    def _take(self, batch, now):
        mark = self._find((batch.terminal, batch.journal)) or self._first_contact(batch, now)
        mark.contact = now
        self._changed[mark.source] = mark
        if mark.progress.turn < self._newest[batch.terminal]:  # a journal that was replaced speaks again
            self._alarm(batch.terminal, "two terminals, one name", "%d" % batch.journal, now)
        fresh = batch.records
        if fresh and fresh[0][0] <= mark.progress.highest:
            fresh = self._without_known(batch, mark, now)
        if fresh:
            first, last = fresh[0][0] - fresh[0][1] + 1, fresh[-1][0]
            self._rows.append((mark.source, first, last, now, pack_entries(fresh)))
        mark.progress, lost = engine_progress.advance(mark.progress, batch)
        for first, last in lost:
            self._alarm(batch.terminal, "records lost", "%d %d-%d" % (batch.journal, first, last), now)
        return engine_progress.last_number(batch), engine_progress.want(mark.progress)

    def _find(self, where):
        """The _Mark of a journal (terminal, journal), or None. Turns count a terminal's journals as they appeared."""
        mark = self._marks.get(where)
        if mark is None:
            row = self._db.execute(
                "SELECT source, highest, gaps, turn, contact, (SELECT max(turn) FROM progress WHERE terminal=?1) "
                "FROM progress WHERE terminal=?1 AND journal=?2",
                where,
            ).fetchone()
            if row:
                *fields, self._newest[where[0]] = row
                mark = self._marks[where] = _Mark(*fields)
        return mark

    def _first_contact(self, batch, now):
        newest = self._db.execute("SELECT max(turn) FROM progress WHERE terminal=?", (batch.terminal,)).fetchone()[0]
        progress = engine_progress.first_contact(batch.oldest, (newest or 0) + 1)
        row = batch.terminal, batch.journal, progress.highest, "[]", progress.turn, now
        self._db.execute("INSERT INTO progress VALUES (NULL, ?, ?, ?, ?, ?, ?)", row)
        return self._find((batch.terminal, batch.journal))

    def _stored(self, mark, first, last):
        """Yields the entries of the stored batches that reach into `first`..`last`."""
        self._write_rows()
        rows = self._db.execute(
            "SELECT entries FROM batches WHERE source=? AND last>=? AND first<=?", (mark.source, first, last)
        )
        for (blob,) in rows:
            yield from unpack_entries(blob)

    def _without_known(self, batch, mark, now):
        """The records that are not held yet: what is at or below the highest may be a replay, or close a gap."""
        asked = {seq for seq, _, _ in batch.records}
        stored = self._stored(mark, batch.records[0][0], batch.records[-1][0])
        held = {seq: payload for seq, _, payload in stored if seq in asked}
        fresh = []
        for entry in batch.records:
            seq, _, payload = entry
            if seq not in held:
                fresh.append(entry)
            elif held[seq] != payload:
                row = mark.source, seq, hashlib.sha256(payload).digest(), now, payload
                self._db.execute("INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?)", row)
                self._alarm(batch.terminal, "same seq, other content", "%d %d" % (batch.journal, seq), now)
        return fresh

    def _alarm(self, terminal, kind, subject, now):
        self._db.execute(
            "INSERT INTO alarms VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET times=times+1, last_time=?",
            (terminal, kind, subject, now, now, now),
        )
