"""The contract of the head-end's four ports (headend/ports.py), for every engine that claims to keep it."""

import asyncio
import contextlib
import itertools
import threading

import pytest

from headend.app import HeadendApp
from headend.engine_nats import NatsEngine
from headend.engine_sqlite import SqliteEngine
from headend.errors import RevisionConflict
from headend.peer import Peer
from headend.revocation import revoke
from headend.state import EVERYBODY, merged
from headend.store import memory_store
from terminal.wire import Batch


@pytest.fixture(params=["sqlite", "jetstream"])
def opened(request, tmp_path):
    """A function that opens the engine, afresh each time, on the same data."""
    if request.param == "sqlite":
        make = SqliteEngine.open
        arguments = (tmp_path,)
    else:
        servers = request.getfixturevalue("cluster")
        make = NatsEngine.open
        arguments = (servers.url, servers.system_url, tmp_path, 2)

    @contextlib.asynccontextmanager
    async def open_engine():
        engine = await make(*arguments)
        try:
            yield engine
        finally:
            await engine.close()

    return open_engine


_numbers = itertools.count(1)


@pytest.fixture
def names():
    """Terminal names nobody had before: the servers are shared by the tests."""
    number = next(_numbers)
    return "gate%d.a" % number, "gate%d.b" % number


def batch(terminal, first, count, content=b"x", oldest=1):
    return Batch(terminal, 1, oldest, [(seq, 1, content * 64) for seq in range(first, first + count)], [])


def test_terminals_are_counted_once_each(opened, names):
    async def play():
        async with opened() as engine:
            before = await engine.log.terminals()
            for first in (1, 3):
                for name in names:
                    await engine.log.append(batch(name, first, 2))
            assert await engine.log.terminals() == before + 2

    asyncio.run(play())


async def read_all(log, names, limit=1000):
    """{terminal: [(seq, first byte)]} as a reader has it that knows doubles by their key."""
    seen = {name: {} for name in names}
    for part in range(log.parts):
        start = 0
        while entries := await log.read(part, start, limit):
            assert [entry.position for entry in entries] == sorted({entry.position for entry in entries})
            assert len(entries) <= limit and entries[0].position >= start
            start = entries[-1].position + 1
            for entry in entries:
                if entry.terminal in seen:
                    seen[entry.terminal].setdefault(entry.seq, entry.payload[:1])
    return {name: list(records.items()) for name, records in seen.items()}


def test_appended_records_are_read_in_order(opened, names):
    async def play():
        expected = {name: [(seq, b"x") for seq in range(1, 7)] for name in names}
        async with opened() as engine:
            outcomes = [await engine.log.append(batch(name, first, 3)) for first in (1, 4) for name in names]
            assert outcomes == [(3, None), (3, None), (6, None), (6, None)]
            assert await read_all(engine.log, names) == expected
        async with opened() as engine:  # durable
            assert await read_all(engine.log, names, limit=4) == expected
            entry = [entry for part in range(engine.log.parts) for entry in await engine.log.read(part, 0, 1)][0]
            assert (entry.seq - entry.span, len(entry.payload), entry.received > 1_700_000_000) == (0, 64, True)

    asyncio.run(play())


def test_appending_again_changes_nothing(opened, names):
    async def play():
        async with opened() as engine:
            for content in (b"x", b"x", b"y"):
                assert await engine.log.append(batch(names[0], 1, 2, content)) == (2, None)
        async with opened() as engine:
            assert await engine.log.append(batch(names[0], 1, 2)) == (2, None)
            assert await read_all(engine.log, names) == {names[0]: [(1, b"x"), (2, b"x")], names[1]: []}

    asyncio.run(play())


def test_gaps_are_asked_for(opened, names):
    async def play():
        async with opened() as engine:
            assert [(await engine.log.append(batch(names[0], first, 2)))[1] for first in (1, 7, 3)] == [
                None, (3, 6), (5, 6),
            ]  # fmt: skip
        async with opened() as engine:
            assert await engine.log.append(batch(names[0], 9, 0)) == (None, (5, 6))
            assert await engine.log.append(batch(names[0], 5, 2)) == (6, None)

    asyncio.run(play())


def test_a_range_that_cannot_come_is_asked_for_no_longer(opened, names):
    async def play():
        async with opened() as engine:
            await engine.log.append(batch(names[0], 1, 2))
            assert await engine.log.append(batch(names[0], 9, 1)) == (9, (3, 8))
            assert await engine.log.append(Batch(names[0], 1, 1, [], [(3, 6)])) == (6, (7, 8))
            assert await engine.log.append(batch(names[0], 10, 1, oldest=9)) == (10, None)

    asyncio.run(play())


def test_what_is_held_is_not_asked_for_again_after_an_answer(opened, names):
    async def play():
        async with opened() as engine:
            await engine.log.append(batch(names[0], 1, 4))
            await engine.log.ask_again(names[0], 1, 2, 3)
            ack, want = await engine.log.append(batch(names[0], 5, 1))
            assert ack == 5 and want in (None, (2, 3))  # an engine may know that it holds them, or ask
            assert await engine.log.append(batch(names[0], 2, 2)) == (3, None)
            assert await read_all(engine.log, names[:1]) == {names[0]: [(seq, b"x") for seq in range(1, 6)]}
            await engine.log.ask_again("nobody", 1, 1, 5)

    asyncio.run(play())


