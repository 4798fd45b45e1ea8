"""An emulated QR engine of the GM65 / GM861 family: configuration zones, and codes that somebody shows to it."""

from micropython import const

from simulator.chips.fault import Fault

_READ, _WRITE, _SAVE, _HEARTBEAT = const(0x07), const(0x08), const(0x09), const(0x0A)
_DONE = b"\x02\x00\x00\x01\x00\x33\x31"
_ALIVE = b"\x03\x00\x00\x01\x00\x33\x31"
_REPLY_MS = const(3)
_DECODE_MS = const(60)

_COMMAND_MODE = const(1)
_CONTINUOUS_MODE = const(2)
_SPEEDS = {0x0139: 9600, 0x00D0: 14400, 0x009C: 19200, 0x004E: 38400, 0x0034: 57600, 0x001A: 115200}
_TAILS = (b"\r", b"\r\n", b"\t", b"")


class QrEngineChip:
    """Starts as the factory delivers it: 9600 baud, trigger by button, tail CR.

    `missing` names zones this model does not have (reads answer 0, writes change nothing). Faults: `mute` swallows
    frames, `unseen` makes a shown code undecodable.
    """

    def __init__(self, wire, clock, missing=()):
        self.mute = Fault()
        self.unseen = Fault()
        self.saved = 0  # writes to flash
        self._missing = missing
        self._wire = wire
        self._flash = {0x00: 0xD4, 0x03: 0x01, 0x06: 50, 0x2A: 0x39, 0x2B: 0x01}
        self.power_on()
        wire.attach(self)

    def power_on(self):
        """The state after supply: what was saved to flash."""
        self.zones = dict(self._flash)
        self._input = b""
        self._scanning = False
        self._set_speed()

    def show(self, code):
        """Holds a code with the bytes `code` before the window; False when the engine does not look or see."""
        mode = self.zones.get(0x00, 0) & 0x03
        if mode != _CONTINUOUS_MODE and not (mode == _COMMAND_MODE and self._scanning):
            return False
        if self.unseen.strikes():
            return False
        self._scanning = False
        tail = _TAILS[self.zones.get(0x60, 0) >> 5 & 3]
        self._wire.answer(code + tail, _DECODE_MS)
        return True

    def receive(self, data):
        self._input += data
        while True:
            start = self._input.find(b"\x7e\x00")
            if start < 0:
                self._input = self._input[-1:]
                return
            given = self._input[start:]
            if len(given) < 4 or len(given) < 8 + given[3]:
                self._input = given
                return
            end = 8 + given[3]
            self._input = given[end:]
            body, check = given[2 : end - 2], given[end - 2 : end]
            if check in (b"\xab\xcd", _crc(body)) and not self.mute.strikes():
                self._frame(body[0], body[2] << 8 | body[3], body[4:])

    def _frame(self, kind, zone, data):
        if kind == _HEARTBEAT:
            self._wire.answer(_ALIVE, _REPLY_MS)
        elif kind == _READ and data:
            values = bytes([self._zone(zone + i) for i in range(data[0])])
            body = bytes((0x00, len(values))) + values
            self._wire.answer(b"\x02\x00" + body + _crc(body), _REPLY_MS)
        elif kind == _WRITE:
            self._wire.answer(_DONE, _REPLY_MS)
            for i in range(len(data)):
                self._write(zone + i, data[i])
            if zone == 0x2A:
                self._set_speed()
        elif kind == _SAVE:
            self._flash = dict(self.zones)
            self.saved += 1
            self._wire.answer(_DONE, _REPLY_MS)

    def _zone(self, zone):
        return 0 if zone in self._missing else self.zones.get(zone, 0)

    def _write(self, zone, value):
        if zone == 0x02:
            self._scanning = bool(value & 1)
        elif zone not in self._missing:
            self.zones[zone] = value

    def _set_speed(self):
        low_first = self.zones[0x2A] | self.zones[0x2B] << 8
        self._wire.chip_baudrate = _SPEEDS.get(low_first, self._wire.chip_baudrate)


def _crc(data):
    """CRC-16/XMODEM, two bytes."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return bytes((value >> 8, value & 0xFF))
