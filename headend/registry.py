"""The registry of cards and entitlements: what whitelist and hotlist are built from. SQLite beside the log.

Holders are kept by the token that the list key permutes, never by their number: the file alone names nobody.
"""

import contextlib
import os
import pathlib
import secrets
import sqlite3
import time
from collections import namedtuple

from headend.errors import FolderUnusable, KeyUnusable, RegistryUnusable
from headend.registry_csv import read_cards
from headend.sqlite_file import open_file, transaction, unusable
from offline_store.tokens import TOKEN_BYTES, TokenKey

FILE = "registry.sqlite"
KEY_FILE = "list.key"
_VERSION = 1
_MOST_PROFILES = 256
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE profiles (number INTEGER PRIMARY KEY, status INTEGER, class INTEGER, product INTEGER,
    UNIQUE (status, class, product));
CREATE TABLE cards (permuted BLOB PRIMARY KEY, scheme INTEGER NOT NULL, profile INTEGER NOT NULL,
    expiry_day INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE hot (permuted BLOB PRIMARY KEY, since INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE issues (kind TEXT NOT NULL, epoch INTEGER NOT NULL, time INTEGER NOT NULL, entries INTEGER NOT NULL,
    base INTEGER NOT NULL, PRIMARY KEY (kind, epoch)) WITHOUT ROWID;
"""

Standing = namedtuple("Standing", "is_listed scheme status holder_class product expiry_day hot_since hot_reason")
"""What the registry says of one token; `hot_since` is None unless it is on the hotlist."""


def list_key(folder):
    """The 16-byte list key in `folder`, made when there is none and readable by its owner only; KeyUnusable."""
    path = pathlib.Path(folder) / KEY_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(TOKEN_BYTES))
        key = path.read_bytes()
    except OSError as error:
        raise FolderUnusable("cannot use %s (%s): choose another data folder" % (path, error.strerror)) from None
    if len(key) != TOKEN_BYTES:
        raise KeyUnusable("%s has %d bytes, a list key has %d: restore it" % (path, len(key), TOKEN_BYTES))
    return key


class Registry:
    """The registry in `folder` under `key` (16 bytes); RegistryUnusable when it belongs to another."""

    def __init__(self, folder, key):
        path = pathlib.Path(folder) / FILE
        self.token_key = TokenKey(key)
        self.list_key = bytes(key)
        self._db = open_file(path, _SCHEMA, _VERSION, damaged=RegistryUnusable)
        mine = self.token_key.key_id()
        try:
            self._db.execute("INSERT OR IGNORE INTO about VALUES ('key', ?)", (mine,))
            held = self._db.execute("SELECT value FROM about WHERE name='key'").fetchone()[0]
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise unusable(path, error, RegistryUnusable) from None
        if held != mine:
            self._db.close()
            raise RegistryUnusable("%s was made under another list key: give that one, or move it away" % path)

    def close(self):
        self._db.close()

    def import_csv(self, lines, replace=False):
        """Takes all cards of CSV lines, or with ImportRefused none; `replace` drops who is not named. Returns how many."""
        cards = read_cards(lines)
        now = int(time.time())
        with transaction(self._db):
            if replace:
                self._db.execute("DELETE FROM cards")
            self._db.executemany(
                "INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?, ?)",
                ((self.permuted(card.token), card.scheme, self._profile(card), card.expiry_day, now) for card in cards),
            )
        return len(cards)

    def _profile(self, card):
        """The number of a card's row in the profile dictionary. Numbers are never given anew: old lists use them."""
        wanted = card.status, card.holder_class, card.product
        query = "SELECT number FROM profiles WHERE status=? AND class=? AND product=?"
        row = self._db.execute(query, wanted).fetchone()
        if row:
            return row[0]
        number = self._db.execute("SELECT count(*) FROM profiles").fetchone()[0]
        if number == _MOST_PROFILES:
            raise RegistryUnusable("more than %d kinds of entitlement: a list has no room for them" % _MOST_PROFILES)
        self._db.execute("INSERT INTO profiles VALUES (?, ?, ?, ?)", (number, *wanted))
        return number

    def profiles(self):
        """The profile dictionary: 4 bytes a row (status, class, product, flags)."""
        rows = self._db.execute("SELECT status, class, product FROM profiles ORDER BY number")
        return b"".join(bytes((*row, 0)) for row in rows)

    def permuted(self, token):
        """A token as lists, records and this registry hold it."""
        return self.token_key.permute(token)

    def whitelist(self):
        """Yields (token, record of 3 bytes) of every card."""
        for permuted, profile, day in self._db.execute("SELECT permuted, profile, expiry_day FROM cards"):
            yield self.token_key.unpermute(permuted), bytes((profile,)) + day.to_bytes(2, "little")

    def hotlist(self):
        """Yields (token, record of 3 bytes) of everybody who is blocked."""
        for (permuted,) in self._db.execute("SELECT permuted FROM hot"):
            yield self.token_key.unpermute(permuted), bytes(3)

    def counts(self):
        """(cards, blocked)."""
        return self._db.execute("SELECT (SELECT count(*) FROM cards), (SELECT count(*) FROM hot)").fetchone()

    def block(self, token, reason):
        """Puts a token on the hotlist; False when it was there."""
        row = self.permuted(token), int(time.time()), reason
        return self._change_hot("INSERT OR IGNORE INTO hot VALUES (?, ?, ?)", row)

    def unblock(self, token):
        """Takes a token off the hotlist; False when it was not there."""
        return self._change_hot("DELETE FROM hot WHERE permuted=?", (self.permuted(token),))

    def _change_hot(self, statement, row):
        with transaction(self._db):
            changed = self._db.execute(statement, row).rowcount == 1
            if changed:
                self._db.execute("INSERT OR REPLACE INTO about VALUES ('hotlist owed', 1)")
        return changed

    def owes_hotlist(self):
        """Whether somebody was blocked or unblocked since the last hotlist went out."""
        return self._db.execute("SELECT 1 FROM about WHERE name='hotlist owed'").fetchone() is not None

    def standing(self, token):
        """The Standing of a token."""
        permuted = self.permuted(token)
        card = self._db.execute(
            "SELECT scheme, status, class, product, expiry_day FROM cards JOIN profiles ON profile=number WHERE permuted=?",
            (permuted,),
        ).fetchone()
        hot = self._db.execute("SELECT since, reason FROM hot WHERE permuted=?", (permuted,)).fetchone()
        return Standing(card is not None, *(card or (None,) * 5), *(hot or (None, None)))

    def issued(self, kind):
        """(epoch, time, entries, base) of the newest issue of a list, or None."""
        query = "SELECT epoch, time, entries, base FROM issues WHERE kind=? ORDER BY epoch DESC LIMIT 1"
        return self._db.execute(query, (kind,)).fetchone()

    def issue_times(self):
        """{epoch: UTC seconds} of all lists that were published."""
        return dict(self._db.execute("SELECT epoch, time FROM issues"))

    def next_epoch(self):
        """Epochs count over whitelist, delta and hotlist alike."""
        return self._db.execute("SELECT coalesce(max(epoch), 0) + 1 FROM issues").fetchone()[0]

    def note_issue(self, kind, epoch, entries, base=0):
        """Remembers what was published."""
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO issues VALUES (?, ?, ?, ?, ?)", (kind, epoch, int(time.time()), entries, base)
            )
            if kind == "hotlist":
                self._db.execute("DELETE FROM about WHERE name='hotlist owed'")
