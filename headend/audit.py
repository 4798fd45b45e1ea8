"""The audit trail: who did what, each line chained to the one before, so that a changed or missing one shows."""

import hashlib
import time

from headend.sqlite_file import transaction


class Audit:
    """Lines in the operators' store. A subject never holds a card number: permuted tokens only."""

    def __init__(self, db):
        self._db = db

    def note(self, who, what, subject=""):
        """Adds a line, durable when it returns."""
        line = int(time.time()), who, what, subject
        with transaction(self._db):
            last = self._db.execute("SELECT chain FROM audit ORDER BY id DESC LIMIT 1").fetchone()
            row = *line, _chain(last[0] if last else bytes(32), line)
            self._db.execute("INSERT INTO audit (time, who, what, subject, chain) VALUES (?, ?, ?, ?, ?)", row)

    def lines(self, most=200):
        """[(time, who, what, subject)], the newest first."""
        return self._db.execute(
            "SELECT time, who, what, subject FROM audit ORDER BY id DESC LIMIT ?", (most,)
        ).fetchall()

    def broken_at(self):
        """The id of the first line that does not follow from those before, or None."""
        before = bytes(32)
        expected = 1
        for number, *line, chain in self._db.execute(
            "SELECT id, time, who, what, subject, chain FROM audit ORDER BY id"
        ):
            before = _chain(before, tuple(line))
            if number != expected or chain != before:
                return number
            expected += 1
        return None


def _chain(before, line):
    return hashlib.sha256(before + repr(line).encode()).digest()
