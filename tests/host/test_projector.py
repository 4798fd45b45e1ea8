"""From the log into the ledger, on SQLite and on a real PostgreSQL: once each, parked, doubled, marked."""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from headend import schema
from headend.engine_nats import NatsEngine
from headend.engine_sqlite import SqliteEngine
from headend.errors import LedgerUnusable
from headend.ports import Entry
from headend.projector import Projector, _row
from headend.schema import doubles, journals, metadata, open_ledger, records
from terminal.records import TAP, pack, plain
from terminal.wire import Batch
from tests.board_interpreter import ROOT
from tests.engines import free_ports


def payload(seq):
    return pack(plain(TAP, 1_800_000_000 + seq, bytes([seq % 256]) * 16, scheme=1, fare=seq))


def entry(position, seq, terminal="gate-1", content=None):
    return Entry(position, terminal, 7, seq, 1, 1_800_000_500, content or payload(seq))


def column(database, expression):
    with database.connect() as connection:
        return [row[0] if len(row) == 1 else tuple(row) for row in connection.execute(expression)]


def stored(database):
    return column(database, select(records.c.terminal, records.c.seq).order_by(records.c.terminal, records.c.seq))


def test_migrations_make_the_tables_that_the_code_writes(database, database_url):
    open_ledger(database_url).dispose()  # again changes nothing
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_that_is_away_or_newer_is_refused(database, database_url):
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num='9999'")
    with pytest.raises(LedgerUnusable, match="newer version"):
        open_ledger(database_url)
    with pytest.raises(LedgerUnusable) as refusal:
        open_ledger("postgresql+psycopg://gatepost:secret@127.0.0.1:%d/x" % free_ports(1)[0])
    assert "secret" not in str(refusal.value)


def test_records_are_spread_out_and_foreign_ones_parked(database):
    Projector(None, database).take(0, [entry(1, 1), entry(2, 2, content=b"\xffnonsense"), entry(3, 3)])
    rows = column(database, select(records.c.seq, records.c.fare, records.c.day, records.c.parked).order_by("seq"))
    assert rows == [(1, 1, 20833, None), (2, None, None, "record of 9 bytes, expected 64"), (3, 3, 20833, None)]


def test_the_same_entries_again_change_nothing_and_other_content_is_kept_apart(database):
    projector = Projector(None, database)
    entries = [entry(number, number) for number in range(1, 11)]
    projector.take(0, entries)
    before = column(database, select(records)), column(database, select(journals))
    projector.take(0, entries)  # the same positions
    projector.take(0, [entry(20 + number, number) for number in range(1, 11)])  # the log holds them twice
    clone = b"\x01" * 64
    projector.take(0, [entry(40, 5, content=clone), entry(41, 11), entry(42, 11, content=clone), entry(43, 11)])
    assert before[0] == column(database, select(records).where(records.c.seq < 11))
    assert stored(database) == [("gate-1", number) for number in range(1, 12)]
    assert column(database, select(doubles.c.seq, doubles.c.payload).order_by("seq")) == [(5, clone), (11, clone)]
    assert column(database, select(journals.c.first, journals.c.highest, journals.c.numbers)) == [(1, 11, 11)]


def test_a_record_that_is_there_without_a_mark_is_carried_at_the_next_try(database):
    """As by a second projector of another division of the log: nothing is doubled, nothing stands still for ever."""
    with database.begin() as connection:
        schema.append(connection, records, [_row(entry(1, 2))])
    projector = Projector(None, database)
    with pytest.raises(LedgerUnusable):
        projector.take(0, [entry(1, 1), entry(2, 2), entry(3, 3)])
    assert stored(database) == [("gate-1", 2)]
    with database.begin() as connection:  # the other one's mark, a moment later
        mark = {"terminal": "gate-1", "journal": 7, "first": 2, "highest": 2, "numbers": 1, "contact": 0}
        schema.insert_new(connection, journals, [mark])
    projector.take(0, [entry(1, 1), entry(2, 2), entry(3, 3)])
    assert stored(database) == [("gate-1", number) for number in (1, 2, 3)]
    assert column(database, select(journals.c.first, journals.c.highest, journals.c.numbers)) == [(1, 3, 3)]


def test_projectors_that_run_at_once_and_start_over_leave_each_record_once(database):
    chance = random.Random(6)
    entries = [entry(n, 1 + n // 3, "gate-%d" % (n % 3)) for n in range(1, 601)]
    failures = []

    def carry():
        try:
            for start in range(0, 600, 60):
                Projector(None, database).take(0, entries[max(0, start - 30) : start + 60])
        except LedgerUnusable as error:
            failures.append(error)

    threads = [threading.Thread(target=carry) for _ in range(3)]
    chance.shuffle(threads)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert stored(database) == sorted((e.terminal, e.seq) for e in entries)
    assert sum(column(database, select(journals.c.numbers))) == 600
    assert column(database, select(func.count()).select_from(doubles)) == [0]


def test_the_log_is_carried_whole_and_then_only_what_is_new(database, tmp_path):
    async def play():
        engine = await SqliteEngine.open(tmp_path / "headend")
        projector = Projector(engine.log, database)
        for first in (1, 4):
            for name in ("a", "b"):
                batch = [(seq, 1, payload(seq)) for seq in range(first, first + 3)]
                await engine.log.append(Batch(name, 1, 1, batch, []))
            assert await projector.catch_up() == 6
            assert await projector.catch_up() == 0
        await engine.close()

    asyncio.run(play())
    assert stored(database) == [(name, seq) for name in ("a", "b") for seq in range(1, 7)]


def test_a_projector_that_is_killed_leaves_the_rest_to_the_next(cluster, postgres):
    """The process itself, from three servers into PostgreSQL, killed in the middle."""
    url = postgres.database()
    database = open_ledger(url)
    names = {"GATEPOST_NATS": cluster.url, "GATEPOST_NATS_SYSTEM": cluster.system_url, "GATEPOST_PARTS": "2"}
    process = subprocess.Popen(
        [sys.executable, "-m", "headend.projector"], cwd=ROOT, env={**os.environ, **names, "GATEPOST_LEDGER": url}
    )
    mine = records.c.terminal.in_(["carried-0", "carried-1"])
    count = select(func.count()).select_from(records).where(mine)

    async def play(folder):
        engine = await NatsEngine.open(cluster.url, cluster.system_url, folder, 2)
        sent = 0
        while process.poll() is None:
            for terminal in ("carried-0", "carried-1"):
                batch = [(seq, 1, payload(seq)) for seq in range(sent + 1, sent + 6)]
                await engine.log.append(Batch(terminal, 1, 1, batch, []))
            sent += 5
            if column(database, count) != [0]:
                process.kill()
                process.wait()
            assert sent < 20_000
        await Projector(engine.log, database).catch_up()
        await engine.close()
        return sent

    try:
        with tempfile.TemporaryDirectory() as folder:
            sent = asyncio.run(play(folder))
    finally:
        process.kill()
        process.wait()
    numbers = column(database, select(records.c.terminal, records.c.seq).where(mine).order_by("terminal", "seq"))
    assert numbers == [("carried-%d" % n, seq) for n in (0, 1) for seq in range(1, sent + 1)]
    marks = select(journals.c.numbers).where(journals.c.terminal.in_(["carried-0", "carried-1"]))
    assert column(database, marks) == [sent, sent]
    database.dispose()
