"""An emulated panel controller of the MIPI DCS family (ST7789, ILI9341) behind SPI and three pins."""

from micropython import const

from simulator.chips.gate import SimPin

_SWRESET = const(0x01)
_SLPOUT = const(0x11)
_INVON = const(0x21)
_DISPON = const(0x29)
_CASET = const(0x2A)
_RASET = const(0x2B)
_RAMWR = const(0x2C)
_MADCTL = const(0x36)
_COLMOD = const(0x3A)

_MV = const(0x20)
_WAKE_MS = const(120)


class DcsPanelChip:
    """`width` x `height`: the glass upright. What a real one would show wrongly is in `faults`, as words.

    The chip is its own SPI (`write`); pins: `data`, `select`, `reset`. `memory` holds rows as MADCTL turns them.
    """

    def __init__(self, clock, width=240, height=320):
        self._clock = clock
        self._glass = width, height
        self.data = SimPin()
        self.select = SimPin(1)
        self.reset = SimPin(1)
        self.reset.listener = self._on_reset
        self.memory = bytearray(width * height * 2)
        self.faults = []
        self.sent = []  # (command, data) but for pixels
        self._default()

    def _default(self):
        self.awake = self.shown = self.inverted = False
        self.madctl = self.colmod = 0
        self._columns = self._rows = (0, 0)
        self._command = None
        self._at = 0
        self._busy_until = self._clock.deadline(0)

    @property
    def size(self):
        """(width, height) as the pixels come in."""
        return (self._glass[1], self._glass[0]) if self.madctl & _MV else self._glass

    def _on_reset(self, level):
        self._default()
        if level:
            self._busy(_WAKE_MS)

    def write(self, buffer):
        if self.select.value():
            self.faults.append("written to while not selected")
        elif not self.reset.value():
            self.faults.append("written to in reset")
        elif self.data.value():
            self._take(buffer)
        else:
            self._begin(buffer[0])

    def _begin(self, command):
        self._command = command
        self._at = 0
        if command == _SLPOUT and not self._clock.passed(self._busy_until):
            self.faults.append("woken less than 120 ms after reset")
        if command == _SWRESET:
            self._default()
            self._busy(_WAKE_MS)
        elif command == _SLPOUT:
            self.awake = True
            self._busy(_WAKE_MS)
        elif command == _DISPON:
            if not self.awake or not self._clock.passed(self._busy_until):
                self.faults.append("switched on less than 120 ms after it was woken")
            self.shown = True
        elif command == _INVON:
            self.inverted = True
        if command != _RAMWR:
            self.sent.append((command, b""))

    def _busy(self, ms):
        self._busy_until = self._clock.deadline(ms)

    def _take(self, buffer):
        command = self._command
        if command == _RAMWR:
            self._pixels(buffer)
            return
        self.sent[-1] = (command, self.sent[-1][1] + bytes(buffer))
        if command == _COLMOD:
            self.colmod = buffer[0]
        elif command == _MADCTL:
            self.madctl = buffer[0]
        elif command in (_CASET, _RASET):
            first, last = buffer[0] << 8 | buffer[1], buffer[2] << 8 | buffer[3]
            limit = self.size[0 if command == _CASET else 1]
            if not first <= last < limit:
                self.faults.append("window %d to %d of %d" % (first, last, limit))
            elif command == _CASET:
                self._columns = first, last
            else:
                self._rows = first, last

    def _pixels(self, buffer):
        """Row by row into the window, from its start again after its end."""
        if self.colmod & 7 != 5:
            self.faults.append("pixels that are not of 16 bits")
            return
        left, right = self._columns
        top, bottom = self._rows
        wide = (right - left + 1) * 2
        total = wide * (bottom - top + 1)
        stride = self.size[0] * 2
        done = 0
        while done < len(buffer):
            row, offset = divmod(self._at % total, wide)
            count = min(wide - offset, len(buffer) - done)
            start = (top + row) * stride + left * 2 + offset
            self.memory[start : start + count] = buffer[done : done + count]
            self._at += count
            done += count
