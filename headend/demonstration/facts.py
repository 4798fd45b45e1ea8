"""What residents did at kiosks, kept in SQLite: forms, payments, bookings, loans, consents, logins. Survives restarts."""

import json
import pathlib

from headend.sqlite_file import open_file, transaction

FILE = "demonstration.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (kind TEXT, person TEXT, key TEXT, value TEXT NOT NULL, time INTEGER NOT NULL,
    PRIMARY KEY (kind, person, key)) WITHOUT ROWID;
"""


class Facts:
    """Facts (JSON values) by kind, person and key; nobody's are under the person ""."""

    def __init__(self, folder):
        self._db = open_file(pathlib.Path(folder) / FILE, _SCHEMA)

    def close(self):
        self._db.close()

    def transaction(self):
        """All of it or nothing."""
        return transaction(self._db)

    def put(self, kind, person, key, value, time):
        text = json.dumps(value, ensure_ascii=False)
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?, ?)", (kind, person, key, text, time))

    def drop(self, kind, person, key):
        self._db.execute("DELETE FROM facts WHERE kind=? AND person=? AND key=?", (kind, person, key))

    def get(self, kind, person, key):
        """The value, or None."""
        query = "SELECT value FROM facts WHERE kind=? AND person=? AND key=?"
        row = self._db.execute(query, (kind, person, key)).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind, person):
        """[(key, value, time)], newest first."""
        query = "SELECT key, value, time FROM facts WHERE kind=? AND person=? ORDER BY time DESC, key DESC"
        return [(key, json.loads(value), time) for key, value, time in self._db.execute(query, (kind, person))]

    def keys(self, kind, person, value):
        """The keys under which a person's facts of this kind have this value."""
        query = "SELECT key FROM facts WHERE kind=? AND person=? AND value=? ORDER BY key"
        return [key for (key,) in self._db.execute(query, (kind, person, json.dumps(value, ensure_ascii=False)))]

    def held(self, kind, key):
        """How many persons have a fact of this kind under `key`."""
        return self._db.execute("SELECT count(*) FROM facts WHERE kind=? AND key=?", (kind, key)).fetchone()[0]

    def count(self, name, time):
        """The next number of the counter `name`, from 1 on."""
        number = (self.get("counter", "", name) or 0) + 1
        self.put("counter", "", name, number, time)
        return number
