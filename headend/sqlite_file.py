"""The head-end's SQLite files: opened durably, made or brought up to date once, changed whole or not at all."""

import contextlib
import pathlib
import shutil
import sqlite3

from headend.errors import FolderUnusable, StoreDamaged

_SMALLEST = 65536  # bytes: what SQLite keeps beside a file that is open, which fails as an I/O error


def open_file(path, schema, version=1, steps=None, damaged=StoreDamaged):
    """A connection to the file, made by `schema` when there is none: WAL, synchronous=FULL, any thread, no autobegin.

    `steps`: {version: step(connection)}, each brings a file of that version to the next one. All of it is one
    transaction: a power cut leaves the old file or the new one. FolderUnusable, or `damaged` when it cannot be read.
    """
    path = pathlib.Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise FolderUnusable(
            "cannot write %s (%s): choose another data folder or change its permissions" % (path, error.strerror)
        ) from None
    with contextlib.ExitStack() as unless_opened:
        connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        unless_opened.callback(connection.close)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            _bring_up(connection, schema, version, steps or {})
        except sqlite3.DatabaseError as error:
            raise unusable(path, error, damaged) from None
        found = _version(connection)
        if found != version:
            raise damaged(
                "%s has version %d, this head-end reads %d: use that version's program, or move it away"
                % (path, found, version)
            )
        unless_opened.pop_all()
    return connection


def unusable(path, error, damaged=StoreDamaged):
    """What SQLite's `error` with the file means for a person: a full disk (FolderUnusable), or `damaged`."""
    short = isinstance(error, sqlite3.OperationalError) and shutil.disk_usage(path.parent).free < _SMALLEST
    if short or "disk is full" in str(error):
        return FolderUnusable("cannot write %s: the disk is full; make room on it, then start again" % path)
    return damaged("%s cannot be read (%s): restore it or move it away" % (path, error))


def _version(connection):
    return connection.execute("PRAGMA user_version").fetchone()[0]


def _bring_up(connection, schema, version, steps):
    if _version(connection) == version:
        return
    with transaction(connection, "EXCLUSIVE"):
        found = _version(connection)  # another process may have been here meanwhile
        if found == 0:
            make_tables(connection, schema)
            found = version
        while found in steps:
            steps[found](connection)
            found += 1
        connection.execute("PRAGMA user_version=%d" % found)


def make_tables(connection, schema):
    """Runs the statements of `schema` in the transaction under way, which `executescript` would end."""
    for statement in schema.split(";"):
        connection.execute(statement)


@contextlib.contextmanager
def transaction(connection, kind="IMMEDIATE"):
    """All of what is done within, or nothing; durable when it is left."""
    connection.execute("BEGIN " + kind)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
