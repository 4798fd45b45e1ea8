"""A serial port in the shape all drivers want: machine.UART on a board, a tty by `stubs/machine` on a Linux gate."""

import machine
from micropython import const

_BUFFER = const(1024)  # a code of 500 bytes must fit while the lane talks to a card


class UART:
    """8N1 without flow control. `port` is a number (board) or a path such as /dev/ttyUSB0; reads never wait.

    On a host an absent or busy port raises PortAbsent or PortBusy.
    """

    def __init__(self, port, baudrate=115200, **pins):
        self._port = port
        self._pins = pins
        self._uart = machine.UART(port, baudrate, timeout=0, rxbuf=_BUFFER, **pins)

    def any(self):
        """Bytes that can be read now."""
        return self._uart.any()

    def readinto(self, buffer):
        """Reads what is there into `buffer`; returns the number of bytes, 0 when nothing is there."""
        return self._uart.readinto(buffer) or 0

    def write(self, data):
        return self._uart.write(data)

    def set_baudrate(self, baudrate):
        """Changes the speed; what was received at the old one is kept."""
        self._uart.init(baudrate, timeout=0, rxbuf=_BUFFER, **self._pins)

    def close(self):
        self._uart.deinit()
