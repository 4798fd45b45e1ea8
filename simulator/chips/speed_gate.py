"""An emulated speed gate: two leaves on a held release, light barriers across the lane, a contact for shut leaves.

People walk through it in the clock's time, from the near end (0 mm) to the far one or against that; each is an interval
of the lane that moves.
"""

from micropython import const

from simulator.chips.fault import Fault
from simulator.chips.gate import SimPin

BEAMS = (0, 200, 400, 600, 800, 1000)  # mm from the near end
LEAVES = const(500)
FAR_END = const(1400)
_TRAVEL_MS = const(300)
_PATIENCE_MS = const(900)
_STEP_MS = const(10)
_AT_LEAVES = const(60)  # mm that people keep from shut leaves
_SAFE = const(150)  # mm around the leaves in which nobody may be when they close

# How people go: (depth in mm, mm/s, start of the nearest edge, where they turn back or None) each.
WAYS = {
    "walk": ((300, 1200, -600, None),),
    "tailgate": ((300, 1200, -600, None), (300, 1200, -1250, None)),
    "turn-back": ((300, 1200, -600, 420),),
    "reverse": ((300, -1200, FAR_END, None),),
    "wheelchair": ((1200, 500, -4700, None),),
}


class Person:
    """Somebody in the lane. `at`: mm of the edge towards the near end; `speed` mm/s, negative against the lane."""

    def __init__(self, way, depth, speed, at, turns_at):
        self.way = way
        self.depth = depth
        self.at = at
        self.speed = speed
        self.blocked = False  # stood before shut leaves and went back
        self.heads_far = speed > 0
        self._turns_at = turns_at
        self._waited = 0

    def covers(self, place, margin=0):
        return self.at - margin <= place <= self.at + self.depth + margin

    def step(self, ms, is_open):
        """Moves on by `ms`, unless shut leaves are in the way: then back after a while."""
        forward = self.speed > 0
        gap = LEAVES - _AT_LEAVES - self.at - self.depth if forward else self.at - LEAVES - _AT_LEAVES
        if not is_open and -_AT_LEAVES < gap <= 0:
            self._waited += ms
            if self._waited >= _PATIENCE_MS:
                self.blocked = True
                self.speed = -self.speed
            return
        self.at += self.speed * ms // 1000
        if self._turns_at is not None and forward and self.at + self.depth >= self._turns_at:
            self._turns_at, self.speed = None, -self.speed

    @property
    def gone(self):
        """Behind one of the ends, on the way out of it."""
        if self.speed > 0:
            return self.at > FAR_END
        return self.at + self.depth < -300


class _Beam:
    """What a light barrier tells the board: 1 while somebody breaks it, or while it is dirty."""

    def __init__(self, gate, place):
        self._gate = gate
        self._place = place

    def value(self):
        return 1 if self._gate.is_broken(self._place) else 0


class _Home:
    """1 while the leaves are shut."""

    def __init__(self, gate):
        self._gate = gate

    def value(self):
        return 1 if self._gate.opening == 0 else 0


class _Lead(SimPin):
    """A line that moves the leaves: what went before its change is reckoned with the level that it had."""

    def __init__(self, gate):
        SimPin.__init__(self)
        self._gate = gate

    def _set(self, level):
        self._gate.catch_up()
        SimPin._set(self, level)


class SpeedGate:
    """Opens while `release_pin` is held, and at once while `fire_pin` is active. `jammed`: its leaves do not move.

    `beams` and `home_pin` are read by the board; `passages` counts who went through.
    """

    def __init__(self, clock):
        self.release_pin = _Lead(self)
        self.fire_pin = _Lead(self)
        self.beams = [_Beam(self, place) for place in BEAMS]
        self.home_pin = _Home(self)
        self.jammed = Fault()
        self._people = []
        self.passages = 0
        self._clock = clock
        self._seen = clock.ticks()
        self._owed = 0  # ms that are less than a step
        self._travel = 0  # ms of the leaves' way that are behind them

    @property
    def pins(self):
        """{name: pin} of a board that reads it."""
        pins = {"release": self.release_pin, "home": self.home_pin, "fire": self.fire_pin}
        for index, beam in enumerate(self.beams):
            pins["beam%d" % index] = beam
        return pins

    @property
    def moves(self):
        """Whether pins that nobody touches may change by themselves."""
        self.catch_up()
        return bool(self._people) or self._travel not in (0, _TRAVEL_MS) or self._wanted() != (self._travel > 0)

    @property
    def people(self):
        """The Persons in the lane."""
        self.catch_up()
        return self._people

    @property
    def opening(self):
        """How far the leaves are open, 0 to 300."""
        self.catch_up()
        return self._travel

    @property
    def state(self):
        """ "open" or "closed"."""
        return "open" if self.opening == _TRAVEL_MS else "closed"

    def walk(self, way="walk"):
        """Somebody comes, in one of WAYS; whether the leaves are open now, or about to."""
        self.catch_up()
        for depth, speed, at, turns_at in WAYS[way]:
            self._people.append(Person(way, depth, speed, at, turns_at))
        return self._wanted()

    def is_broken(self, place):
        self.catch_up()
        for person in self._people:
            if person.covers(place):
                return True
        return False

    def _wanted(self):
        return bool(self.release_pin.value() or self.fire_pin.value())

    def catch_up(self):
        """Everything moves on to now, in steps that do not depend on when anybody looks."""
        now = self._clock.ticks()
        if now == self._seen:
            return
        self._owed += self._clock.elapsed(self._seen)
        self._seen = now
        steps, self._owed = divmod(self._owed, _STEP_MS)
        if not self._people and self._travel == (_TRAVEL_MS if self._wanted() else 0):
            return
        for _ in range(steps):
            self._step(_STEP_MS)

    def _step(self, ms):
        self._move_leaves(ms)
        is_open = self._travel >= _TRAVEL_MS * 2 // 3
        for person in self._people:
            before = person.at
            person.step(ms, is_open)
            if person.heads_far and before <= BEAMS[-1] < person.at:
                self.passages += 1
        self._people = [person for person in self._people if not person.gone]

    def _move_leaves(self, ms):
        target = _TRAVEL_MS if self._wanted() else 0
        if self._travel == target or self.jammed.strikes():
            return
        if target:
            self._travel = min(_TRAVEL_MS, self._travel + ms)
        elif not any([person.covers(LEAVES, _SAFE) for person in self._people]):
            self._travel = max(0, self._travel - ms)
