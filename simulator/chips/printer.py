"""An emulated ESC/POS receipt printer: a roll, a blade, a cover, sensors, and the paper that comes out. Portable.

It works through its buffer in virtual time, stops where a real one stops, and keeps what it holds until it can go on:
a document cut short by the end of the paper comes out of the next roll, unless the terminal has it forgotten.
"""

from micropython import const

from simulator.chips.fault import Fault
from simulator.chips.wire import Wire

DOTS_MM = const(8)
_LINE = const(34)  # 1/6 inch, the spacing after ESC @
_MS_LINE = const(30)  # about 140 mm/s
_CUT_MS = const(400)
_TO_BLADE = const(96)  # dots from the print line to the blade
_NEAR_END_MM = const(3000)
_ESC, _FS, _GS, _DLE = const(0x1B), const(0x1C), const(0x1D), const(0x10)
# Length of commands behind ESC, FS and GS that have a fixed one, their two first bytes included.
_FIXED = {
    b"\x1b@": 2, b"\x1ba": 3, b"\x1bE": 3, b"\x1bd": 3, b"\x1b!": 3, b"\x1bt": 3, b"\x1b-": 3, b"\x1b{": 3, b"\x1bM": 3,
    b"\x1c&": 2, b"\x1d!": 3, b"\x1db": 3, b"\x1dB": 3, b"\x1dr": 3,
}  # fmt: skip


class PrinterWire(Wire):
    """A serial line behind which the printer goes on working while nobody writes to it."""

    chip = None

    def any(self):
        self.chip.step()
        return Wire.any(self)


