"""Replies by request number, so that nothing is carried out twice; and sealed forms that nobody could open. SQLite."""

import json
import pathlib
import time

from headend.registry import list_key
from headend.sqlite_file import open_file
from terminal.crypto.sm3 import hmac_sm3

FILE = "services.sqlite"
_KEPT_S = 30 * 86400
_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (terminal TEXT, request TEXT, digest BLOB NOT NULL, holder BLOB NOT NULL,
    reply TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (terminal, request)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS replies_by_time ON replies (time);
CREATE TABLE IF NOT EXISTS parked (terminal TEXT, request TEXT, sealed BLOB NOT NULL, code TEXT NOT NULL,
    time INTEGER NOT NULL, PRIMARY KEY (terminal, request)) WITHOUT ROWID;
"""


class ServicesStore:
    """The store in `folder`. Who asked what is kept as digests under a key of this folder, replies for 30 days."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self._key = list_key(folder / "services")
        self._db = open_file(folder / FILE, _SCHEMA)
        self._db.execute("DELETE FROM replies WHERE time < ?", (int(time.time()) - _KEPT_S,))

    def close(self):
        self._db.close()

    def digest(self, text):
        """What stands for a request's content."""
        return hmac_sm3(self._key, text)

    def find(self, key):
        """(digest, reply) of a request number that was carried out, or None."""
        query = "SELECT digest, reply FROM replies WHERE terminal=? AND request=?"
        row = self._db.execute(query, key).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def keep(self, key, digest, token, reply):
        """Durable on return."""
        text = json.dumps(reply, ensure_ascii=False)
        row = (*key, digest, self.digest(token.encode()), text, int(time.time()))
        self._db.execute("INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?, ?)", row)

    def recall(self, key, token):
        """The reply to a request number, for the same holder only; status "unknown" when it was never carried out."""
        query = "SELECT reply FROM replies WHERE terminal=? AND request=? AND holder=?"
        row = self._db.execute(query, (*key, self.digest(token.encode()))).fetchone()
        return json.loads(row[0]) if row else {"status": "unknown"}

    def park(self, terminal, request, sealed, code):
        """Keeps what could not be opened or read, for people to look into."""
        row = terminal, request, sealed, code, int(time.time())
        self._db.execute("INSERT OR IGNORE INTO parked VALUES (?, ?, ?, ?, ?)", row)

    def parked(self):
        """[(terminal, request, code)]."""
        return self._db.execute("SELECT terminal, request, code FROM parked ORDER BY time").fetchall()
