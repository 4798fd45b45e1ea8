"""A contact that bounces, and a push button on one."""

from micropython import const

_DEBOUNCE_MS = const(30)
_HELD_MS = const(1000)

PRESSED, HELD = "pressed", "held"


class Contact:
    """`pin` is shaped like machine.Pin and reads 1 while closed: a level counts once it has been steady for a while."""

    def __init__(self, pin, clock):
        self._pin = pin
        self._clock = clock
        self.level = self._raw = pin.value()
        self._since = clock.ticks()

    def edge(self):
        """True when the contact has closed since the last call."""
        raw = self._pin.value()
        if raw != self._raw:
            self._raw = raw
            self._since = self._clock.ticks()
        if raw == self.level or self._clock.elapsed(self._since) < _DEBOUNCE_MS:
            return False
        self.level = raw
        return bool(raw)


class PushButton:
    """Ask `poll` at least every 50 ms."""

    def __init__(self, pin, clock):
        self._contact = Contact(pin, clock)
        self._clock = clock
        self._down = None  # since when it is down and was not called held yet

    def poll(self):
        """PRESSED when it goes down, HELD once it has been down for a second, else None."""
        if self._contact.edge():
            self._down = self._clock.ticks()
            return PRESSED
        if not self._contact.level:
            self._down = None
        elif self._down is not None and self._clock.elapsed(self._down) >= _HELD_MS:
            self._down = None
            return HELD
        return None
