"""What goes wrong in the field: clones, full rings after weeks offline, half-open links, a head-end that is too slow."""

import asyncio
import http.client
import json
import socket
import threading

import pytest

from headend import ingest, writer
from headend.ledger import alarms, ledger, open_reader, quarantined
from headend.server import BackgroundServer
from offline_store.errors import JournalFull
from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator.link import SelectPace
from terminal.records import TAP, pack, plain
from terminal.wire import BatchWriter
from tests.host.test_sync import Gate


@pytest.fixture
def headend(tmp_path):
    with BackgroundServer(tmp_path) as server:
        server.reader = open_reader(tmp_path)
        yield server
        server.reader.close()


def kinds(headend):
    return sorted({alarm[1] for alarm in alarms(headend.reader)})


def test_two_terminals_under_one_name_and_journal(headend):
    """A cloned card: both count on from the same record, and each thinks its own is number 11."""
    medium = RamMedium(1 << 17)
    first = Gate(headend, journal=Journal(medium, journal_id=7))
    first.tap(10)
    first.ship()
    clone = Gate(headend, journal=Journal(RamMedium(medium._data), journal_id=7))
    clone.clock.jump(3600)
    for gate in (first, clone):
        gate.tap(5)
        gate.ship()
        gate.power_off()
    rows = list(ledger(headend.reader))
    assert [row.seq for row in rows] == list(range(1, 16))
    assert len(quarantined(headend.reader)) == 5  # nothing of the clone's is lost either
    assert kinds(headend) == ["same seq, other content"]


def test_two_terminals_under_one_name_with_journals_of_their_own(headend):
    gates = [Gate(headend, journal=Journal(RamMedium(1 << 17), journal_id=number)) for number in (1, 2)]
    for gate in gates:
        gate.tap(2)
        gate.ship()
    assert kinds(headend) == []  # a terminal may get a new card
    gates[0].tap(1)
    gates[0].ship()
    assert kinds(headend) == ["two terminals, one name"]
    for gate in gates:
        gate.power_off()


def test_weeks_offline_until_the_ring_is_full_then_a_burst(headend):
    gate = Gate(headend, journal=Journal(RamMedium(1 << 18), journal_id=7), backoff_max_ms=5000)
    total = 0
    for _ in range(3):  # round the ring more than once
        gate.link.off()
        with pytest.raises(JournalFull):
            while True:
                gate.tap()
                total += 1
        assert gate.journal.queued == gate.journal.capacity == 432
        gate.scheduler.run_for(14 * 86_400_000 // 1000)
        gate.link.on()
        gate.ship()
    gate.power_off()
    assert [row.seq for row in ledger(headend.reader)] == list(range(1, total + 1))
    assert gate.heard("lost") == [] and kinds(headend) == []


class HalfOpenProxy:
    """Takes connections and swallows what comes until `heal()`; then it passes everything on, `delay` s late."""

    def __init__(self, port, delay):
        self._target = port
        self._delay = delay
        self._healed = threading.Event()
        self.swallowed = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listening.getsockname()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()

    async def _serve(self):
        self._stop = asyncio.Event()
        async with await asyncio.start_server(self._connected, sock=self._listening):
            await self._stop.wait()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # transports close in the loop's next rounds

    async def _connected(self, reader, writing):
        ends = [writing]
        try:
            if self._healed.is_set():
                far_reader, far_writing = await asyncio.open_connection("127.0.0.1", self._target)
                ends.append(far_writing)
                await asyncio.gather(self._pass_on(reader, far_writing), self._pass_on(far_reader, writing))
            else:
                self.swallowed += 1
                while await reader.read(4096):
                    pass
        except OSError:
            self.swallowed += 1
        finally:
            for end in ends:
                end.close()

    async def _pass_on(self, reader, writing):
        while data := await reader.read(60):
            await asyncio.sleep(self._delay)
            writing.write(data)
        writing.close()

    def heal(self):
        self._healed.set()

    def close(self):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def proxy(headend):
    opened = HalfOpenProxy(headend.port, 0.001)
    yield opened
    opened.close()


def test_half_open_and_slow_links_end_in_delivery(headend, proxy):
    gate = Gate(proxy, backoff_ms=10, backoff_max_ms=20)
    gate.link._link._pace = SelectPace(gate.clock, limit_s=0.1)
    gate.tap(30)
    gate.scheduler.run_until(lambda: proxy.swallowed >= 3, 60_000)
    assert proxy.swallowed >= 3 and not gate.sync.online and gate.journal.queued == 30
    gate.link._link._pace = SelectPace(gate.clock)
    proxy.heal()
    gate.ship(20_000)
    gate.power_off()
    assert [row.seq for row in ledger(headend.reader)] == list(range(1, 31))


def post(headend, count=1):
    batch = BatchWriter("gate-9", 8192)
    batch.start(1, 1)
    for seq in range(1, count + 1):
        batch.add(seq, 1, pack(plain(TAP, 1_800_000_000, bytes(16))))
    connection = http.client.HTTPConnection("127.0.0.1", headend.port, timeout=20)
    connection.request("POST", "/v1/txn", bytes(batch.finish()))
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer, body


def test_an_overloaded_headend_asks_to_come_again(headend, monkeypatch):
    monkeypatch.setattr(writer, "BACKLOG_ROWS", 5)
    answer, body = post(headend, 10)
    assert (answer.status, answer.headers["Retry-After"], body["error"]) == (429, "1", "HEADEND-4")
    gate = Gate(headend, batch_bytes=1024)
    gate.tap(8)
    gate.scheduler.run_until(lambda: gate.heard("busy"), 10_000)
    assert gate.sync.online and gate.journal.queued == 8 and list(ledger(headend.reader)) == []
    monkeypatch.setattr(writer, "BACKLOG_ROWS", 16000)
    gate.ship()
    gate.power_off()


def test_a_body_that_never_comes_is_hung_up_on(headend, monkeypatch):
    monkeypatch.setattr(ingest, "BODY_TIMEOUT_S", 0.05)
    with socket.create_connection(("127.0.0.1", headend.port), timeout=20) as raw:
        raw.sendall(b"POST /v1/txn HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nGPT1")
        assert raw.recv(10) == b""
    assert post(headend)[0].status == 200


def test_the_terminal_learns_how_wrong_its_clock_is(headend):
    gate = Gate(headend)
    gate.tap()
    gate.ship()
    before = gate.sync.clock_error_s
    gate.clock.jump(500)
    gate.tap()
    gate.ship()
    assert 490 <= gate.sync.clock_error_s - before <= 510
    gate.power_off()
