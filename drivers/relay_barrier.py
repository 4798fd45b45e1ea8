"""A turnstile behind one relay: a pulse releases it, it reports each completed passage (the `barrier` port)."""

from micropython import const

from drivers.contact import Contact

PULSE_SHORTEST_MS = const(100)  # what turnstile controllers recognise for certain
PULSE_LONGEST_MS = const(3000)


class RelayBarrier:
    """Pins are shaped like machine.Pin; `passed_pin` and `fire_pin` read 1 while active.

    `sensed` and `fire` also do the timing: ask each of them at least every 50 ms. A pulse that ends late does no
    harm, the turnstile's passage window does not depend on its length.
    """

    occupied = False  # nobody sees that

    def __init__(self, release_pin, clock, passed_pin, fire_pin, pulse_ms=300):
        if not PULSE_SHORTEST_MS <= pulse_ms <= PULSE_LONGEST_MS:
            raise ValueError(
                "release pulse of %d ms, expected %d to %d" % (pulse_ms, PULSE_SHORTEST_MS, PULSE_LONGEST_MS)
            )
        self._release = release_pin
        self._clock = clock
        self._pulse_ms = pulse_ms
        self._passages = Contact(passed_pin, clock)
        self._fire = fire_pin
        self._pulse_end = None
        release_pin.off()

    def open(self, direction):
        """Starts one release pulse and drops passages seen before it. One relay serves every `direction`."""
        self._release.on()
        self._pulse_end = self._clock.deadline(self._pulse_ms)
        self._passages.edge()

    def sensed(self):
        """ "passed" once after each completed passage, else None."""
        self._end_pulse()
        return "passed" if self._passages.edge() else None

    def fire(self):
        """True while the fire input is active; the alarm opens the turnstile by its own wire, without this program."""
        self._end_pulse()
        return bool(self._fire.value())

    def lock(self):
        """Withdraws the release."""
        self._pulse_end = None
        self._release.off()

    def _end_pulse(self):
        if self._pulse_end is not None and self._clock.passed(self._pulse_end):
            self.lock()
