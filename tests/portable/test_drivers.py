"""Barrier, lamps and buzzer on emulated pins."""

from drivers.buzzer import Buzzer
from drivers.lamps import Lamps
from drivers.relay_barrier import RelayBarrier
from simulator.chips.buzzer import BuzzerPwm
from simulator.chips.gate import SimPin, Turnstile
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.clock import TICKS_PERIOD
from tests.portable.checks import raises


class Lane:
    """A barrier that is asked as the lane asks it, each 20 ms."""

    def __init__(self, pulse_ms=300, ticks0=0):
        self.clock = VirtualClock(ticks0=ticks0)
        self.turnstile = Turnstile(self.clock)
        turnstile = self.turnstile
        self.levels = []
        pin = turnstile.release_pin
        recognise = pin.listener

        def hear(level):
            self.levels.append((self.clock.ms(), level))
            recognise(level)

        pin.listener = hear
        self.barrier = RelayBarrier(pin, self.clock, turnstile.passed_pin, turnstile.fire_pin, pulse_ms)
        self.passages = []
        self.scheduler = Scheduler(self.clock)
        self.scheduler.spawn(self._run())

    async def _run(self):
        while True:
            self.barrier.fire()
            if self.barrier.sensed() == "passed":
                self.passages.append(self.clock.ms())
            await self.clock.sleep_ms(20)

    def run(self, ms):
        self.scheduler.run_for(ms)


def test_pulse_opens_for_one_passage():
    lane = Lane()
    lane.run(5)
    assert lane.turnstile.state == "closed" and not lane.turnstile.walk()
    lane.barrier.open("entry")
    lane.run(400)
    assert lane.turnstile.state == "open"
    (start, on), (end, off) = lane.levels
    assert (on, off) == (1, 0) and 300 <= end - start <= 320
    assert lane.turnstile.walk()
    assert lane.turnstile.state == "closed"
    lane.run(300)
    assert len(lane.passages) == 1
    assert (lane.turnstile.releases, lane.turnstile.passages) == (1, 1)


def test_window_closes_without_a_passage():
    lane = Lane(ticks0=TICKS_PERIOD - 100)
    lane.barrier.open("entry")
    lane.run(4990)
    assert lane.turnstile.state == "open"
    lane.run(20)
    assert lane.turnstile.state == "closed"
    assert lane.passages == []


def test_short_pulse_is_not_recognised():
    lane = Lane()
    lane.barrier.open("entry")
    lane.run(60)
    lane.barrier.lock()
    lane.run(200)
    assert lane.turnstile.state == "closed" and lane.turnstile.releases == 0


def test_pulse_length_is_checked():
    for pulse in (99, 3001):
        clock = VirtualClock()
        raises(ValueError, RelayBarrier, SimPin(), clock, SimPin(), SimPin(), pulse)


def test_spike_on_the_passage_contact_is_no_passage():
    lane = Lane()
    pin = SimPin()
    lane.barrier._passages._pin = pin
    pin.on()
    lane.run(15)
    pin.off()
    lane.run(200)
    assert lane.passages == []


def test_fire_opens_without_the_board():
    lane = Lane()
    lane.run(5)
    lane.turnstile.fire_pin.on()
    assert lane.barrier.fire()
    assert lane.turnstile.state == "open"
    assert lane.turnstile.walk()
    lane.turnstile.fire_pin.off()
    assert not lane.barrier.fire()


def test_lamps():
    pins = [SimPin() for _ in range(4)]
    lamps = Lamps(*pins)
    for lamp, lit in (
        ("red", [1, 0, 0, 0]),
        ("amber", [0, 1, 0, 0]),
        ("green", [0, 0, 1, 0]),
        ("green_yellow", [0, 0, 1, 1]),
        ("off", [0, 0, 0, 0]),
    ):
        lamps.show(lamp)
        assert [pin.value() for pin in pins] == lit
    raises(KeyError, lamps.show, "blue")


def test_buzzer_plays_and_rests():
    clock = VirtualClock()
    pwm = BuzzerPwm(clock)
    buzzer = Buzzer(pwm, clock)
    scheduler = Scheduler(clock)
    scheduler.spawn(buzzer.run())
    buzzer.play(((1200, 80), (0, 40), (1800, 80)))
    assert pwm.hertz == 1200
    scheduler.run_for(400)
    assert pwm.hertz == 0
    assert [tone[1:] for tone in pwm.tones] == [(1200, 80), (1800, 80)]
    assert pwm.tones[1][0] - pwm.tones[0][0] == 120


def test_new_notes_replace_old_ones():
    clock = VirtualClock()
    pwm = BuzzerPwm(clock)
    buzzer = Buzzer(pwm, clock)
    scheduler = Scheduler(clock)
    scheduler.spawn(buzzer.run())
    buzzer.play(((1200, 500),))
    scheduler.run_for(50)
    buzzer.play(((400, 100),))
    scheduler.run_for(300)
    assert [tone[1:] for tone in pwm.tones] == [(1200, 50), (400, 100)]
