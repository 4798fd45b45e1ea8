import json
from binascii import hexlify

from offline_store.media import RamMedium
from simulator.sm2_signing import DemonstrationKey
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import Answer
from terminal.package import Trust
from terminal.signed_time import SignedTime, TrustedClock, time_text

NOW = 1800000000
KEY = DemonstrationKey.named("operation")


class Headend:
    """Answers the time `utc()`; `spoil(fields)` changes an answer, `away` is a network that is not there."""

    def __init__(self, utc):
        self.utc = utc
        self.spoil = None
        self.away = False
        self.asked = 0

    async def request(self, method, path, body=b"", headers=(), sink=None):
        self.asked += 1
        if self.away:
            raise OSError(101)
        now = self.utc()
        nonce = path.split("=")[1]
        fields = {"time": now, "signature": hexlify(KEY.sign(time_text(nonce, now).encode())).decode()}
        if self.spoil:
            self.spoil(fields)
        return Answer(200, {}, json.dumps(fields).encode())

    def close(self):
        pass


class Terminal:
    """A board whose own clock starts at `utc`."""

    def __init__(self, utc, medium=None):
        self.own = VirtualClock(utc0=utc)
        self.medium = medium or RamMedium(512)
        self.jumps = []
        self.events = []
        self.clock = TrustedClock(self.own, self.medium, lambda *jump: self.jumps.append(jump))
        self.headend = Headend(lambda: NOW + self.own.ms() // 1000)
        trust = Trust("gate", [], 1, {"settings": KEY.public})
        numbers = iter(range(1000))
        task = SignedTime(
            self.headend, self.clock, lambda: trust, lambda count: next(numbers).to_bytes(count, "big"),
            lambda name, **facts: self.events.append(name),
        )  # fmt: skip
        self.scheduler = Scheduler(self.own)
        self.scheduler.spawn(task.run())


def test_a_clock_from_1970_is_set_and_told():
    terminal = Terminal(5)
    assert not terminal.clock.trusted and terminal.clock.now() is None
    terminal.scheduler.run_for(100)
    assert terminal.clock.now() == NOW and terminal.jumps == [(5, NOW)] and terminal.events == ["time"]
    terminal.scheduler.run_for(7200000)
    assert terminal.clock.now() == NOW + 7200 and len(terminal.jumps) == 1 and terminal.headend.asked == 3


def test_time_never_runs_below_the_floor():
    terminal = Terminal(5)
    terminal.scheduler.run_for(7200000)
    again = Terminal(5, terminal.medium)
    again.headend.away = True
    assert again.clock.utc() >= NOW + 3600 and not again.clock.trusted
    again.scheduler.run_for(60000)
    assert again.clock.now() is None and again.headend.asked == 7
    again.headend.away = False
    again.scheduler.run_for(20000)
    assert again.clock.trusted


def test_a_clock_that_kept_running_is_trusted_at_once():
    terminal = Terminal(NOW)
    terminal.scheduler.run_for(100)
    again = Terminal(NOW + 50, terminal.medium)
    assert again.clock.now() == NOW + 50
    again.scheduler.run_for(100)
    assert again.jumps == [(NOW + 50, NOW)]


def test_a_clock_that_falls_back_is_noticed():
    terminal = Terminal(NOW)
    terminal.scheduler.run_for(100)
    terminal.own.jump(-5000)
    terminal.clock.tend()
    assert terminal.clock.now() is None and terminal.clock.utc() == NOW


def test_forged_replayed_and_broken_answers_set_nothing():
    old = []

    def replay(fields):
        old.append(dict(fields))
        fields.update(old[0])

    def later(fields):
        fields["time"] += 1

    def cut(fields):
        fields["signature"] = fields["signature"][:-2]

    def bare(fields):
        fields.clear()

    for spoil in (later, cut, bare):
        terminal = Terminal(5)
        terminal.headend.spoil = spoil
        terminal.scheduler.run_for(15000)
        assert not terminal.clock.trusted and terminal.headend.asked == 2
    terminal = Terminal(5)
    terminal.headend.spoil = replay
    terminal.scheduler.run_for(3600100)
    assert terminal.events == ["time", "time_refused"]