class PrinterChip:
    """`wire` is a PrinterWire, `columns` 48 or 32, `roll_mm` the paper that is left.

    `sheets`: what was cut off, oldest first, each a list of items; `hanging`: what stands in the mouth. Items:
    ("text", align, [(bytes, times, bold), ...], dots high), ("feed", dots), ("qr", bytes, dots of a module, align).
    `faults` holds, as words, what a real printer would print wrongly. Faults to arm: `jam` strikes at a cut, `mute`
    swallows what comes in, `empty` finds no paper however much there is.
    """

    def __init__(self, wire, clock, columns=48, roll_mm=80000):
        self.jam = Fault()
        self.mute = Fault()
        self.empty = Fault()
        self.columns = columns
        self.sheets = []
        self.hanging = []
        self.faults = []
        self.forgotten = 0  # bytes that the terminal had thrown away
        self.roll_dots = roll_mm * DOTS_MM
        self.is_open = self.is_jammed = False
        self._wire = wire
        self._clock = clock
        wire.chip = self
        wire.attach(self)
        self.power_on()

    def power_on(self):
        """The state after supply: nothing is left of what was sent before."""
        self._buffer = bytearray()
        self._real_time = b""
        self._ready_at = self._clock.ms()
        self._wire.silence()
        self._initialise()

    def _initialise(self):
        self._align, self._times, self._bold = 0, 1, False
        self._line = []
        self._qr = {"module": 3, "level": 48, "data": b""}

    # What people do to it

    def load_paper(self, roll_mm=80000):
        """A new roll; it goes on with what it holds."""
        self.roll_dots = roll_mm * DOTS_MM
        self.step()

    def open_cover(self):
        self.step()
        self.is_open = True

    def close_cover(self):
        """Also clears what was jammed: that is how people do it."""
        self.is_open = self.is_jammed = False
        self._ready_at = max(self._ready_at, self._clock.ms())

    @property
    def near_end(self):
        return self.roll_dots < _NEAR_END_MM * DOTS_MM

    @property
    def paper_out(self):
        return self.empty.strikes() or self.roll_dots <= 0

    # The line

    def receive(self, data):
        if self.mute.strikes():
            return
        self.step()
        for byte in data:
            self._take(byte)
        self.step()

    def _take(self, byte):
        """Real-time commands are done as they come in; everything else waits its turn."""
        self._real_time += bytes((byte,))
        held = self._real_time
        for pattern, action in _REAL_TIME:
            if held == pattern[: len(held)]:
                if held == pattern:
                    self._real_time = b""
                    action(self)
                return
        self._buffer.extend(held)
        self._real_time = b""

    def _tell(self, which):
        offline = self.is_open or self.is_jammed or self.paper_out
        bits = (
            0x08 if offline else 0,
            (0x04 if self.is_open else 0) | (0x20 if self.paper_out else 0) | (0x40 if self.is_jammed else 0),
            0x08 if self.is_jammed else 0,
            (0x0C if self.near_end else 0) | (0x60 if self.paper_out else 0),
        )
        self._wire.answer(bytes((0x12 | bits[which],)), 1)

    def _forget(self):
        self.forgotten += len(self._buffer) + sum([len(run[0]) for run in self._line])
        self._buffer = bytearray()
        self._line = []

    def _recover(self):
        """DLE ENQ 2: the blade is free again only when somebody freed it."""
        if self.is_jammed:
            self._forget()

    # The work

    def step(self):
        """Works through what is in the buffer as far as the time that went by allows."""
        now = self._clock.ms()
        while self._buffer and self._ready_at <= now and not (self.is_open or self.is_jammed or self.paper_out):
            length = self._length()
            if length is None:
                return
            command = bytes(self._buffer[:length])
            self._buffer = self._buffer[length:]
            self._work(command)

    def _length(self):
        """Bytes of the first command in the buffer; None while it is not whole."""
        held = self._buffer
        first = held[0]
        if first not in (_ESC, _FS, _GS):
            return _character(held)
        if len(held) < 2:
            return None
        length = _FIXED.get(bytes(held[:2]))
        if held[:2] == b"\x1dV":
            length = 4 if len(held) > 2 and held[2] in (65, 66) else 3
        elif held[:2] == b"\x1d(":
            length = 5 + (held[3] | held[4] << 8) if len(held) > 4 else 5
        elif length is None:
            self.faults.append("unknown command %02X %02X" % (first, held[1]))
            length = 2
        return length if len(held) >= length else None

    def _work(self, command):
        head = command[:2]
        if command[0] not in (_ESC, _FS, _GS):
            self._print(command)
        elif head == b"\x1b@":
            self._initialise()
        elif head == b"\x1ba":
            self._align = command[2]
        elif head == b"\x1bE":
            self._bold = bool(command[2] & 1)
        elif head == b"\x1d!":
            self._times = (command[2] & 7) + 1
        elif head == b"\x1bd":
            self._end_line()
            self._advance(("feed", command[2] * _LINE), command[2] * _LINE)
        elif head == b"\x1d(":
            self._two_dimensional(command)
        elif head == b"\x1dV":
            self._cut()
        elif head == b"\x1dr":
            self._wire.answer(bytes(((0x03 if self.near_end else 0) | (0x0C if self.paper_out else 0),)), 1)

    def _print(self, character):
        if character == b"\n":
            self._end_line(True)
            return
        if character[0] < 0x20:
            self.faults.append("control character %02X" % character[0])
            return
        wide = (1 if len(character) == 1 else 2) * self._times
        if wide + sum([_columns(run) for run in self._line]) > self.columns:
            self._end_line()  # it wraps by itself, where the terminal did not
            self.faults.append("a line is wider than the paper")
        if self._line and self._line[-1][1:] == (self._times, self._bold):
            self._line[-1] = (self._line[-1][0] + character,) + self._line[-1][1:]
        else:
            self._line.append((character, self._times, self._bold))

    def _end_line(self, always=False):
        if not self._line and not always:
            return
        high = max([_LINE] + [24 * run[1] + 10 for run in self._line])
        line, self._line = self._line, []
        self._advance(("text", self._align, line, high), high)

    def _two_dimensional(self, command):
        """GS ( k for QR codes: cn 49."""
        function = command[6] if len(command) > 6 and command[2:3] == b"k" and command[5] == 49 else None
        if function == 67:
            self._qr["module"] = command[7]
        elif function == 69:
            self._qr["level"] = command[7]
        elif function == 80:
            self._qr["data"] = command[8:]
        elif function == 81:
            self._end_line()
            high = _qr_side(len(self._qr["data"])) * self._qr["module"]
            self._advance(("qr", self._qr["data"], self._qr["module"], self._align), high)
        elif function != 65:
            self.faults.append("unknown function of GS (")

    def _cut(self):
        self._end_line()
        self._advance(("feed", _TO_BLADE), _TO_BLADE)
        self._ready_at += _CUT_MS
        if self.jam.strikes():
            self.is_jammed = True
            return
        self.sheets.append(self.hanging)
        self.hanging = []

    def _advance(self, item, dots):
        self.hanging.append(item)
        self.roll_dots -= dots
        self._ready_at = max(self._ready_at, self._clock.ms()) + _MS_LINE * dots // _LINE


# DLE EOT 1 to 4; DLE ENQ 1 and 2; DLE DC4 8.
_REAL_TIME = (
    (b"\x10\x04\x01", lambda chip: chip._tell(0)),
    (b"\x10\x04\x02", lambda chip: chip._tell(1)),
    (b"\x10\x04\x03", lambda chip: chip._tell(2)),
    (b"\x10\x04\x04", lambda chip: chip._tell(3)),
    (b"\x10\x05\x02", lambda chip: chip._recover()),
    (b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", lambda chip: chip._forget()),
)


def _character(held):
    """Bytes of the GB 18030 character at the start; None while it is not whole."""
    if held[0] < 0x81:
        return 1
    if len(held) < 2:
        return None
    length = 4 if 0x30 <= held[1] <= 0x39 else 2
    return length if len(held) >= length else None


def _columns(run):
    """Columns of a run; a character of four bytes takes as much paper as one of two."""
    count = at = 0
    while at < len(run[0]):
        length = _character(run[0][at:])
        count += 1 if length == 1 else 2
        at += length
    return count * run[1]


def _qr_side(length):
    """Modules along the side of a code at level M, quiet zone included; about that many beyond version 10."""
    version = 1
    for most in (14, 26, 42, 62, 84, 106, 122, 152, 180, 213):
        if length <= most:
            break
        version += 1
    return 17 + 4 * version + 8
