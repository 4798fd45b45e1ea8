"""The ledger's tables, and how a database comes to have them. SQLite and PostgreSQL."""

import functools
import pathlib

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from headend.errors import LedgerUnusable

_MIGRATIONS = pathlib.Path(__file__).resolve().parent / "migrations"
_ONLY_READS = "gatepost_only_reads"
_BINARY = {String: "text", BigInteger: "int8", Integer: "int4", SmallInteger: "int2", LargeBinary: "bytea"}
metadata = MetaData()


def _key(*extra):
    return (
        Column("terminal", String(32), primary_key=True),
        Column("journal", BigInteger, primary_key=True, autoincrement=False),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        *extra,
    )


_UNPROVED = "proof IS NULL AND kind IN (3, 11)"  # DEBITED, LOADED

# One row a record, as the terminal sent it and spread out. `parked` says why it could not be spread out.
records = Table(
    "records",
    metadata,
    *_key(),
    Column("span", SmallInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("parked", String),
    Column("kind", SmallInteger),
    Column("flags", SmallInteger),
    Column("time", BigInteger),
    Column("day", Integer),  # days since 1970-01-01 in China
    Column("token", LargeBinary),  # under the list key
    Column("scheme", SmallInteger),
    Column("reason", SmallInteger),
    Column("fare", Integer),  # fen
    Column("holder_class", SmallInteger),
    Column("mode", SmallInteger),
    Column("ref", BigInteger),
    Column("proof", SmallInteger),  # settlement.PROVED and so on, once somebody looked
    Index("records_by_day", "day", "kind"),
    Index("records_by_ref", "terminal", "journal", "ref"),
    Index("records_by_token", "token", "time"),
    Index("records_by_received", "received"),
    Index("unproved", "day", sqlite_where=text(_UNPROVED), postgresql_where=text(_UNPROVED)),
    Index("command_answers", "terminal", "ref", sqlite_where=text("kind = 12"), postgresql_where=text("kind = 12")),
)

# The same key with other content: a cloned or rolled-back terminal. The first one counts.
doubles = Table(
    "doubles",
    metadata,
    *_key(Column("digest", LargeBinary, primary_key=True)),
    Column("received", BigInteger, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

# Up to where each part of the log is in here.
cursors = Table(
    "cursors",
    metadata,
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
)

# High-water marks: lowest and highest number of a journal, and how many numbers between them are here.
journals = Table(
    "journals",
    metadata,
    Column("terminal", String(32), primary_key=True),
    Column("journal", BigInteger, primary_key=True, autoincrement=False),
    Column("first", BigInteger, nullable=False),
    Column("highest", BigInteger, nullable=False),
    Column("numbers", BigInteger, nullable=False),
    Column("contact", BigInteger, nullable=False),
)

# Where a terminal stood, from `since` (UTC seconds) on.
places = Table(
    "places",
    metadata,
    Column("terminal", String(32), primary_key=True),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("operator", String(64), nullable=False),
    Column("line", String(64), nullable=False),
)

# Ranges that terminals were asked for again.
asked = Table(
    "asked",
    metadata,
    Column("terminal", String(32), primary_key=True),
    Column("journal", BigInteger, primary_key=True, autoincrement=False),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, primary_key=True, autoincrement=False),
    Column("times", Integer, nullable=False),
)

# What the last nightly reconciliation found and nobody can put right by asking again.
findings = Table(
    "findings",
    metadata,
    Column("terminal", String(32), primary_key=True),
    Column("journal", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("what", String(32), primary_key=True),
    Column("night", BigInteger, nullable=False),  # UTC seconds
)


def open_ledger(url):
    """A SQLAlchemy engine on `url` (sqlite:///FILE or postgresql+psycopg://...), migrated. LedgerUnusable."""
    try:
        database = create_engine(url)
    except (ArgumentError, NoSuchModuleError) as error:
        raise _unusable(error) from None
    if database.dialect.name == "sqlite":
        _take_turns(database)
    try:
        with database.begin() as connection:
            settings = Config()
            settings.set_main_option("script_location", str(_MIGRATIONS))
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
    except (SQLAlchemyError, CommandError) as error:
        database.dispose()
        raise _unusable(error) from None
    return database


def _unusable(error):
    return LedgerUnusable(
        "the ledger's database cannot be used (%s): is it running, and not of a newer version?" % type(error).__name__
    )


def _take_turns(database):
    """Two writers wait for each other: Python's own transactions would let them read first and fail at the commit."""

    @event.listens_for(database, "connect")
    def _no_own_transactions(connection, _record):
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(database, "begin")
    def _begin(connection):
        only_reads = connection.get_execution_options().get(_ONLY_READS)
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def reader_of(database):
    """The same database for who only reads: on SQLite he waits for no writer. It needs no disposing."""
    return database.execution_options(**{_ONLY_READS: True})


def append(connection, table, rows):
    """Inserts `rows` (dicts with the same columns), none of whose keys is there: LedgerUnusable when one is.

    PostgreSQL takes them as one stream: a statement for each costs it, and us, three times as much.
    """
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(table.insert(), rows)
        return
    names = list(rows[0])
    statement = "COPY %s (%s) FROM STDIN (FORMAT BINARY)" % (table.name, ", ".join('"%s"' % name for name in names))
    try:
        with connection.connection.driver_connection.cursor() as cursor, cursor.copy(statement) as stream:
            stream.set_types([_BINARY[type(table.c[name].type)] for name in names])
            for row in rows:
                stream.write_row([row[name] for name in names])
    except connection.dialect.loaded_dbapi.Error as error:
        raise LedgerUnusable("records are not taken (%s): check the database" % type(error).__name__) from None


def insert_new(connection, table, rows):
    """Inserts `rows` (dicts), leaving out those whose key is there."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def replace(connection, table, rows):
    """Inserts `rows` (whole, as dicts), in place of those whose key is there."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":  # one statement, where SQLAlchemy sends one for each
        connection.exec_driver_sql(_replacement(table), tuple([row[name] for row in rows] for name in table.c.keys()))
        return
    insert = _insert(connection, table)
    others = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    connection.execute(insert.on_conflict_do_update(index_elements=table.primary_key, set_=others), rows)


@functools.cache
def _replacement(table):
    """PostgreSQL's statement that takes an array for each column."""
    arrays = ", ".join("%%s::%s[]" % _BINARY[type(column.type)] for column in table.columns)
    keys = ", ".join('"%s"' % column.name for column in table.primary_key)
    others = ", ".join('"%s"=excluded."%s"' % (c.name, c.name) for c in table.columns if not c.primary_key)
    start = "INSERT INTO %s SELECT * FROM unnest(%s) ON CONFLICT (%s) DO UPDATE SET %s"
    return start % (table.name, arrays, keys, others)


def _insert(connection, table):
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
