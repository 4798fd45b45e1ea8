"""A dock that holds a bike: a pulse lets go of it, a contact tells whether one is in it (the `barrier` port)."""

from micropython import const

_PULSE_MS = const(500)
_DEBOUNCE_MS = const(60)


class DockLock:
    """Pins are shaped like machine.Pin; `bike_pin` reads 1 while a bike is locked in, `fire_pin` while there is alarm.

    Ask `sensed` at least every 50 ms: it ends the pulse, too.
    """

    occupied = False  # nobody stands in a dock

    def __init__(self, release_pin, clock, bike_pin, fire_pin):
        self._release = release_pin
        self._clock = clock
        self._bike = bike_pin
        self._fire = fire_pin
        self._raw = self._held = bool(bike_pin.value())
        self._since = clock.ticks()
        self._pulse_end = None
        self._event = None
        release_pin.off()

    def open(self, direction):
        """ "entry": lets go of the bike. "exit": its rider brought it back, and it is in: nothing has to open."""
        if direction == "exit":
            self._event = "passed"
            return
        self._event = None
        self._release.on()
        self._pulse_end = self._clock.deadline(_PULSE_MS)

    def lock(self):
        """Withdraws the release."""
        self._pulse_end = None
        self._release.off()

    def docked(self):
        """Whether a bike is locked in."""
        self._look()
        return self._held

    def sensed(self):
        """ "passed" once, when the bike was taken out or is brought back; else None."""
        if self._pulse_end is not None and self._clock.passed(self._pulse_end):
            self.lock()
        self._look()
        event, self._event = self._event, None
        return event

    def fire(self):
        """True while the fire input is active; a dock stays locked: no escape leads through it."""
        return bool(self._fire.value())

    def _look(self):
        raw = bool(self._bike.value())
        if raw != self._raw:
            self._raw = raw
            self._since = self._clock.ticks()
        elif raw != self._held and self._clock.elapsed(self._since) >= _DEBOUNCE_MS:
            self._held = raw
            if not raw:
                self._event = "passed"
