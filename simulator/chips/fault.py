"""Faults that an emulated part can have, armed by a test and counted when they really happen."""


class Fault:
    """Strikes the next `times` occasions after `arm`; `fired` counts the strikes since it was made."""

    def __init__(self):
        self.fired = 0
        self._left = 0

    def arm(self, times=1):
        self._left = times

    def disarm(self):
        self._left = 0

    def strikes(self):
        """Called by the part on each occasion: True when the fault happens now."""
        if self._left <= 0:
            return False
        self._left -= 1
        self.fired += 1
        return True
