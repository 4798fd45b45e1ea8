"""Host only: a USB printer port (/dev/usb/lp0) as a bus: any(), readinto(buffer), write(data); reads never wait."""

import os
import select
import time

from drivers.bus.device_file import DeviceFile
from drivers.errors import ReaderTimeout

_WRITE_S = 5


class PrinterFile(DeviceFile):
    """PortAbsent, PortBusy when the port cannot be opened; ReaderTimeout when the printer takes nothing for 5 s."""

    def __init__(self, path):
        super().__init__(
            path,
            "plug the printer in, or correct its name",
            "end what else prints, add the user to the group lp",
            os.O_RDWR,
        )

    def write(self, data):
        view, end = memoryview(bytes(data)), time.monotonic() + _WRITE_S
        while view:
            if select.select([], [self._file], [], max(0, end - time.monotonic()))[1]:
                view = view[os.write(self._file, view) :]
            elif time.monotonic() >= end:
                raise ReaderTimeout("the printer takes nothing: look at paper, cover and cable")
        return len(data)
