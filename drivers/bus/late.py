"""Host only: a bus that is opened when it is first used, and again after it failed: a device may be plugged in later."""

import time

from drivers.errors import ReaderError

_AGAIN_S = 2


class LateBus:
    """`make()` opens the bus (any, readinto, write, close ...). `fault`: the ReaderError that it failed with last.

    Between two attempts at a device that is not there lie 2 s, in which the same error is raised. `silent`: it is not
    raised, the line is dead, as that of a device whose own supply is off; for drivers that know a dead line.
    """

    def __init__(self, make, silent=False):
        self.fault = None
        self._silent = silent
        self._make = make
        self._bus = None
        self._not_before = 0.0

    def any(self):
        return self._use("any") or 0

    def readinto(self, buffer):
        return self._use("readinto", buffer) or 0

    def write(self, data):
        return self._use("write", data)

    def set_baudrate(self, baudrate):
        return self._use("set_baudrate", baudrate)

    def close(self):
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    def _use(self, name, *given):
        if self._bus is None and time.monotonic() < self._not_before:
            return self._dead()
        try:
            if self._bus is None:
                self._bus = self._make()
            done = getattr(self._bus, name)(*given)
        except (ReaderError, OSError) as error:
            self.close()
            self._not_before = time.monotonic() + _AGAIN_S
            self.fault = error if isinstance(error, ReaderError) else ReaderError("the device is gone (%s)" % error)
            return self._dead()
        self.fault = None
        return done

    def _dead(self):
        if self._silent:
            return None
        raise self.fault
