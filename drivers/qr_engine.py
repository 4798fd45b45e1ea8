"""QR engines of the GM65 / GM805 / GM861 family on a serial line: the `scanner` port (fact sheet 5.1)."""

from micropython import const

from drivers.errors import CommandRefused, ReaderError, ReaderTimeout
from drivers.serial_scanner import SerialScanner

_READ, _WRITE, _SAVE, _HEARTBEAT = const(0x07), const(0x08), const(0x09), const(0x0A)
_VALUE, _ALIVE = const(2), const(3)  # first byte of a reply

_ZONE_MODE = const(0x0000)
_ZONE_TRIGGER = const(0x0002)
_ZONE_SETTING_CODES = const(0x0003)
_ZONE_READ_TIME_OUT = const(0x0006)
_ZONE_OUTPUT = const(0x000D)
_ZONE_SAME_CODE = const(0x0013)
_ZONE_BAUD = const(0x002A)
_ZONE_TAIL = const(0x0060)

_FAST = const(115200)
_SPEEDS = (_FAST, 9600, 57600)  # ours, the factory's, a predecessor's
_BAUD_115200 = const(b"\x1a\x00")
_REPLY_MS = const(120)


def crc16(data):
    """CRC-16/XMODEM of the engine's frames."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value


def frame(kind, zone, data):
    """A frame to the engine."""
    body = bytes((kind, len(data), zone >> 8, zone & 255)) + data
    check = crc16(body)
    return b"\x7e\x00" + body + bytes((check >> 8, check & 255))


def find_reply(head, view):
    """The data byte of a one-byte reply that starts with `head`, whatever stands around it; None without one."""
    for at in range(len(view) - 6):
        if view[at] == head and view[at + 1] == 0 and view[at + 2] == 0 and view[at + 3] == 1:
            if crc16(view[at + 2 : at + 5]) == view[at + 5] << 8 | view[at + 6]:
                return view[at + 4]
    return None


class QrEngine(SerialScanner):
    """The scanner port. `unconfirmed` holds the zones that this model would not set: harmless, worth a look."""

    trigger = frame(_WRITE, _ZONE_TRIGGER, b"\x01")
    triggered = b"\x02\x00\x00\x01\x00\x33\x31"
    question = frame(_HEARTBEAT, 0, b"\x00")
    sign = b"\x03\x00\x00\x01\x00\x33\x31"

    def __init__(self, bus, clock, continuous=True):
        super().__init__(bus, clock, continuous)
        self.unconfirmed = ()
        self._changed = False

    async def bring_up(self):
        """Goes to 115200 baud and sets the zones a gate needs; saves them when they were not so already."""
        self._changed = False
        await self._find()
        # Light and aim while scanning, no beep of its own, success LED as it is.
        await self._set(_ZONE_MODE, 0x7F, 0x14 | (0x02 if self._continuous else 0x01))
        await self._set(_ZONE_OUTPUT, 0x03, 0x00)
        unconfirmed = []
        for zone, mask, value in (
            (_ZONE_SETTING_CODES, 0x01, 0x00),  # the public must not reprogram the engine with a printed code
            (_ZONE_READ_TIME_OUT, 0xFF, 0x00),
            (_ZONE_SAME_CODE, 0xFF, 0x85),
            (_ZONE_TAIL, 0x60, 0x60),
        ):
            try:
                await self._set(zone, mask, value)
            except ReaderError:
                unconfirmed.append(zone)
        self.unconfirmed = tuple(unconfirmed)
        if self._changed:
            await self._ask(_SAVE, 0, b"\x00")

    async def _find(self):
        for speed in _SPEEDS:
            self._bus.set_baudrate(speed)
            try:
                await self._ask(_HEARTBEAT, 0, b"\x00", _ALIVE)
            except ReaderTimeout:
                continue
            if speed != _FAST:
                # The new speed holds from the next frame on; whether the reply still comes at the old one differs.
                self._bus.write(frame(_WRITE, _ZONE_BAUD, _BAUD_115200))
                await self._clock.sleep_ms(30)
                self._bus.set_baudrate(_FAST)
                await self._ask(_HEARTBEAT, 0, b"\x00", _ALIVE)
                self._changed = True
            return
        raise ReaderTimeout("QR engine silent at every speed: check supply and wiring")

    async def _set(self, zone, mask, value):
        """Sets the masked bits of a zone and reads them back; other bits belong to the model."""
        old = await self._ask(_READ, zone, b"\x01")
        new = old & ~mask | value
        if new == old:
            return
        await self._ask(_WRITE, zone, bytes((new,)))
        self._changed = True
        if await self._ask(_READ, zone, b"\x01") != new:
            raise CommandRefused("QR engine did not keep zone %04X: model without this setting?" % zone)

    async def _ask(self, kind, zone, data, head=_VALUE):
        """The data byte of the reply; ReaderTimeout when none comes in two attempts."""
        request = frame(kind, zone, data)
        try:
            return await self.exchange(request, lambda view: find_reply(head, view), _REPLY_MS)
        except ReaderTimeout:
            return await self.exchange(request, lambda view: find_reply(head, view), _REPLY_MS)
