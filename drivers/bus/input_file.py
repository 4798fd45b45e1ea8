"""Host only: an input device of the kernel (/dev/input/event3) as a bus of struct input_event; reads never wait."""

import fcntl
import os
import struct

from drivers.errors import PortAbsent, PortBusy

_ABSINFO = struct.Struct("6i")  # value, minimum, maximum, fuzz, flat, resolution: linux/input.h
_READ = 2 << 30
_AXES = (0x35, 0x36), (0x00, 0x01)  # ABS_MT_POSITION_X and _Y, else ABS_X and ABS_Y


class InputFile:
    """PortAbsent, PortBusy when it cannot be opened. The device is ours alone while it is open."""

    def __init__(self, path):
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except FileNotFoundError:
            raise PortAbsent("%s does not exist: plug the panel in, or correct board.touch.port" % path) from None
        except OSError as error:
            raise PortBusy(
                "%s cannot be opened (%s): add the user to the group input" % (path, error.strerror)
            ) from None
        self._path = path

    def ranges(self):
        """((least, most) of x, (least, most) of y). PortAbsent when it is no touch panel."""
        for x, y in _AXES:
            found = self._range(x), self._range(y)
            if all(found):
                return found
        raise PortAbsent("%s is no touch panel: correct board.touch.port" % self._path)

    def any(self):
        return 1  # the read says it

    def readinto(self, buffer):
        try:
            data = os.read(self._file, len(buffer))
        except BlockingIOError:
            return 0
        buffer[: len(data)] = data
        return len(data)

    def close(self):
        os.close(self._file)

    def _range(self, axis):
        told = bytearray(_ABSINFO.size)
        try:
            fcntl.ioctl(self._file, _READ | _ABSINFO.size << 16 | ord("E") << 8 | 0x40 + axis, told)
        except OSError:
            return None
        _, least, most, _, _, _ = _ABSINFO.unpack(told)
        return (least, most) if most > least else None
