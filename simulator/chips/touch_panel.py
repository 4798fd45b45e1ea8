"""An emulated touch panel: what a finger does, as the 24-byte events of Linux (drivers/evdev_touch.py)."""

import struct

from micropython import const

from simulator.chips.fault import Fault

RANGE = (0, 4095)
_EV_SYN, _EV_KEY, _EV_ABS = const(0), const(1), const(3)
_BTN_TOUCH = const(0x14A)
_X, _Y, _TRACKING_ID = const(0x35), const(0x36), const(0x39)


class TouchPanel:
    """The source that the driver reads: any(), readinto(buffer). `dead` swallows touches while it strikes."""

    def __init__(self):
        self.dead = Fault()
        self._events = b""
        self._finger = 0

    def any(self):
        return len(self._events)

    def readinto(self, buffer):
        count = min(len(buffer), len(self._events))
        buffer[:count] = self._events[:count]
        self._events = self._events[count:]
        return count

    def down(self, across, below):
        """A finger comes down at so many thousandths of the glass from the left and from the top."""
        if self.dead.strikes():
            return
        self._finger += 1
        most = RANGE[1]
        self._say(
            (_EV_ABS, _TRACKING_ID, self._finger), (_EV_ABS, _X, across * most // 1000),
            (_EV_ABS, _Y, below * most // 1000), (_EV_KEY, _BTN_TOUCH, 1), (_EV_SYN, 0, 0),
        )  # fmt: skip

    def up(self):
        self._say((_EV_ABS, _TRACKING_ID, -1), (_EV_KEY, _BTN_TOUCH, 0), (_EV_SYN, 0, 0))

    def power_off(self):
        self._events = b""

    def _say(self, *events):
        for event in events:
            self._events += struct.pack("<qqHHi", 0, 0, *event)
