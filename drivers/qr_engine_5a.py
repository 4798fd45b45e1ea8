"""QR engines of the M3Y class with the "5A" protocol on a serial line: the `scanner` port (fact sheet 5.2)."""

from micropython import const

from drivers.errors import CommandRefused, ReaderTimeout
from drivers.serial_scanner import SerialScanner

_VERSION = const(b"T_OUT_CVER")
_CONTINUOUS = const(b"S_CMD_020E")
_COMMAND_MODE = const(b"S_CMD_020D")
# No setting codes (the public must not reprogram the engine), light while scanning, no beep of its own.
_WISHES = const((b"S_CMD_0000", b"S_CMD_03L2", b"S_CMD_04F0"))
_TO_57600 = const(b"S_CMD_H3BR57600")
_OK = const(b"9000")

_SPEEDS = const((57600, 9600, 115200))  # ours, the factory's, a predecessor's; 115200 is unreliable on some models
_REPLY_MS = const(150)


def frame(payload, kind=0x00):
    """The frame around the ASCII `payload`; kind 00 to the engine, 01 from it."""
    body = bytes((kind, len(payload) >> 8, len(payload) & 255)) + payload
    check = 0
    for byte in body:
        check ^= byte
    return b"\x5a" + body + bytes((check, 0xA5))


def find_reply(view):
    """The payload of the first whole reply in `view`, whatever stands around it; None without one."""
    data = bytes(view)
    at = data.find(b"\x5a\x01")
    while at >= 0:
        if len(data) >= at + 6:
            end = at + 4 + (data[at + 2] << 8 | data[at + 3])
            payload = data[at + 4 : end]
            if data[at : end + 2] == frame(payload, 0x01):
                return payload
        at = data.find(b"\x5a\x01", at + 1)
    return None


class QrEngine5A(SerialScanner):
    """The scanner port. `version` is the engine's own text."""

    trigger = frame(b"SR030301")
    triggered = frame(_OK, 0x01)
    question = frame(_VERSION)

    def __init__(self, bus, clock, continuous=True):
        super().__init__(bus, clock, continuous)
        self.version = b""

    async def bring_up(self):
        """Goes to 57600 baud and sets the mode and what a gate needs."""
        await self._find()
        self.sign = frame(self.version, 0x01)
        for order in (_CONTINUOUS if self._continuous else _COMMAND_MODE,) + _WISHES:
            if await self._ask(order) != _OK:
                raise CommandRefused("QR engine refused %s: another model?" % order.decode())

    async def _find(self):
        for speed in _SPEEDS:
            self._bus.set_baudrate(speed)
            try:
                self.version = await self._ask(_VERSION)
            except ReaderTimeout:
                continue
            if speed == 9600:
                self._bus.write(frame(_TO_57600))
                await self._clock.sleep_ms(60)
                self._bus.set_baudrate(57600)
                self.version = await self._ask(_VERSION)
            return
        raise ReaderTimeout("QR engine silent at every speed: check supply and wiring")

    async def _ask(self, order):
        """The payload of the reply; ReaderTimeout when none comes."""
        return await self.exchange(frame(order), find_reply, _REPLY_MS)