def test_many_appends_at_once_are_each_answered(opened, names):
    many = ["%s.%d" % (names[0], number) for number in range(50)]

    async def play():
        async with opened() as engine:
            outcomes = await asyncio.gather(*(engine.log.append(batch(name, 1, 20)) for name in many))
            assert outcomes == [(20, None)] * 50
            assert await read_all(engine.log, many) == {name: [(seq, b"x") for seq in range(1, 21)] for name in many}

    asyncio.run(play())


def test_a_document_has_one_writer_at_a_time(opened, names):
    scope = "terminal:" + names[0]

    async def play():
        async with opened() as engine:
            state = engine.state
            assert await state.get(scope) == (None, 0)
            first = await state.put(scope, {"a": 1}, 0)
            for wrong in (0, first + 1):
                with pytest.raises(RevisionConflict):
                    await state.put(scope, {"a": 2}, wrong)
            second = await state.put(scope, {"a": 3, "b": [1, "x"]}, first)
            assert second > first and await state.newest() == second
        async with opened() as engine, opened() as other:
            assert await engine.state.get(scope) == ({"a": 3, "b": [1, "x"]}, second)
            third = await other.state.put(scope, {}, second)
            assert await engine.state.newest() == third
            assert await engine.state.get(scope) == ({}, third)
            assert await engine.state.changed(second) == (third, [scope])
            assert await engine.state.changed(third) == (third, [])
            newest, scopes = await engine.state.changed(0)
            assert newest == third and scope in scopes

    asyncio.run(play())


def test_narrower_scopes_override_wider_ones(opened, names):
    wide, narrow, other = "class:" + names[0], "terminal:" + names[0], "terminal:" + names[1]

    async def play():
        async with opened() as engine:
            state = engine.state
            await state.put(wide, {"hotlist": 1, "tariff": 1}, 0)
            _, before = await merged(state, (wide, narrow))
            await state.put(narrow, {"tariff": 2}, 0)
            doc, after = await merged(state, (wide, narrow))
            assert doc == {"hotlist": 1, "tariff": 2} and after != before
            assert (await merged(state, (wide, other)))[0] == {"hotlist": 1, "tariff": 1}

    asyncio.run(play())


def test_blobs_are_found_by_their_content(opened, tmp_path):
    async def play():
        async with opened() as engine:
            digests = [await engine.blobs.put(content) for content in (b"", b"one", b"one", bytes(100_000))]
            assert digests[1] == digests[2] and len(set(digests)) == 3
        async with opened() as engine:
            paths = [await engine.blobs.path(digest) for digest in digests]
            assert [path.read_bytes()[:3] for path in paths] == [b"", b"one", b"one", bytes(3)]
            for absent in ("0" * 64, "../../etc/passwd", "", "0" * 63, "." * 64):
                assert await engine.blobs.path(absent) is None

    asyncio.run(play())


def test_a_nudge_wakes_all_who_wait_and_nobody_else(opened):
    async def play():
        async with opened() as engine:
            nudge = engine.nudge
            waiting = [asyncio.create_task(nudge.wait("state", 20)) for _ in range(100)]
            other = asyncio.create_task(nudge.wait("commands", 0.05))
            await asyncio.sleep(0)
            threading.Thread(target=nudge.publish, args=("state",)).start()
            assert await asyncio.gather(*waiting) == [True] * 100
            assert await other is False
            nudge.publish("state")  # to nobody
            await asyncio.sleep(0.05)
            assert await nudge.wait("state", 0.01) is False

    asyncio.run(play())


def test_who_waits_with_a_certificate_that_is_revoked_is_refused_at_once(opened, names):
    answers = {name: [] for name in names}

    def question(app, name, serial, tag="0-0-0"):
        async def send(message):
            answers[name].append(message)

        query = "terminal=%s&since=%s&wait=60" % (name, tag)
        scope = {"type": "http", "method": "GET", "path": "/v1/state", "query_string": query.encode()}
        scope["state"] = {"peer": Peer(name, serial, 2**40)}
        return asyncio.create_task(app(scope, None, send))

    async def play():
        async with opened() as engine, opened() as other:
            with contextlib.closing(memory_store()) as store:
                app = HeadendApp(engine.log, engine.state, engine.blobs, store, nudge=lambda: engine.nudge)
                async with app._lifespan(None):
                    _, tag = await merged(engine.state, (EVERYBODY, "class:", "terminal:" + names[0]))
                    one, two = (question(app, name, "%sAB" % at, tag) for at, name in enumerate(names, 1))
                    await asyncio.sleep(0.05)
                    assert answers == {name: [] for name in names}
                    await revoke(other.state, "001ab")  # as a person may write it
                    await asyncio.wait_for(one, 5)
                    head, body = answers[names[0]]
                    assert head["status"] == 403 and (b"connection", b"close") in head["headers"]
                    assert b"revoked" in body["body"] and answers[names[1]] == [] and not two.done()
                    await asyncio.wait_for(question(app, names[0], "1AB"), 5)  # and is not taken again
                    assert answers[names[0]][2]["status"] == 403
                    two.cancel()
                fresh = HeadendApp(engine.log, engine.state, engine.blobs, store, nudge=lambda: engine.nudge)
                async with fresh._lifespan(None):
                    await asyncio.wait_for(question(fresh, names[0], "1AB"), 5)
                    assert answers[names[0]][4]["status"] == 403

    asyncio.run(play())
