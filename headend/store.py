"""The file of the embedded head-end: SQLite in WAL mode with synchronous=FULL."""

import pathlib
import sqlite3

from headend import store_upgrade
from headend.sqlite_file import open_file

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
    """A connection to the store in `folder`, made when there is none; FolderUnusable or StoreDamaged otherwise.

    One of version 2 is carried over first. Positions of the log are others afterwards, all of them higher: who reads on
    from a position of before reads some records twice and misses none.
    """
    steps = {2: lambda connection: store_upgrade.from_2(connection, _SCHEMA)}
    return open_file(pathlib.Path(folder) / FILE, _SCHEMA, _VERSION, steps)


def memory_store():
    """An empty store of this process: what a gateway knows of a fleet, whose records lie elsewhere."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.executescript(_SCHEMA)
    return connection
