"""What a board's `machine` module is on the virtual board: each peripheral lies at the other end of a socket.

Only for MicroPython's unix port, started by simulator/virtual_board.py. A message: operation (1 byte), peripheral (1),
length (2, big-endian), ticks of the board in ms (4), data. Operations that ask get length (2) and data back.
"""

import os
import socket
import struct
import time

_PORT = int(os.getenv("GATEPOST_SILICON"))
_LIFE = int(os.getenv("GATEPOST_LIFE"))
PWRON_RESET, HARD_RESET, WDT_RESET = 1, 2, 3
_TICKS = (1 << 30) - 1
_UART, _PIN, _PWM, _SPI, _DOG = b"U", b"P", b"F", b"S", b"W"


class _Line:
    """The socket, opened with the first peripheral."""

    def __init__(self):
        self._socket = None

    def _open(self):
        if self._socket is None:
            self._socket = socket.socket()
            self._socket.setsockopt(6, 1, 1)  # TCP_NODELAY: else a message after another waits 40 ms
            self._socket.connect(socket.getaddrinfo("127.0.0.1", _PORT)[0][-1])
            self._socket.write(struct.pack(">BBHII", 0, 0, 4, 0, _LIFE))
        return self._socket

    def tell(self, operation, peripheral, data=b""):
        # In one piece: a Ctrl-C between two would leave half a message on the line.
        head = struct.pack(">BHI", peripheral, len(data), time.ticks_ms() & _TICKS)
        self._open().write(operation + head + data)

    def ask(self, operation, peripheral, data=b""):
        whole = False
        try:
            self.tell(operation, peripheral, data)
            size = self._read(2)
            answer = self._read(size[0] << 8 | size[1])
            whole = True
        finally:
            if not whole:  # interrupted: the answer that still comes belongs to nobody
                self._socket.close()
                self._socket = None
        return answer

    def _read(self, count):
        data = self._socket.read(count) if count else b""
        if len(data) < count:
            raise SystemExit  # the power is off
        return data


_line = _Line()


class Pin:
    IN = 0
    OUT = 1

    def __init__(self, number, mode=-1, value=None):
        self.number = number
        if mode == Pin.OUT:
            self.value(value or 0)

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    def value(self, level=None):
        if level is None:
            return _line.ask(b"v", self.number)[0]
        _line.tell(b"p", self.number, b"\x01" if level else b"\x00")


class UART:
    def __init__(self, number, baudrate=9600, **settings):
        self._number = number
        self.init(baudrate)

    def init(self, baudrate=9600, **settings):
        _line.tell(b"b", self._number, struct.pack(">I", baudrate))

    def any(self):
        answer = _line.ask(b"a", self._number)
        return answer[0] << 8 | answer[1]

    def readinto(self, buffer):
        data = _line.ask(b"r", self._number, struct.pack(">H", len(buffer)))
        buffer[: len(data)] = data
        return len(data) or None

    def write(self, data):
        _line.tell(b"w", self._number, bytes(data))
        return len(data)

    def deinit(self):
        pass


class PWM:
    def __init__(self, pin):
        self._pin = pin.number

    def freq(self, hertz):
        _line.tell(b"f", self._pin, struct.pack(">H", hertz))

    def duty_u16(self, duty):
        _line.tell(b"d", self._pin, struct.pack(">H", duty))


class SPI:
    def __init__(self, number, baudrate=1000000, sck=None, mosi=None, miso=None):
        self._number = number

    def write(self, data):
        view = memoryview(data)
        while len(view):
            _line.tell(b"s", self._number, bytes(view[:8192]))
            view = view[8192:]


class WDT:
    """A watchdog of its own silicon: once started nothing stops it but a reset."""

    def __init__(self, id=0, timeout=5000):
        _line.tell(b"k", 0, struct.pack(">I", timeout))

    def feed(self):
        _line.tell(b"K", 0)


def mounted():
    """The flash is there: from now on the console is the board's. Not of a board: called by rom.py alone."""
    _line.ask(b"m", 0)


def unique_id():
    return _line.ask(b"i", 0)


def reset_cause():
    return int(os.getenv("GATEPOST_CAUSE"))


def reset():
    """The chip starts again; nothing after this runs."""
    _line.ask(b"x", 0)
    raise SystemExit
