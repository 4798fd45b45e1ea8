"""Accounts of operators: passwords under scrypt, sessions, roles."""

import hashlib
import hmac
import secrets
import time
from collections import namedtuple

from headend.errors import AccountRefused

ROLES = ("operator", "technician", "auditor")
# What each role may do; everybody who is logged in may look at the fleet.
RIGHTS = {
    "operator": {"block", "search", "command", "rollout", "audit", "settle", "place"},
    "technician": {"command", "rollout"},
    "auditor": {"search", "audit", "settle"},
}
SHORTEST_PASSWORD = 10
SESSION_S = 8 * 3600
_TRIES, _TRIES_S = 5, 300

Session = namedtuple("Session", "user role csrf")


class Accounts:
    """Users and sessions in the operators' store."""

    def __init__(self, db):
        self._db = db

    def add(self, name, role, password):
        """Makes or replaces a user; AccountRefused for a role that is none or a short password."""
        if role not in ROLES or not name or len(name) > 64:
            raise AccountRefused("expected a name and a role of %s" % ", ".join(ROLES))
        if len(password) < SHORTEST_PASSWORD:
            raise AccountRefused("the password has %d characters, expected %d" % (len(password), SHORTEST_PASSWORD))
        salt = secrets.token_bytes(16)
        self._db.execute("INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?)", (name, role, salt, _hash(password, salt)))
        self._db.execute("DELETE FROM sessions WHERE user=?", (name,))

    def log_in(self, name, password):
        """The token of a new session, or None. After five failures in five minutes a name has to wait."""
        now = int(time.time())
        self._db.execute("DELETE FROM failures WHERE time<?", (now - _TRIES_S,))
        tries = self._db.execute("SELECT count(*) FROM failures WHERE name=?", (name,)).fetchone()[0]
        row = self._db.execute("SELECT salt, hash FROM users WHERE name=?", (name,)).fetchone()
        salt, expected = row or (bytes(16), bytes(32))  # as much work for a name that is none
        if tries >= _TRIES or not hmac.compare_digest(_hash(password, salt), expected):
            self._db.execute("INSERT INTO failures VALUES (?, ?)", (name[:64], now))
            return None
        token = secrets.token_urlsafe(32)
        self._db.execute("DELETE FROM sessions WHERE until<?", (now,))
        row = _digest(token), name, secrets.token_urlsafe(24), now + SESSION_S
        self._db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", row)
        return token

    def session(self, token):
        """The Session of a token, or None."""
        row = self._db.execute(
            "SELECT user, role, csrf FROM sessions JOIN users ON user=name WHERE digest=? AND until>=?",
            (_digest(token or ""), int(time.time())),
        ).fetchone()
        return Session(*row) if row else None

    def log_out(self, token):
        self._db.execute("DELETE FROM sessions WHERE digest=?", (_digest(token or ""),))


def may(session, right):
    """Whether the role of a session has a right."""
    return session is not None and right in RIGHTS[session.role]


def _hash(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << 14, r=8, p=1, dklen=32)


def _digest(token):
    return hashlib.sha256(token.encode()).digest()
