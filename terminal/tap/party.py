"""How many pass on the next tap, as an attendant enters it: each press of the button one more, held down one again.

Made only where the settings allow more than one and the board has the button.
"""

from micropython import const

_KEPT_MS = const(20000)  # who is not there by then gets no group of somebody else


class Party:
    """`persons` go on the next card or code, at most `most`. `button.poll()` gives "pressed", "held" or None."""

    def __init__(self, button, clock, most, face, log):
        self._button = button
        self._clock = clock
        self._most = most
        self._face = face
        self._log = log
        self._until = None
        self.persons = 1

    def watch(self):
        """Looks at the button; to be called in each turn of the lane."""
        heard = self._button.poll()
        if heard == "pressed":
            self._set(min(self.persons + 1, self._most))
            self._until = self._clock.deadline(_KEPT_MS)
        elif self.persons > 1 and (heard == "held" or self._clock.passed(self._until)):
            self._set(1)

    def taken(self):
        """They were admitted: whoever comes next comes alone."""
        if self.persons > 1:
            self._set(1)

    def _set(self, persons):
        if persons != self.persons:
            self.persons = persons
            self._log("party", persons=persons)
            self._face.gather(persons)
