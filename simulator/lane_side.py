"""Host only: what people do at a lane in the simulator's world: they walk, and an attendant counts them."""

_SLICE_MS = 20
_PRESSED_MS, _HELD_MS = 100, 1200  # of a button


class LaneSide:
    """The part of a World that is about who goes through."""

    def walk(self, way="walk"):
        """Somebody comes through the lane, in one of the ways of simulator.chips.speed_gate."""
        self._did("walk now" if way == "walk" else "walk %s now" % way)
        self._heard("walk", {"way": way, "open": self._bench.walk(way)})

    def plus(self, hold=False):
        """The attendant's button: one more person goes on the next tap; held, it is one again."""
        self._did("plus hold" if hold else "plus")
        self._bench.plus(_HELD_MS if hold else _PRESSED_MS)

    def until_alone(self, limit_ms):
        """Runs until nobody is in the lane any more, or `limit_ms` went by."""
        for _ in range(0, limit_ms, _SLICE_MS):
            if not self.people:
                return
            self.advance(_SLICE_MS)

    @property
    def bike_is_in(self):
        """Whether a bike stands in a bike dock; of other terminals True."""
        pin = getattr(self._bench.hardware.gate, "bike_pin", None)
        return pin is None or bool(pin.value())

    @property
    def people(self):
        """Who is in the lane, see simulator.chips.speed_gate.Person."""
        return self._bench.hardware.gate.people
