"""An emulated bike dock: a lock that a pulse opens for a while, and a contact closed while a bike is locked in."""

from micropython import const

from simulator.chips.fault import Fault
from simulator.chips.gate import SimPin

_OPEN_MS = const(10000)


class Dock:
    """`walk`: somebody takes the bike out if the lock lets go of it, or pushes theirs in. `jammed`: it lets go of none."""

    people = ()
    moves = False

    def __init__(self, clock):
        self.release_pin = SimPin()
        self.release_pin.listener = self._released
        self.fire_pin = SimPin()
        self.bike_pin = SimPin(1)
        self.jammed = Fault()
        self._clock = clock
        self._open_until = None

    @property
    def pins(self):
        """{name: pin} of a board that reads it."""
        return {"release": self.release_pin, "bike": self.bike_pin, "fire": self.fire_pin}

    @property
    def state(self):
        """ "open" while the lock lets go."""
        if self._open_until is not None and self._clock.passed(self._open_until):
            self._open_until = None
        return "closed" if self._open_until is None else "open"

    def walk(self, way="walk"):
        """Takes the bike out, or pushes one into an empty dock; False when the lock holds it. All have one `way`."""
        if not self.bike_pin.value():
            self.bike_pin.on()
            return True
        if self.state == "closed":
            return False
        self._open_until = None
        self.bike_pin.off()
        return True

    def _released(self, level):
        if level and not self.jammed.strikes():
            self._open_until = self._clock.deadline(_OPEN_MS)
