"""People walking through light barriers, and leaves that do or do not move, on an emulated speed gate."""

from drivers.light_barriers import LightBarriers
from drivers.sensor_barrier import SensorBarrier
from simulator.chips.gate import SimPin
from simulator.chips.speed_gate import WAYS, SpeedGate
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.clock import TICKS_PERIOD


class Lane:
    def __init__(self, ticks0=0):
        self.clock = VirtualClock(ticks0=ticks0)
        self.gate = SpeedGate(self.clock)
        self.barrier = SensorBarrier(
            self.gate.release_pin, self.clock, self.gate.beams, self.gate.home_pin, self.gate.fire_pin
        )
        self.scheduler = Scheduler(self.clock)
        self.scheduler.spawn(self.barrier.run())

    def run(self, ms):
        self.scheduler.run_for(ms)

    def seen(self):
        events = []
        while True:
            event = self.barrier.sensed()
            if event is None:
                return events
            events.append(event)


def walked(way, open_ms=8000, ticks0=0):
    """What the driver says of people going one of the ways while the gate is open for `open_ms`."""
    lane = Lane(ticks0)
    lane.barrier.open("entry")
    lane.run(400)
    lane.gate.walk(way)
    lane.run(open_ms)
    lane.barrier.lock()
    lane.run(12000)
    assert not lane.barrier.occupied and lane.gate.people == [] and lane.gate.state == "closed"
    return lane.seen(), lane.gate.passages


def test_each_way_is_told_from_the_others():
    assert walked("walk") == (["passed"], 1)
    assert walked("walk", ticks0=TICKS_PERIOD - 700) == (["passed"], 1)
    assert walked("tailgate") == (["passed", "passed"], 2)
    assert walked("turn-back") == (["turned_back"], 0)
    assert walked("reverse") == (["reverse"], 0)
    assert walked("wheelchair", 14000) == (["passed"], 1)
    assert len(WAYS) == 5


def test_shut_leaves_send_people_back():
    for way, seen in (("walk", ["turned_back"]), ("reverse", [])):
        lane = Lane()
        lane.gate.walk(way)
        lane.run(8000)
        assert lane.gate.passages == 0 and lane.gate.people == []
        assert lane.seen() == seen, way


def test_leaves_close_on_nobody():
    lane = Lane()
    lane.barrier.open("entry")
    lane.run(400)
    lane.gate.walk()
    lane.run(900)
    assert lane.gate.people[0].covers(500)
    lane.barrier.lock()
    lane.run(100)
    assert lane.gate.state == "open"
    lane.run(2000)
    assert lane.gate.state == "closed" and lane.seen() == ["passed"]


def test_two_persons_side_by_side_are_seen_once_they_part():
    """A couple comes in as one and lets go of each other between the beams."""
    pins = [SimPin() for _ in range(6)]
    lights = LightBarriers(pins)
    seen = []
    for broken in ((0, 1), (0, 1, 2), (1, 2, 3), (1, 3), (2, 4), (3, 5), (4,), (5,), ()):
        for index, pin in enumerate(pins):
            pin.value(index in broken)
        seen += list(lights.sample()) + list(lights.sample())
    assert seen == ["passed", "passed"]


def test_a_wheelchair_with_a_gap_is_one_where_a_gap_is_bridged():
    seen = {}
    for bridge in (0, 1):
        pins = [SimPin() for _ in range(6)]
        lights = LightBarriers(pins, bridge)
        seen[bridge] = []
        for broken in ((0,), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4,), (5,), ()):
            for index, pin in enumerate(pins):
                pin.value(index in broken)
            seen[bridge] += list(lights.sample()) + list(lights.sample())
    assert seen == {0: ["passed", "passed"], 1: ["passed"]}


def test_two_who_meet_in_the_lane_keep_their_directions():
    pins = [SimPin() for _ in range(6)]
    lights = LightBarriers(pins)
    seen = []
    for broken in ((0, 5), (1, 4), (2, 3), (1, 4), (0, 5), (0,), ()):
        for index, pin in enumerate(pins):
            pin.value(index in broken)
        seen += list(lights.sample()) + list(lights.sample())
    assert seen == ["turned_back"]  # a narrow lane: each went back the way they came


def test_a_flicker_of_one_sample_is_nobody():
    pins = [SimPin() for _ in range(6)]
    lights = LightBarriers(pins)
    for _ in range(5):
        pins[2].on()
        assert lights.sample() == () and not lights.broken
        pins[2].off()
        assert lights.sample() == () and not lights.broken


def test_leaves_that_do_not_open_are_stuck_each_time_and_move_again_later():
    lane = Lane()
    lane.gate.jammed.arm(1 << 40)
    for _ in range(2):
        lane.barrier.open("entry")
        lane.run(3000)
        lane.barrier.lock()
        lane.run(5000)
    assert lane.seen() == ["stuck", "stuck"] and lane.gate.jammed.fired
    lane.gate.jammed.disarm()
    lane.barrier.open("entry")
    lane.run(3000)
    assert lane.seen() == ["moved"]


def test_leaves_that_stay_open_are_stuck_once():
    lane = Lane()
    lane.barrier.open("entry")
    lane.run(1000)
    lane.gate.jammed.arm(1 << 40)
    lane.barrier.lock()
    lane.run(30000)
    assert lane.seen() == ["stuck"] and lane.gate.state == "open"
    lane.gate.jammed.disarm()
    lane.run(1000)
    assert lane.seen() == ["moved"] and lane.gate.state == "closed"


def test_somebody_who_stands_there_keeps_no_gate_from_being_whole():
    lane = Lane()
    lane.barrier.open("entry")
    lane.run(400)
    lane.gate.walk()
    lane.run(1000)
    lane.gate.people[0].speed = 0
    lane.barrier.lock()
    lane.run(20000)
    assert lane.seen() == [] and lane.barrier.occupied
    lane.gate.people[0].speed = 1200
    lane.run(5000)
    assert lane.seen() == ["passed"]


def test_fire_opens_without_the_board():
    lane = Lane()
    lane.gate.fire_pin.on()
    lane.run(400)
    assert lane.barrier.fire() and lane.gate.state == "open"
