from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.upkeep import Upkeep


class CountingMedium(RamMedium):
    """Counts its writes."""

    writes = 0

    def write(self, offset, data):
        self.writes += 1
        RamMedium.write(self, offset, data)


class Store:
    """A list store whose second block is damaged."""

    def __init__(self):
        self.scrubbed = 0

    def scrub(self):
        self.scrubbed += 1
        return 1 if self.scrubbed == 2 else None


class Bench:
    def __init__(self, store=None):
        self.clock = VirtualClock()
        self.medium = CountingMedium(64 * 1024)
        self.journal = Journal(self.medium, journal_id=1)
        self.rests = True
        self.heard = []
        self.scheduler = Scheduler(self.clock)
        upkeep = Upkeep(self.journal, store, self.clock, lambda: self.rests, self.hear)
        self.scheduler.spawn(upkeep.run())

    def hear(self, event, **facts):
        self.heard.append((event, facts))


def test_the_newest_record_gets_its_second_copy_once_it_is_quiet():
    bench = Bench()
    bench.scheduler.run_for(500)
    bench.journal.append(b"x" * 64)
    written = bench.medium.writes
    bench.scheduler.run_for(600)
    assert bench.medium.writes == written  # the second just over saw the tap
    bench.scheduler.run_for(1000)
    assert bench.medium.writes == written + 1
    bench.scheduler.run_for(5000)
    assert bench.medium.writes == written + 1
    assert [payload for _, payload in bench.journal.unacknowledged()] == [b"x" * 64]


def test_nothing_is_written_while_the_lane_is_busy():
    bench = Bench()
    bench.journal.append(b"x" * 64)
    bench.rests = False
    written = bench.medium.writes
    bench.scheduler.run_for(5000)
    assert bench.medium.writes == written
    bench.rests = True
    bench.scheduler.run_for(1000)
    assert bench.medium.writes == written + 1


def test_a_damaged_block_is_told():
    store = Store()
    bench = Bench(store)
    bench.scheduler.run_for(3500)
    assert store.scrubbed == 3
    assert bench.heard == [("list_damaged", {"block": 1})]


def test_fill_alarms_are_told_when_they_change():
    bench = Bench()
    while bench.journal.fill < 70:
        bench.journal.append(b"x" * 64)
    bench.scheduler.run_for(3000)
    assert bench.heard == [("journal_alarm", {"percent": 70})]
    bench.journal.acknowledge(bench.journal.last_seq)
    bench.scheduler.run_for(1000)
    assert bench.heard[1:] == [("journal_alarm", {"percent": 0})]
