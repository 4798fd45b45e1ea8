"""Host only: what moves on the desk: cards between tray, hand and reader."""

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
