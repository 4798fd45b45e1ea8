"""Scanners that type: codes arrive as lines of text from a keyboard or a serial line (the `scanner` port).

Text survives any keyboard layout only in its simplest characters, which is why codes for such scanners are base45.
"""

from micropython import const

READY = "ready"
MAX_CODE = const(1024)

_CHUNKS = const(32)  # of 64 bytes at a time: somebody may lean on a key
_GAP_MS = const(300)  # people do not type this fast, scanners do not type this slowly


class KeyboardWedge:
    """`source` is shaped like a bus: any(), readinto(buffer). A line ends with CR, LF, TAB, or a pause."""

    def __init__(self, source, clock):
        self.state = READY
        self.overlong = 0
        self._source = source
        self._clock = clock
        self._chunk = bytearray(64)
        self._line = bytearray()
        self._lines = []
        self._last = clock.ticks()

    async def start(self):
        """Drops what was typed before; a keyboard cannot say whether it is there."""
        for _ in range(_CHUNKS):
            if not self._source.any() or not self._source.readinto(self._chunk):
                break
        self._line = bytearray()
        self._lines = []
        return True

    async def poll(self):
        """The bytes of one line without its end, or None."""
        for _ in range(_CHUNKS):
            count = self._source.readinto(self._chunk) if not self._lines and self._source.any() else 0
            if not count:
                break
            self._last = self._clock.ticks()
            self._take(self._chunk[:count])
        if self._line and self._clock.elapsed(self._last) >= _GAP_MS:
            self._end_line()
        return self._lines.pop(0) if self._lines else None

    def _take(self, data):
        for byte in data:
            if byte in b"\r\n\t":
                self._end_line()
            elif len(self._line) <= MAX_CODE:
                self._line.append(byte)

    def _end_line(self):
        line, self._line = bytes(self._line), bytearray()
        if len(line) > MAX_CODE:
            self.overlong += 1
        elif line:
            self._lines.append(line)
