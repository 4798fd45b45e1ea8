"""What the operators' side of the head-end keeps beside the log: fleet, commands, roll-outs, accounts, audit trail."""

import pathlib

from headend.sqlite_file import open_file

FILE = "operator.sqlite"
_VERSION = 3
_SCHEMA = """
CREATE TABLE fleet (terminal TEXT PRIMARY KEY, contact INTEGER NOT NULL, has TEXT NOT NULL, bad TEXT NOT NULL,
    queued INTEGER NOT NULL, mode INTEGER NOT NULL, class TEXT NOT NULL, why TEXT NOT NULL,
    test TEXT NOT NULL) WITHOUT ROWID;
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


def _to_2(connection):
    connection.execute("ALTER TABLE fleet ADD COLUMN why TEXT NOT NULL DEFAULT ''")


def _to_3(connection):
    connection.execute("ALTER TABLE fleet ADD COLUMN test TEXT NOT NULL DEFAULT ''")


def open_operator_store(folder):
    """A connection to the operators' store in `folder`, made when there is none; FolderUnusable or StoreDamaged."""
    return open_file(pathlib.Path(folder) / FILE, _SCHEMA, _VERSION, {1: _to_2, 2: _to_3})
