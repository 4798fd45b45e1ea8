"""The file of the embedded head-end: SQLite in WAL mode with synchronous=FULL."""

import pathlib
import sqlite3

from headend.errors import FolderUnusable, StoreDamaged

FILE = "headend.sqlite"
_VERSION = 3
_SCHEMA = """
CREATE TABLE batches (
    number INTEGER PRIMARY KEY, source INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    received INTEGER NOT NULL, entries BLOB NOT NULL);
CREATE INDEX batches_by_range ON batches (source, last, first);
CREATE TABLE quarantine (
    source INTEGER NOT NULL, seq INTEGER NOT NULL, digest BLOB NOT NULL, received INTEGER NOT NULL,
    payload BLOB NOT NULL, PRIMARY KEY (source, seq, digest)) WITHOUT ROWID;
CREATE TABLE progress (
    source INTEGER PRIMARY KEY, terminal TEXT NOT NULL, journal INTEGER NOT NULL, highest INTEGER NOT NULL,
    gaps TEXT NOT NULL, turn INTEGER NOT NULL, contact INTEGER NOT NULL, UNIQUE (terminal, journal));
CREATE TABLE alarms (
    terminal TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, first_time INTEGER NOT NULL,
    last_time INTEGER NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (terminal, kind, subject)) WITHOUT ROWID;
CREATE TABLE state (scope TEXT PRIMARY KEY, doc TEXT NOT NULL, revision INTEGER NOT NULL) WITHOUT ROWID;
"""


def open_store(folder):
    """A connection to the store in `folder`, made when there is none; FolderUnusable or StoreDamaged otherwise."""
    folder = pathlib.Path(folder)
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise FolderUnusable(
            "cannot write %s (%s): choose another data folder or change its permissions" % (path, error.strerror)
        ) from None
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        _make_schema(connection, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StoreDamaged("%s cannot be read (%s): restore it or move it away" % (path, error)) from None
    except StoreDamaged:
        connection.close()
        raise
    return connection


def memory_store():
    """An empty store of this process: what a gateway knows of a fleet, whose records lie elsewhere."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.executescript(_SCHEMA)
    return connection


def _make_schema(connection, path):
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        connection.executescript("BEGIN EXCLUSIVE;%sPRAGMA user_version=%d;COMMIT;" % (_SCHEMA, _VERSION))
    elif version != _VERSION:
        raise StoreDamaged(
            "%s has version %d, this head-end reads %d: use that version's program, or move it away"
            % (path, version, _VERSION)
        )
