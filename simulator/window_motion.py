"""Host only: what moves on the desk: cards between tray, hand and reader; passengers on the lane."""

import math

_FLIGHT_MS = 170


class Held:
    """A card or phone that is out of the tray, in the hand, on its way, or lying on its place."""

    def __init__(self, card, centre):
        self.card = card
        self.centre = centre
        self.in_hand = False
        self._grip = (0, 0)
        self.presented = False
        self.code = None
        self._start = self._end = centre
        self._flown = None
        self.stay_ms = None
        self.homeward = False

    def fly(self, end, homeward=False):
        self._start, self._end, self._flown = self.centre, end, 0
        self.homeward = homeward

    def grab(self, pointer):
        """The hand takes it where the pointer is."""
        self._grip = pointer[0] - self.centre[0], pointer[1] - self.centre[1]
        self._flown = None
        self.homeward = False

    def follow(self, pointer):
        self.in_hand = True
        self.stay_ms = None
        self.centre = pointer[0] - self._grip[0], pointer[1] - self._grip[1]

    def move(self, ms):
        """True when a flight ends with this frame."""
        if self._flown is None:
            return False
        self._flown = min(_FLIGHT_MS, self._flown + ms)
        share = math.sin(self._flown / _FLIGHT_MS * math.pi / 2)
        self.centre = tuple([int(a + (b - a) * share) for a, b in zip(self._start, self._end, strict=True)])
        if self._flown < _FLIGHT_MS:
            return False
        self._flown = None
        return True


class Walker:
    """A passenger on the lane: `at` runs from 0 to 1, the leaves stand at one half."""

    _START, _BEFORE, _BEHIND, _PACE_MS, _PATIENCE_MS = 0.19, 0.455, 0.56, 3000, 900

    def __init__(self):
        self.at = self._START
        self.moving = True
        self._entered = self._reported = False
        self._waited = 0
        self._direction = 1

    def step(self, ms, is_open, walk):
        """Moves on; calls `walk()` when the leaves are behind. Returns "blocked" when patience ends, else None."""
        at = self.at + self._direction * ms / self._PACE_MS
        if self._direction > 0 and not self._entered and at >= self._BEFORE:
            if not is_open:
                return self._wait(ms)
            self._entered = True
        if self._entered and not self._reported and at >= self._BEHIND:
            self._reported = True
            walk()
        self.moving = True
        self.at = at
        return None

    def _wait(self, ms):
        self.at = self._BEFORE
        self.moving = False
        self._waited += ms
        if self._waited < self._PATIENCE_MS:
            return None
        self._direction = -1
        return "blocked"

    def gone(self):
        return not self._START <= self.at <= 0.98
