"""Which NATS servers are refused, and how far a journal has come, as both engines see it."""

import asyncio
import json
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headend import engine_progress, nats_servers
from headend.errors import EngineAbsent, EngineUnsafe
from headend.event_log import EventLog
from headend.nats_servers import check_servers
from headend.store import _SCHEMA
from terminal.wire import Batch
from tests.engines import NatsCluster, free_ports


def test_a_server_that_syncs_later_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(nats_servers, "_ANSWER_S", 0.3)  # how long is waited for servers that are not there
    monkeypatch.setattr(nats_servers, "_FORMING_S", 0)
    with NatsCluster(tmp_path, size=1, change=lambda text: text.replace("sync_interval: always", "")) as cluster:
        with pytest.raises(EngineUnsafe, match="n0 may lose acknowledged records.*sync_interval: always"):
            asyncio.run(_check(cluster, 1))
        with pytest.raises(EngineUnsafe, match="1 servers answer, expected 2"):
            asyncio.run(_check(cluster, 3))


async def _check(cluster, replicas):
    for _ in range(100):
        try:
            return await check_servers(cluster.system_url, replicas)
        except EngineAbsent:  # still starting
            await asyncio.sleep(0.05)
    raise AssertionError(cluster.log(0))


def test_servers_that_start_one_after_the_other_are_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(nats_servers, "_ANSWER_S", 0.1)
    asked = []
    ask_all = nats_servers._ask_all

    async def late(connection, replicas):
        asked.append(len(await ask_all(connection, replicas)))
        if len(asked) == 2:
            cluster.start(1, 2)
        return await ask_all(connection, replicas)

    monkeypatch.setattr(nats_servers, "_ask_all", late)
    cluster = NatsCluster(tmp_path)
    cluster.start(0)
    try:
        assert len(asyncio.run(_check(cluster, 3))) >= 2
    finally:
        cluster.kill(0, 1, 2)
    assert len(asked) > 2 and asked[:2] == [1, 1], "nobody was waited for"


def test_a_lone_safe_server_will_do_when_one_is_asked_for(tmp_path):
    with NatsCluster(tmp_path, size=1) as cluster:
        assert asyncio.run(_check(cluster, 1)) == ["n0"]
        with pytest.raises(EngineAbsent) as refusal:
            asyncio.run(check_servers(cluster.system_url.replace("observe", "guessed"), 1))
        assert "guessed" not in str(refusal.value)


def test_an_older_server_is_refused_and_absent_ones_are_named_without_password():
    """Older servers are not to be had for tests: one answers here as Debian's 2.9.10 does, over a real socket."""

    async def play():
        server = await asyncio.start_server(_old_server, "127.0.0.1", 0)
        url = "nats://system:secret@127.0.0.1:%d" % server.sockets[0].getsockname()[1]
        async with server:
            with pytest.raises(EngineUnsafe, match="version 2.9.10, expected 2.12.*sync_interval"):
                await check_servers(url, 1)

    asyncio.run(play())
    with pytest.raises(EngineAbsent, match="127.0.0.1") as refusal:
        asyncio.run(check_servers("nats://system:secret@127.0.0.1:%d" % free_ports(1)[0], 1))
    assert "secret" not in str(refusal.value)


async def _old_server(reader, writer):
    writer.write(b'INFO {"server_id":"x","version":"2.9.10","max_payload":1000000,"headers":true,"proto":1}\r\n')
    answer = json.dumps({"server": {"name": "old", "ver": "2.9.10"}, "data": {"config": {"max_memory": 1}}}).encode()
    while line := await reader.readline():
        if line.startswith(b"PING"):
            writer.write(b"PONG\r\n")
        elif line.startswith(b"PUB"):
            inbox = line.split()[2]
            writer.write(b"MSG %s 1 %d\r\n%s\r\n" % (inbox, len(answer), answer))
    writer.close()


RANGE = st.tuples(st.integers(1, 60), st.integers(0, 9))


@given(st.lists(st.tuples(st.lists(RANGE, max_size=4), st.lists(RANGE, max_size=1), st.integers(1, 12)), max_size=8))
@settings(max_examples=100)
def test_what_is_missing_is_what_was_neither_brought_nor_given_up(batches):
    progress, start, brought, oldest = None, 0, set(), 0
    for pieces, lost, step in batches:
        oldest = max(oldest, step)
        batch, numbers = _batch(pieces, lost, oldest)
        if progress is None:
            progress = engine_progress.first_contact(oldest, 1)
            start = progress.highest
        brought |= numbers
        progress, _ = engine_progress.advance(progress, batch)
        missing = {n for n in range(max(start + 1, oldest), progress.highest + 1) if n not in brought}
        assert {n for first, last in progress.gaps for n in range(first, last + 1)} == missing
        assert progress.highest == max([start, *brought])


def _batch(pieces, lost, oldest):
    records, at = [], 0
    for first, extra in sorted(pieces):
        first = max(first, at + 1)
        at = first + extra
        records.append((at, extra + 1, b"x"))
    gone = [(max(at + 1, first), max(at + 1, first) + extra) for first, extra in lost]
    spans = [(seq - span + 1, seq) for seq, span, _ in records] + gone
    numbers = {n for first, last in spans for n in range(first, last + 1)}
    return Batch("t", 1, oldest, records, gone), numbers


@given(st.lists(st.lists(RANGE, min_size=1, max_size=4), min_size=1, max_size=8))
@settings(max_examples=60)
def test_both_engines_ask_for_the_same(batches):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(_SCHEMA)
    log, progress = EventLog(connection), engine_progress.first_contact(1, 1)
    for pieces in batches:
        batch = _singles(pieces)
        ((ack, want),) = log.commit([batch], 1)
        progress, _ = engine_progress.advance(progress, batch)
        assert (ack, want) == (engine_progress.last_number(batch), engine_progress.want(progress))
    connection.close()


def _singles(pieces):
    numbers = sorted({n for first, extra in pieces for n in range(first, first + extra + 1)})
    return Batch("t", 1, 1, [(n, 1, b"%d" % n) for n in numbers], [])


def test_gaps_are_bounded_and_nothing_missing_is_forgotten():
    progress = engine_progress.first_contact(1, 1)
    evens = Batch("t", 1, 1, [(n, 1, b"x") for n in range(2, 1001, 2)], [])
    progress, _ = engine_progress.advance(progress, evens)
    assert len(progress.gaps) == engine_progress.MOST_GAPS
    held = {n for first, last in progress.gaps for n in range(first, last + 1)}
    assert set(range(1, 1001, 2)) <= held


def test_a_range_is_missing_again_but_never_beyond_what_was_seen():
    progress = engine_progress.Progress(10, ((3, 4),), 1)
    assert engine_progress.missing_again(progress, 2, 6).gaps == ((2, 6),)
    assert engine_progress.missing_again(progress, 8, 99).gaps == ((3, 4), (8, 10))
    assert engine_progress.missing_again(progress, 11, 12) == progress
