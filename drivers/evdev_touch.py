"""A touch panel as Linux reports it: struct input_event, 24 bytes each on 64-bit machines (linux/input.h, protocol B).

A touch counts when a finger comes down, once: holding it, moving it or a second finger does nothing more.
"""

import struct

from micropython import const

_EVENT = "<qqHHi"
_SIZE = const(24)
_EV_SYN, _EV_KEY, _EV_ABS = const(0), const(1), const(3)
_BTN_TOUCH = const(0x14A)
_ABS_X, _ABS_Y = const(0x00), const(0x01)
_ABS_MT_SLOT, _ABS_MT_X, _ABS_MT_Y, _ABS_MT_TRACKING_ID = const(0x2F), const(0x35), const(0x36), const(0x39)


class EvdevTouch:
    """`source`: any(), readinto(buffer). `range_x`, `range_y`: (least, most) of the axes; the display in pixels."""

    def __init__(self, source, range_x, range_y, width, height):
        self._source = source
        self._axes = (range_x, width), (range_y, height)
        self._chunk = bytearray(_SIZE * 8)
        self._rest = b""
        self._x = self._y = 0
        self._slot = 0
        self._down = self._came = False

    def poll(self):
        """(x, y) in pixels of a finger that came down, or None."""
        point = None
        while self._source.any():
            count = self._source.readinto(self._chunk)
            if not count:
                break
            data = self._rest + bytes(self._chunk[:count])
            whole = len(data) // _SIZE * _SIZE
            for at in range(0, whole, _SIZE):
                point = self._take(*struct.unpack_from(_EVENT, data, at)[2:]) or point
            self._rest = data[whole:]
        return point

    def _take(self, kind, code, value):
        if kind == _EV_ABS:
            if code == _ABS_MT_SLOT:
                self._slot = value
            elif self._slot == 0 and code in (_ABS_X, _ABS_MT_X):
                self._x = value
            elif self._slot == 0 and code in (_ABS_Y, _ABS_MT_Y):
                self._y = value
            elif self._slot == 0 and code == _ABS_MT_TRACKING_ID:
                self._pressed(value >= 0)
        elif kind == _EV_KEY and code == _BTN_TOUCH:
            self._pressed(value != 0)
        elif kind == _EV_SYN and self._came:
            self._came = False
            return self._scaled(self._x, self._axes[0]), self._scaled(self._y, self._axes[1])
        return None

    def _pressed(self, down):
        self._came = self._came or (down and not self._down)
        self._down = down

    @staticmethod
    def _scaled(value, axis):
        (least, most), pixels = axis
        return max(0, min(pixels - 1, (value - least) * pixels // (most - least + 1)))
