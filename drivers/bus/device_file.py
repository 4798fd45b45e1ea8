"""Host only: a device of the kernel as a bus: any(), readinto(buffer), close(); reads never wait."""

import os
import select

from drivers.errors import PortAbsent, PortBusy


class DeviceFile:
    """The device at `path`, opened for reading or with `access`.

    PortAbsent, PortBusy when it cannot be opened; `absent` and `busy` say what helps then.
    """

    def __init__(self, path, absent, busy, access=os.O_RDONLY):
        try:
            self._file = os.open(path, access | os.O_NONBLOCK)
        except FileNotFoundError:
            raise PortAbsent("%s does not exist: %s" % (path, absent)) from None
        except OSError as error:
            raise PortBusy("%s cannot be opened (%s): %s" % (path, error.strerror, busy)) from None

    def any(self):
        return len(select.select([self._file], [], [], 0)[0])

    def readinto(self, buffer):
        try:
            data = os.read(self._file, len(buffer))
        except BlockingIOError:
            return 0
        buffer[: len(data)] = data
        return len(data)

    def close(self):
        os.close(self._file)
