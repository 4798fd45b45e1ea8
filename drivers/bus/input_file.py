"""Host only: an input device of the kernel (/dev/input/event3) as a bus of struct input_event; reads never wait."""

import fcntl
import struct

from drivers.bus.device_file import DeviceFile
from drivers.errors import PortAbsent

_ABSINFO = struct.Struct("6i")  # value, minimum, maximum, fuzz, flat, resolution: linux/input.h
_READ = 2 << 30
_AXES = (0x35, 0x36), (0x00, 0x01)  # ABS_MT_POSITION_X and _Y, else ABS_X and ABS_Y


class InputFile(DeviceFile):
    """PortAbsent, PortBusy when it cannot be opened."""

    def __init__(self, path):
        super().__init__(path, "plug the panel in, or correct board.touch.port", "add the user to the group input")
        self._path = path

    def ranges(self):
        """((least, most) of x, (least, most) of y). PortAbsent when it is no touch panel."""
        for x, y in _AXES:
            found = self._range(x), self._range(y)
            if all(found):
                return found
        raise PortAbsent("%s is no touch panel: correct board.touch.port" % self._path)

    def _range(self, axis):
        told = bytearray(_ABSINFO.size)
        try:
            fcntl.ioctl(self._file, _READ | _ABSINFO.size << 16 | ord("E") << 8 | 0x40 + axis, told)
        except OSError:
            return None
        _, least, most, _, _, _ = _ABSINFO.unpack(told)
        return (least, most) if most > least else None
