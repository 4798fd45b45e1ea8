"""The event log on SQLite. A record is stored once, as it came, for ever.

Key of a record is (terminal, journal, seq). The same key with other content is quarantined and raises an alarm; a
record nobody can decode is stored with its reason ("parked"). Gaps are known and asked for again.
"""

import hashlib
from collections import namedtuple

from terminal.records import RecordError, unpack

_STEPS = 5000

Again = namedtuple("Again", "terminal journal first last")
"""In place of a batch: `first`..`last` of a journal is to be asked for again, unless it is held."""


class EventLog:
    """The log itself. One owner, one thread at a time."""

    def __init__(self, connection):
        self._db = connection

    def close(self):
        self._db.close()

    def commit(self, batches, now):
        """Stores parsed batches (terminal.wire.Batch, or Again) in one durable transaction.

        Returns for each (ack, want) as the reply has them, None for an Again. sqlite3.Error: nothing of it is stored.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            outcomes = [
                self._reopen(batch) if isinstance(batch, Again) else self._take(batch, now) for batch in batches
            ]
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        return outcomes

    def _reopen(self, again):
        held = self._db.execute(
            "SELECT coalesce(sum(span), 0) FROM records WHERE terminal=? AND journal=? AND seq BETWEEN ? AND ?", again
        ).fetchone()[0]
        if held <= again.last - again.first:
            self._db.execute(
                "UPDATE progress SET complete=min(complete, ?) WHERE terminal=? AND journal=?",
                (again.first - 1, again.terminal, again.journal),
            )

    def _take(self, batch, now):
        where = batch.terminal, batch.journal
        complete, highest, turn = self._progress(where, batch.oldest, now)
        fresh = [entry for entry in batch.records if entry[0] > highest]
        for entry in batch.records[: len(batch.records) - len(fresh)]:
            self._take_known(where, entry, now)
        self._insert(where, fresh, now)
        for first, last in batch.lost:
            self._db.execute("INSERT OR IGNORE INTO lost VALUES (?, ?, ?, ?, ?)", (*where, first, last, now))
            self._alarm(batch.terminal, "records lost", "%d %d-%d" % (batch.journal, first, last), now)
        ends = [seq for seq, _, _ in batch.records[-1:]] + [last for _, last in batch.lost[-1:]]
        ack = max(ends, default=None)
        highest = max([highest, *ends])
        complete = self._advance(where, complete, highest, batch, fresh, now)
        self._db.execute(
            "INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?, ?)", (*where, complete, highest, now, turn)
        )
        return ack, self._missing(where, complete, highest)

    def _progress(self, where, oldest, now):
        """(complete, highest, turn) of a journal. Turns count a terminal's journals as they appeared."""
        row = self._db.execute(
            "SELECT complete, highest, turn FROM progress WHERE terminal=? AND journal=?", where
        ).fetchone()
        newest = self._db.execute("SELECT max(turn) FROM progress WHERE terminal=?", where[:1]).fetchone()[0] or 0
        if row is None:
            return oldest - 1, oldest - 1, newest + 1
        if row[2] < newest:  # a journal that was replaced speaks again
            self._alarm(where[0], "two terminals, one name", "%d" % where[1], now)
        return row

    def _insert(self, where, entries, now):
        self._db.executemany(
            "INSERT INTO records VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
            [(*where, seq, span, now, payload, _unreadable(payload)) for seq, span, payload in entries],
        )

    def _take_known(self, where, entry, now):
        """A record at or below the highest seen: a replay, a gap that closes, or another terminal's."""
        seq, _, payload = entry
        stored = self._db.execute(
            "SELECT payload FROM records WHERE terminal=? AND journal=? AND seq=?", (*where, seq)
        ).fetchone()
        if stored is None:
            self._insert(where, [entry], now)
        elif stored[0] != payload:
            digest = hashlib.sha256(payload).digest()
            self._db.execute(
                "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?, ?)", (*where, seq, digest, now, payload)
            )
            self._alarm(where[0], "same seq, other content", "%d %d" % (where[1], seq), now)

    def _advance(self, where, complete, highest, batch, fresh, now):
        """The seq up to which everything is stored, or known to be lost."""
        if complete + sum(span for _, span, _ in fresh) == highest:
            return highest  # the usual case: the batch goes on where the store ended
        oldest = batch.oldest
        if oldest - 1 > complete:
            self._alarm(where[0], "records lost", "%d %d-%d" % (where[1], complete + 1, oldest - 1), now)
            complete = oldest - 1
        before = None
        while complete < highest and complete != before:
            before = complete
            rows = self._db.execute(
                "SELECT seq, span FROM records WHERE terminal=? AND journal=? AND seq>? ORDER BY seq LIMIT ?",
                (*where, complete, _STEPS),
            )
            for seq, span in rows:
                if seq - span > complete:
                    break
                complete = seq
            rows.close()
            gone = self._db.execute(
                "SELECT max(last) FROM lost WHERE terminal=? AND journal=? AND first<=?", (*where, complete + 1)
            ).fetchone()[0]
            complete = max(complete, gone or 0)
        return complete

    def _missing(self, where, complete, highest):
        """The first range that is not held, or None."""
        if complete >= highest:
            return None
        following = self._db.execute(
            "SELECT seq - span FROM records WHERE terminal=? AND journal=? AND seq>? ORDER BY seq LIMIT 1",
            (*where, complete),
        ).fetchone()
        before = highest if following is None else following[0]
        return (complete + 1, before) if before > complete else None

    def _alarm(self, terminal, kind, subject, now):
        self._db.execute(
            "INSERT INTO alarms VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET times=times+1, last_time=?",
            (terminal, kind, subject, now, now, now),
        )


def _unreadable(payload):
    try:
        unpack(payload)
    except RecordError as error:
        return str(error)
    return None
