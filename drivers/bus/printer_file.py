"""Host only: a USB printer port (/dev/usb/lp0) as a bus: any(), readinto(buffer), write(data); reads never wait."""

import os
import select
import time

from drivers.errors import PortAbsent, PortBusy, ReaderTimeout

_WRITE_S = 5


class PrinterFile:
    """PortAbsent, PortBusy when the port cannot be opened; ReaderTimeout when the printer takes nothing for 5 s."""

    def __init__(self, path):
        try:
            self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except FileNotFoundError:
            raise PortAbsent("%s does not exist: plug the printer in, or correct its name" % path) from None
        except OSError as error:
            raise PortBusy("%s cannot be opened (%s)" % (path, error.strerror)) from None

    def any(self):
        return len(select.select([self._file], [], [], 0)[0])

    def readinto(self, buffer):
        try:
            data = os.read(self._file, len(buffer))
        except BlockingIOError:
            return 0
        buffer[: len(data)] = data
        return len(data)

    def write(self, data):
        view, end = memoryview(bytes(data)), time.monotonic() + _WRITE_S
        while view:
            if select.select([], [self._file], [], max(0, end - time.monotonic()))[1]:
                view = view[os.write(self._file, view) :]
            elif time.monotonic() >= end:
                raise ReaderTimeout("the printer takes nothing: look at paper, cover and cable")
        return len(data)

    def close(self):
        os.close(self._file)
