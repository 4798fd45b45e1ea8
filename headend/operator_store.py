"""What the operators' side of the head-end keeps beside the log: fleet, commands, roll-outs, accounts, audit trail."""

import pathlib
import sqlite3

from headend.errors import FolderUnusable, StoreDamaged

FILE = "operator.sqlite"
_VERSION = 2
_SCHEMA = """
CREATE TABLE fleet (terminal TEXT PRIMARY KEY, contact INTEGER NOT NULL, has TEXT NOT NULL, bad TEXT NOT NULL,
    queued INTEGER NOT NULL, mode INTEGER NOT NULL, class TEXT NOT NULL, why TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sites (terminal TEXT PRIMARY KEY, site TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE commands (id INTEGER PRIMARY KEY AUTOINCREMENT, terminal TEXT NOT NULL, verb TEXT NOT NULL,
    argument TEXT NOT NULL, issued INTEGER NOT NULL, until INTEGER NOT NULL, by TEXT NOT NULL);
CREATE TABLE rollouts (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, kind TEXT NOT NULL,
    class TEXT NOT NULL, line TEXT NOT NULL, most_failed INTEGER NOT NULL, silent_s INTEGER NOT NULL,
    step INTEGER NOT NULL, begun INTEGER NOT NULL, status TEXT NOT NULL, why TEXT NOT NULL);
CREATE TABLE rollout_groups (rollout INTEGER NOT NULL, step INTEGER NOT NULL, terminal TEXT NOT NULL,
    outcome TEXT NOT NULL, PRIMARY KEY (rollout, terminal)) WITHOUT ROWID;
CREATE TABLE users (name TEXT PRIMARY KEY, role TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sessions (digest BLOB PRIMARY KEY, user TEXT NOT NULL, csrf TEXT NOT NULL, until INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE failures (name TEXT NOT NULL, time INTEGER NOT NULL);
CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, who TEXT NOT NULL,
    what TEXT NOT NULL, subject TEXT NOT NULL, chain BLOB NOT NULL);
"""

_UPGRADES = {1: "ALTER TABLE fleet ADD COLUMN why TEXT NOT NULL DEFAULT ''"}


def open_operator_store(folder):
    """A connection to the operators' store in `folder`, made when there is none; FolderUnusable or StoreDamaged."""
    path = pathlib.Path(folder) / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.OperationalError) as error:
        raise FolderUnusable("cannot use %s (%s): choose another data folder" % (path, error)) from None
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            connection.executescript("BEGIN EXCLUSIVE;%sPRAGMA user_version=%d;COMMIT;" % (_SCHEMA, _VERSION))
        elif version in _UPGRADES:
            connection.executescript(
                "BEGIN EXCLUSIVE;%s;PRAGMA user_version=%d;COMMIT;" % (_UPGRADES[version], version + 1)
            )
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StoreDamaged("%s cannot be read (%s): restore it or move it away" % (path, error)) from None
    if version not in (0, _VERSION, *_UPGRADES):
        connection.close()
        raise StoreDamaged("%s has version %d, this head-end reads %d" % (path, version, _VERSION))
    return connection
