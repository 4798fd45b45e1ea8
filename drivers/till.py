"""Lines of text to and from a till, over a serial port or a socket (any bus). UTF-8, ended by LF or CR LF."""

from micropython import const

LONGEST = const(120)


class LinePort:
    """poll() gives a whole line without its end, or None; send(line) writes one. Over-long lines are `overlong`.

    Half a line of a peer that went is no beginning of the next one's.
    """

    def __init__(self, bus):
        self._bus = bus
        self._chunk = bytearray(64)
        self._line = bytearray()
        self._whole = []
        self._skip = False  # the rest of an over-long line
        self.overlong = 0
        self._talker = 0  # the connection that the last bytes came from

    def poll(self):
        if not self._whole:
            self._read()
        return self._whole.pop(0) if self._whole else None

    def send(self, line):
        self._bus.write((line + "\n").encode())

    def _read(self):
        while self._bus.any():
            self._meet()
            count = self._bus.readinto(self._chunk)
            if not count:
                return
            for byte in self._chunk[:count]:
                self._take(byte)

    @property
    def connection(self):
        """The peer's number (drivers/bus/line_server.py), 0 for none and on a serial line."""
        return getattr(self._bus, "connection", 0)

    def hang_up(self):
        """Ends the connection, where there is one to end."""
        if hasattr(self._bus, "hang_up"):
            self._bus.hang_up()

    def _meet(self):
        if self.connection != self._talker:
            self._talker = self.connection
            self._line, self._whole, self._skip = bytearray(), [], False

    def _take(self, byte):
        if byte == 10:
            line, skip = self._line, self._skip
            self._line, self._skip = bytearray(), False
            if not skip:
                self._end(line)
        elif byte != 13 and not self._skip:
            self._line.append(byte)
            if len(self._line) > LONGEST:
                self._line, self._skip = bytearray(), True
                self.overlong += 1

    def _end(self, line):
        try:
            self._whole.append(bytes(line).decode())
        except ValueError:  # UnicodeError is one: noise on the line
            self.overlong += 1
