"""The contract of the head-end's four ports (headend/ports.py), for every engine that claims to keep it."""

import asyncio
import threading

import pytest

from headend.blobs import Blobs
from headend.errors import RevisionConflict
from headend.event_log import EventLog
from headend.ledger import open_reader
from headend.state import Nudge, State, merged
from headend.store import open_store
from headend.writer import GroupWriter
from terminal.wire import Batch


class SqliteEngine:
    """The embedded engine on `folder`."""

    def __init__(self, folder):
        self._state_connection = open_store(folder)
        self.reader = open_reader(folder)
        self.log = GroupWriter(EventLog(open_store(folder)), self.reader)
        self.state = State(self._state_connection)
        self.blobs = Blobs(folder / "blobs")
        self.nudge = Nudge

    def close(self):
        self.log.stop()
        self.reader.close()
        self._state_connection.close()


ENGINES = [SqliteEngine]


@pytest.fixture(params=ENGINES)
def reopen(request, tmp_path):
    """A function that opens the engine, afresh each time, on the same data."""
    opened = []

    def open_engine():
        while opened:
            opened.pop().close()
        opened.append(request.param(tmp_path))
        return opened[0]

    yield open_engine
    while opened:
        opened.pop().close()


def batch(terminal, first, count, content=b"x"):
    return Batch(terminal, 1, 1, [(seq, 1, content * 64) for seq in range(first, first + count)], [])


def test_appended_records_are_read_in_commit_order(reopen):
    async def fill(log):
        outcomes = [await log.append(batch(name, first, 3)) for first in (1, 4) for name in ("a", "b")]
        assert outcomes == [(3, None), (3, None), (6, None), (6, None)]

    async def look(log, start):
        return [(terminal, seq) for _, terminal, _, seq, _ in await log.read(start, 100)]

    engine = reopen()
    asyncio.run(fill(engine.log))
    expected = [(name, seq) for first in (1, 4) for name in ("a", "b") for seq in range(first, first + 3)]
    assert asyncio.run(look(engine.log, 0)) == expected
    engine = reopen()  # durable
    assert asyncio.run(look(engine.log, 0)) == expected
    position = asyncio.run(engine.log.read(0, 5))[-1][0]
    assert asyncio.run(look(engine.log, position + 1)) == expected[5:]


def test_appending_again_changes_nothing(reopen):
    async def fill(log):
        for content in (b"x", b"x", b"y"):
            assert await log.append(batch("a", 1, 2, content)) == (2, None)
        return [(seq, payload[:1]) for _, _, _, seq, payload in await log.read(0, 100)]

    assert asyncio.run(fill(reopen().log)) == [(1, b"x"), (2, b"x")]


def test_gaps_are_asked_for(reopen):
    async def fill(log):
        wants = [(await log.append(batch("a", first, 2)))[1] for first in (1, 7, 3, 5)]
        assert wants == [None, (3, 6), (5, 6), None]

    asyncio.run(fill(reopen().log))


def test_many_appends_at_once_are_each_answered(reopen):
    async def fill(log):
        names = ["t%d" % number for number in range(50)]
        outcomes = await asyncio.gather(*(log.append(batch(name, 1, 20)) for name in names))
        assert outcomes == [(20, None)] * 50
        return len(await log.read(0, 2000))

    assert asyncio.run(fill(reopen().log)) == 1000


def test_a_document_has_one_writer_at_a_time(reopen):
    async def write(state):
        assert await state.get("all") == (None, 0)
        first = await state.put("all", {"a": 1}, 0)
        for wrong in (0, first + 1):
            with pytest.raises(RevisionConflict):
                await state.put("all", {"a": 2}, wrong)
        second = await state.put("all", {"a": 3, "b": [1, "x"]}, first)
        assert second > first
        return second

    revision = asyncio.run(write(reopen().state))
    assert asyncio.run(reopen().state.get("all")) == ({"a": 3, "b": [1, "x"]}, revision)


def test_narrower_scopes_override_wider_ones(reopen):
    async def write(state):
        await state.put("all", {"hotlist": 1, "tariff": 1}, 0)
        _, before = await merged(state, ("all", "terminal:g"))
        await state.put("terminal:g", {"tariff": 2}, 0)
        doc, after = await merged(state, ("all", "terminal:g"))
        assert doc == {"hotlist": 1, "tariff": 2} and after != before
        assert (await merged(state, ("all", "terminal:h")))[0] == {"hotlist": 1, "tariff": 1}

    asyncio.run(write(reopen().state))


def test_blobs_are_found_by_their_content(reopen):
    async def write(blobs):
        digests = [await blobs.put(content) for content in (b"", b"one", b"one", bytes(100_000))]
        assert digests[1] == digests[2] and len(set(digests)) == 3
        return digests

    digests = asyncio.run(write(reopen().blobs))
    blobs = reopen().blobs
    assert [blobs.path(digest).read_bytes()[:3] for digest in digests] == [b"", b"one", b"one", bytes(3)]
    for absent in ("0" * 64, "../../etc/passwd", "", "0" * 63, "." * 64):
        assert blobs.path(absent) is None


def test_a_nudge_wakes_all_who_wait_and_nobody_else(reopen):
    engine = reopen()

    async def play():
        nudge = engine.nudge()
        waiting = [asyncio.create_task(nudge.wait("state", 20)) for _ in range(100)]
        other = asyncio.create_task(nudge.wait("commands", 0.05))
        await asyncio.sleep(0)
        threading.Thread(target=nudge.publish, args=("state",)).start()
        assert await asyncio.gather(*waiting) == [True] * 100
        assert await other is False
        nudge.publish("state")  # to nobody
        await asyncio.sleep(0)
        assert await nudge.wait("state", 0.01) is False

    asyncio.run(play())
