"""machine.UART over pyserial."""

import errno
import os

import serial

from drivers.errors import PortAbsent, PortBusy, ReaderError


class UART:
    """A tty. `port` is its path, or a number n for /dev/ttySn; `timeout` in ms as on a board.

    A port that failed is opened again at the next call: an adapter that was plugged in again goes on working.
    """

    def __init__(self, port, baudrate=9600, **settings):
        self._path = "/dev/ttyS%d" % port if isinstance(port, int) else str(port)
        self._serial = None
        self.init(baudrate, **settings)

    def init(self, baudrate=9600, bits=8, parity=None, stop=1, timeout=0, rxbuf=None, **_pins):
        self._settings = {
            "baudrate": baudrate,
            "bytesize": bits,
            "parity": {None: serial.PARITY_NONE, 0: serial.PARITY_EVEN, 1: serial.PARITY_ODD}[parity],
            "stopbits": stop,
            "timeout": timeout / 1000,
        }
        if self._serial is not None:
            self._serial.apply_settings(self._settings)
        else:
            self._open()

    def _open(self):
        try:
            self._serial = serial.Serial(self._path, exclusive=True, **self._settings)
        except serial.SerialException as error:
            raise _named(self._path, error) from error

    def any(self):
        return self._guarded(lambda: self._serial.in_waiting)

    def readinto(self, buffer):
        data = self._guarded(lambda: self._serial.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data) or None

    def write(self, data):
        return self._guarded(lambda: self._serial.write(bytes(data)))

    def deinit(self):
        if self._serial is not None:
            self._serial.close()
            self._serial = None

    def _guarded(self, action):
        if self._serial is None:
            self._open()
        try:
            return action()
        except (serial.SerialException, OSError) as error:
            self.deinit()
            raise _named(self._path, error) from error


def _named(path, error):
    """The ReaderError that tells a technician what to do about `error` on the port `path`."""
    number = getattr(error, "errno", None)
    if not os.path.exists(path):
        return PortAbsent("%s does not exist: plug the device in, or correct the port in the settings" % path)
    if number == errno.EACCES:
        return PortBusy("%s may not be opened by this user: add the user to the group that owns it (dialout)" % path)
    if number in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK) or "exclusively lock" in str(error):
        return PortBusy("%s is held by another program: stop that program, or choose another port" % path)
    return ReaderError("%s failed (%s): check cable and device" % (path, error))
