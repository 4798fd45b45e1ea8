"""The whole exchange with real parts: journal, HTTP client, TCP, uvicorn, SQLite; the network fails in every way."""

import random

import pytest

from drivers.bus.socket import TcpLink
from headend.ledger import alarms, ledger, open_reader, progress
from headend.server import BackgroundServer
from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator.link import SelectPace, SwitchedLink
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import HttpClient
from terminal.records import TAP, pack, plain
from terminal.sync import Sync


class Gate:
    """A terminal's sync with everything below it, under virtual time."""

    def __init__(self, headend, name="gate-1", journal=None, **options):
        self.clock = VirtualClock(utc0=1_800_000_000)
        self.scheduler = Scheduler(self.clock)
        self.journal = journal or Journal(RamMedium(1 << 20), journal_id=7)
        self.link = SwitchedLink(TcpLink(headend.host, headend.port, self.clock, SelectPace(self.clock)))
        self.client = HttpClient(self.link, self.clock, headend.host)
        self.events = []
        self.sync = Sync(self.journal, self.client, self.clock, name, self._heard, **options)
        self.scheduler.spawn(self.sync.run())

    def _heard(self, name, **facts):
        self.events.append((name, facts))

    def heard(self, name):
        return [facts for event, facts in self.events if event == name]

    def tap(self, count=1):
        for _ in range(count):
            self.journal.append(pack(plain(TAP, self.clock.utc(), (self.journal.last_seq + 1).to_bytes(16, "big"))))
            self.sync.nudge()

    def ship(self, limit_ms=600_000):
        assert self.scheduler.run_until(lambda: self.journal.queued == 0, limit_ms), self.events[-5:]

    def power_off(self):
        self.scheduler.stop()
        self.client.close()


@pytest.fixture
def headend(tmp_path):
    with BackgroundServer(tmp_path / "headend") as server:
        server.folder = tmp_path / "headend"
        yield server


def stored(headend, terminal="gate-1"):
    reader = open_reader(headend.folder)
    try:
        return [(row.seq, row.record.token) for row in ledger(reader, terminal)]
    finally:
        reader.close()


def expected(count):
    return [(seq, seq.to_bytes(16, "big")) for seq in range(1, count + 1)]


def query(headend, function):
    reader = open_reader(headend.folder)
    try:
        return function(reader)
    finally:
        reader.close()


def test_records_arrive_in_order_and_are_acknowledged_after_commit(headend):
    gate = Gate(headend)
    gate.tap(50)
    assert not gate.sync.online
    gate.ship()
    assert stored(headend) == expected(50)
    assert gate.sync.online and gate.sync.last_contact == gate.clock.utc()
    assert query(headend, progress)[0][:4] == ("gate-1", 7, 50, 50)
    gate.power_off()


def test_a_backlog_is_shipped_in_bounded_batches(headend):
    gate = Gate(headend, batch_bytes=1024)
    gate.tap(500)
    gate.ship()
    shipped = gate.heard("shipped")
    assert stored(headend) == expected(500)
    assert len(shipped) == 36 and all(facts["last"] - facts["first"] < 14 for facts in shipped)
    gate.power_off()


def test_the_network_switch_is_noticed_and_its_return_too(headend):
    gate = Gate(headend, backoff_max_ms=4000)
    gate.tap(3)
    gate.ship()
    gate.link.off()
    assert gate.link.faults == 1
    gate.tap(4)
    gate.scheduler.run_for(60_000)
    assert not gate.sync.online and gate.journal.queued == 4
    tries = gate.link.faults
    assert 10 < tries < 60  # it backs off, and does not give up
    gate.link.on()
    gate.ship(4000)
    assert gate.sync.online and stored(headend) == expected(7)
    assert [event for event, _ in gate.events if event in ("online", "offline")] == ["online", "offline", "online"]
    gate.power_off()


def test_an_idle_terminal_keeps_in_contact(headend):
    gate = Gate(headend)
    gate.scheduler.run_for(200_000)
    assert gate.sync.online and gate.clock.utc() - gate.sync.last_contact <= 61
    gate.power_off()


def _exchange_length(headend):
    """Bytes that one exchange of the cut test puts on the wire, both ways."""
    gate = Gate(headend, "gate-0")
    gate.tap(2)
    gate.ship()
    gate.power_off()
    return gate.link.carried


def test_the_network_vanishes_at_any_byte(headend):
    length = _exchange_length(headend)
    assert length > 400
    seed = 2026
    print("seed", seed)
    rng = random.Random(seed)
    positions = sorted({0, 1, length - 1, *rng.sample(range(length), 40)})
    gate = Gate(headend, backoff_ms=10, backoff_max_ms=10)
    count = 0
    for position in positions:
        faults = gate.link.faults
        gate.link.cut_after(position)
        gate.tap(2)
        count += 2
        gate.ship()
        assert gate.link.faults == faults + 1, "no cut at byte %d" % position
    assert stored(headend) == expected(count)
    assert query(headend, alarms) == []
    gate.power_off()


def test_a_power_cut_ships_again_and_nothing_is_doubled(headend):
    medium = RamMedium(1 << 20)
    total = 0
    for _ in range(5):
        gate = Gate(headend, journal=Journal(medium, journal_id=7))
        gate.tap(30)
        total += 30
        gate.scheduler.run_for(200)
        gate.power_off()
    gate = Gate(headend, journal=Journal(medium, journal_id=7))
    gate.ship()
    gate.power_off()
    assert stored(headend) == expected(total)
    assert query(headend, alarms) == []


def test_a_long_record_uses_up_several_numbers_and_leaves_no_gap(headend):
    gate = Gate(headend)
    gate.tap(1)
    gate.journal.append(bytes(200))
    gate.tap(1)
    gate.ship()
    rows = query(headend, lambda reader: list(ledger(reader)))
    assert [(row.seq, len(row.payload), row.parked) for row in rows] == [
        (1, 64, None),
        (5, 200, "record of 200 bytes, expected 64"),
        (6, 64, None),
    ]
    assert query(headend, progress)[0][2:4] == (6, 6)
    assert query(headend, alarms) == [] and not gate.heard("wanted")
    gate.power_off()


def test_a_new_headend_asks_for_what_the_journal_still_holds(tmp_path):
    gate = None
    journal = Journal(RamMedium(1 << 20), journal_id=7)
    for name in ("first", "second"):
        with BackgroundServer(tmp_path / name) as headend:
            headend.folder = tmp_path / name
            gate = Gate(headend, journal=journal)
            gate.tap(40)
            gate.ship()
            gate.scheduler.run_for(200_000)
            gate.power_off()
            assert stored(headend) == expected(journal.last_seq)
    assert gate.heard("wanted") == [{"first": 1, "last": 40}, {"first": 29, "last": 40}]
    assert journal.acknowledged == 80
