"""An emulated turnstile on a relay, and the pins between it and the board."""

from micropython import const

RECOGNISED_MS = const(100)  # the shortest release pulse that controllers accept
WINDOW_MS = const(5000)  # time to walk through, counted from the pulse, whatever its length
PASS_PULSE_MS = const(120)


class SimPin:
    """Shaped like machine.Pin; `listener(level)` hears each change."""

    def __init__(self, level=0):
        self.listener = None
        self._level = level

    def on(self):
        self._set(1)

    def off(self):
        self._set(0)

    def value(self, level=None):
        if level is not None:
            self._set(1 if level else 0)
        return self._level

    def _set(self, level):
        if level != self._level:
            self._level = level
            if self.listener is not None:
                self.listener(level)


class _PassPin:
    """The passage contact, read by the board: closed for a moment after each passage, with bouncing edges."""

    def __init__(self, clock):
        self._clock = clock
        self._since = None

    @property
    def closed(self):
        """True from a passage until its pulse and its bouncing are over and were seen."""
        return self._since is not None

    def close(self):
        self._since = self._clock.ticks()

    def value(self):
        if self._since is None:
            return 0
        age = self._clock.elapsed(self._since)
        if age >= PASS_PULSE_MS + 6:
            self._since = None
            return 0
        if age < 6 or age >= PASS_PULSE_MS:
            return age >> 1 & 1  # bounces for 6 ms
        return 1


class Turnstile:
    """Opens for one passage after a release pulse of 100 ms or more, and at once while the fire input is active.

    `release_pin` is driven by the board, `passed_pin` and `fire_pin` are read by it. `releases` and `passages` count.
    """

    people = ()  # who goes through is through at once

    def __init__(self, clock):
        self.release_pin = SimPin()
        self.release_pin.listener = self._released
        self.passed_pin = _PassPin(clock)
        self.fire_pin = SimPin()
        self.releases = 0
        self.passages = 0
        self._clock = clock
        self._pulse_start = None
        self._window_end = None

    @property
    def pins(self):
        """{name: pin} of a board that reads it."""
        return {"release": self.release_pin, "passed": self.passed_pin, "fire": self.fire_pin}

    @property
    def moves(self):
        """Whether pins that nobody touches may change by themselves."""
        return self.passed_pin.closed

    @property
    def state(self):
        """ "open" or "closed"."""
        if self.fire_pin.value():
            return "open"
        if self._pulse_start is not None and self._clock.elapsed(self._pulse_start) >= RECOGNISED_MS:
            self._recognise()
        if self._window_end is not None and self._clock.passed(self._window_end):
            self._window_end = None
        return "closed" if self._window_end is None else "open"

    def walk(self, way="walk"):
        """Somebody walks through, whatever `way` they have; False when the leaves are closed. The passage contact then closes for a moment."""
        if self.state == "closed":
            return False
        self._window_end = None
        self.passages += 1
        self.passed_pin.close()
        return True

    def _released(self, level):
        if level:
            self._pulse_start = self._clock.ticks()
            return
        if self._pulse_start is not None and self._clock.elapsed(self._pulse_start) >= RECOGNISED_MS:
            self._recognise()
        self._pulse_start = None

    def _recognise(self):
        self._window_end = (self._clock.deadline(WINDOW_MS) - self._clock.elapsed(self._pulse_start)) & 0x3FFFFFFF
        self._pulse_start = None
        self.releases += 1
