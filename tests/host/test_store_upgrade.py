"""Stores of earlier versions are carried over whole. The file in tests/data/stores was written by version 2's program."""

import asyncio
import http.client
import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from headend import store_upgrade
from headend.errors import StoreDamaged
from headend.ledger import alarms, ledger, open_reader, progress, quarantined, read_log
from headend.operator_fleet import standings
from headend.operator_store import FILE as OPERATOR_FILE
from headend.operator_store import open_operator_store
from headend.projector import Projector
from headend.revocation import Revoked
from headend.schema import open_ledger
from headend.server import BackgroundServer
from headend.state import State
from headend.store import FILE, open_store
from terminal.wire import parse_reply
from tests.board_interpreter import ROOT
from tests.host.test_headend import batch

OLD = ROOT / "tests" / "data" / "stores" / "headend-v2.sqlite"
KEY = "SELECT terminal, journal, seq, received, payload FROM records ORDER BY "


def old(query):
    with closing(sqlite3.connect("file:%s?mode=ro&immutable=1" % OLD, uri=True)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def folder(tmp_path):
    shutil.copy(OLD, tmp_path / FILE)
    return tmp_path


def test_every_row_of_a_version_2_store_is_there_afterwards(folder):
    assert old("PRAGMA user_version") == [(2,)] and len(old(KEY + "1")) == 107
    open_store(folder).close()
    with closing(open_reader(folder)) as reader:
        assert reader.execute("PRAGMA user_version").fetchone() == (3,)
        assert [(*row[:4], row.payload) for row in ledger(reader)] == old(KEY + "1, 2, 3")
        assert sum(row.parked is not None for row in ledger(reader)) == 3
        entries = read_log(reader, 0, 1000)
        assert [(e.terminal, e.journal, e.seq, e.received, e.payload) for e in entries] == old(KEY + "position")
        assert [e.span for e in entries] == [span for (span,) in old("SELECT span FROM records ORDER BY position")]
        assert all(entry.position > at for at, entry in enumerate(entries, 1))
        assert quarantined(reader) == old("SELECT terminal, journal, seq, payload FROM quarantine")
        assert [tuple(alarm) for alarm in alarms(reader)] == old("SELECT * FROM alarms ORDER BY last_time")
        assert progress(reader) == old("SELECT terminal, journal, complete, highest, contact FROM progress")
        turns = "SELECT terminal, journal, turn FROM progress ORDER BY 1, 2"
        assert reader.execute(turns).fetchall() == old(turns)
        tables = {name for (name,) in reader.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    assert tables == {"batches", "quarantine", "progress", "alarms", "state"}


def test_desired_state_keeps_documents_and_revisions(folder):
    with closing(open_store(folder)) as connection:
        state = State(connection)
        for scope, doc, revision in old("SELECT scope, doc, revision FROM state"):
            assert asyncio.run(state.get(scope)) == (json.loads(doc), revision)
        assert asyncio.run(Revoked().read(state)) == {"4A01BC", "77"}
        newest = old("SELECT max(revision) FROM state")[0][0]
        assert asyncio.run(state.newest()) == newest + 1  # the revoked certificates are a document now
        assert asyncio.run(state.put("class:bus", {}, 0)) == newest + 2


def test_terminals_go_on_where_they_were(folder):
    """What was missing is asked for, what was held is known, and a clone is still one."""
    with BackgroundServer(folder) as headend, closing(open_reader(folder)) as reader:
        connection = http.client.HTTPConnection(headend.host, headend.port, timeout=10)

        def reply_to(*arguments, **options):
            connection.request("POST", "/v1/txn", batch(*arguments, **options))
            reply = parse_reply(connection.getresponse().read())
            return reply.ack, reply.want

        before = alarms(reader)
        everything = {}
        for terminal, journal, seq, payload in old("SELECT terminal, journal, seq, payload FROM records WHERE span=1"):
            everything.setdefault((terminal, journal), []).append((seq, payload))
        wants = {("gate-1", 7): (3, 4), ("gate-2", 1): (60, 69)}
        for (terminal, journal), entries in everything.items():
            want = reply_to(
                *sorted(entries), terminal=terminal, journal=journal, oldest=60 if terminal == "gate-2" else 1
            )
            assert want[1] == wants.get((terminal, journal))
        assert [alarm for alarm in alarms(reader) if alarm not in before][0].kind == "two terminals, one name"
        assert len(alarms(reader)) == len(before)
        assert reply_to((3, b""), (4, b"")) == (4, (8, 8))
        assert reply_to((8, b"")) == (8, None)
        assert reply_to((91, b""), terminal="gate-4", journal=5) == (91, None)
        connection.close()
        assert len(list(ledger(reader))) == 107 + 4


def test_an_interrupted_upgrade_leaves_the_old_store(folder, monkeypatch):
    pack, packed = store_upgrade.pack_entries, []

    def interrupted(entries):
        if len(packed) == 4:
            raise sqlite3.OperationalError("disk I/O error")
        packed.append(entries)
        return pack(entries)

    monkeypatch.setattr(store_upgrade, "pack_entries", interrupted)
    with pytest.raises(StoreDamaged, match="disk I/O error"):
        open_store(folder)
    assert len(packed) == 4
    with closing(sqlite3.connect(folder / FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute(KEY + "1, 2, 3").fetchall() == old(KEY + "1, 2, 3")
    monkeypatch.undo()
    test_every_row_of_a_version_2_store_is_there_afterwards(folder)


def test_who_read_up_to_a_position_of_before_misses_nothing(folder, tmp_path):
    """A projector of version 2 had carried the first 60 records."""
    rows = old("SELECT terminal, journal, seq, payload FROM records ORDER BY position")
    open_store(folder).close()
    database = open_ledger("sqlite:///%s/ledger.sqlite" % tmp_path)
    with closing(open_reader(folder)) as reader:
        Projector(None, database).take(0, read_log(reader, 61, 1000))
        with database.connect() as connection:
            carried = {tuple(row) for row in connection.exec_driver_sql("SELECT terminal, journal, seq FROM records")}
    database.dispose()
    assert {row[:3] for row in rows[60:]} <= carried


def test_an_operators_store_of_version_1_gets_its_new_column(tmp_path):
    with closing(sqlite3.connect(tmp_path / OPERATOR_FILE)) as connection:
        connection.executescript(
            "CREATE TABLE fleet (terminal TEXT PRIMARY KEY, contact INTEGER NOT NULL, has TEXT NOT NULL, bad TEXT NOT "
            "NULL, queued INTEGER NOT NULL, mode INTEGER NOT NULL, class TEXT NOT NULL) WITHOUT ROWID;"
            "INSERT INTO fleet VALUES ('gate-1', 5, 'hotlist.3', '', 2, 1, 'gate'); PRAGMA user_version=1"
        )
    with closing(open_operator_store(tmp_path)) as db:
        (standing,) = standings(db)
        assert standing == ("gate-1", 5, {"hotlist": 3}, {}, 2, 1, "gate", "", [])
