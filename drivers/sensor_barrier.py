"""A speed gate whose leaves follow a held contact, with light barriers and a contact for shut leaves (the `barrier` port)."""

from micropython import const

from drivers.light_barriers import LightBarriers

_SAMPLE_MS = const(20)
_MOVES_MS = const(1500)  # a released leaf that has not left its rest by then is stuck
_SHUT_MS = const(4000)  # and one that is not back by then, with nobody in its way
_KEPT = const(8)


class SensorBarrier:
    """`beams`: pins in the lane's direction; `home_pin` reads 1 while the leaves are shut; all pins as machine.Pin.

    `run()` is a task: it watches the beams also while the lane is busy with a card.
    """

    def __init__(self, release_pin, clock, beams, home_pin, fire_pin):
        self._release = release_pin
        self._clock = clock
        self._lights = LightBarriers(beams)
        self._home = home_pin
        self._fire = fire_pin
        self._released = False
        self._due = None  # by when the leaves have to be where they are told to
        self._told = False
        self._stuck = None  # the release under which the leaves stood still last
        self._events = []
        release_pin.off()

    def widen(self):
        """The lane is a wide one: one free beam between two broken ones is a wheelchair's, not a gap between persons."""
        self._lights.bridge = 1

    def open(self, direction):
        """Holds the release until `lock`; leaves that are held open serve every `direction`."""
        self._release.on()
        if not self._released:
            self._expect(True, _MOVES_MS)

    def lock(self):
        """Withdraws the release; the leaves close once nobody stands between them."""
        self._release.off()
        if self._released:
            self._expect(False, _SHUT_MS)

    def _expect(self, released, ms):
        self._released = released
        self._due = self._clock.deadline(ms)
        self._told = False

    def sensed(self):
        """What happened, oldest first: "passed", "turned_back", "reverse", "stuck", "moved" (again); None for nothing."""
        return self._events.pop(0) if self._events else None

    @property
    def occupied(self):
        """Somebody is in the lane."""
        return self._lights.broken

    def fire(self):
        """True while the fire input is active; the alarm opens the gate by its own wire, without this program."""
        return bool(self._fire.value())

    async def run(self):
        """For ever."""
        while True:
            self.watch()
            await self._clock.sleep_ms(_SAMPLE_MS)

    def watch(self):
        """One look at beams and leaves."""
        for event in self._lights.sample():
            self._tell(event)
        if self._due is None:
            return
        if bool(self._home.value()) != self._released:
            self._due = None
            if self._stuck is self._released:
                self._stuck = None
                self._tell("moved")
        elif self._lights.broken and not self._released:
            self._due = self._clock.deadline(_SHUT_MS)
        elif not self._told and self._clock.passed(self._due):
            self._told = True
            self._stuck = self._released
            self._tell("stuck")

    def _tell(self, event):
        self._events = self._events[1 - _KEPT :] + [event]
