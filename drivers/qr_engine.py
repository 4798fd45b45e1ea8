"""QR engines of the GM65 / GM805 / GM861 family on a serial line: the `scanner` port (fact sheet 5.1).

Codes are binary: they are told apart by silence on the line, never by a tail character.
"""

from micropython import const

from drivers.errors import CommandRefused, ReaderError, ReaderTimeout

ABSENT = "absent"
STARTING = "starting"
READY = "ready"
STUCK = "stuck"

MAX_CODE = const(1024)

_READ, _WRITE, _SAVE, _HEARTBEAT = const(0x07), const(0x08), const(0x09), const(0x0A)
_HEARTBEAT_REPLY = b"\x03\x00\x00\x01\x00\x33\x31"
_WRITTEN = b"\x02\x00\x00\x01\x00\x33\x31"

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
_BAUD_115200 = b"\x1a\x00"

_REPLY_MS = const(120)
_GAP_MS = const(20)
_IDLE_MS = const(5000)
_RETRY_MS = const(2000)  # between attempts to start a silent engine: they must not hold up the lane


def crc16(data, start=0):
    """CRC-16/XMODEM of the engine's frames."""
    for byte in data:
        start ^= byte << 8
        for _ in range(8):
            start = (start << 1 ^ 0x1021 if start & 0x8000 else start << 1) & 0xFFFF
    return start


class QrEngine:
    """The scanner port. `continuous`: the engine looks all the time; otherwise it is triggered for each code.

    `unconfirmed` names the zones that this model would not set: harmless, but worth a look by a technician.
    """

    def __init__(self, bus, clock, continuous=True):
        self.state = ABSENT
        self.unconfirmed = ()
        self.time_outs = self.overlong = self.restarts = 0
        self._bus = bus
        self._clock = clock
        self._continuous = continuous
        self._buffer = memoryview(bytearray(MAX_CODE))
        self._count = 0
        self._armed = False  # triggered, and no code since
        self._changed = False
        self._asked = None  # deadline of a heartbeat's reply
        self._next = clock.ticks()  # deadline of the next heartbeat, or of the next attempt to start

    async def start(self):
        """Finds the engine's speed, goes to 115200 and configures it; True when it is in service."""
        self.state = STARTING
        self.restarts += 1
        self._count = 0
        self._armed = self._changed = False
        self._asked = None
        try:
            await self._find()
            await self._configure()
        except ReaderError:
            self.state = ABSENT
            self._next = self._clock.deadline(_RETRY_MS)
            return False
        self.state = READY
        self._next = self._clock.deadline(_IDLE_MS)
        return True

    async def poll(self):
        """The bytes of one code, or None. Restarts, now and then, an engine that is not in service."""
        if self.state != READY:
            if not self._clock.passed(self._next) or not await self.start():
                return None
        if not self._continuous and not self._armed:
            self._send(_WRITE, _ZONE_TRIGGER, b"\x01")
            self._armed = True
        if self._bus.any():
            return await self._collect()
        self._watch()
        return None

    # Configuration

    async def _find(self):
        for speed in _SPEEDS:
            self._bus.set_baudrate(speed)
            try:
                await self._ask(_HEARTBEAT, 0, b"\x00", 3)
            except ReaderTimeout:
                continue
            if speed != _FAST:
                # The new speed holds from the next frame on; whether the reply still comes at the old one differs.
                self._send(_WRITE, _ZONE_BAUD, _BAUD_115200)
                await self._clock.sleep_ms(30)
                self._bus.set_baudrate(_FAST)
                await self._ask(_HEARTBEAT, 0, b"\x00", 3)
                self._changed = True
            return
        raise ReaderTimeout("QR engine silent at %s baud: check supply and wiring" % " ".join(map(str, _SPEEDS)))

    async def _configure(self):
        mode = 0x02 if self._continuous else 0x01
        # Light and aim while scanning, no beep of its own, success LED as it is.
        await self._set(_ZONE_MODE, 0x7F, 0x14 | mode)
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
            await self._ask(_SAVE, 0, b"\x00", 2)

    async def _set(self, zone, mask, value):
        """Sets the masked bits of a zone and reads them back; other bits belong to the model."""
        old = await self._ask(_READ, zone, b"\x01", 2)
        new = old & ~mask | value
        if new == old:
            return
        await self._ask(_WRITE, zone, bytes((new,)), 2)
        self._changed = True
        if await self._ask(_READ, zone, b"\x01", 2) != new:
            raise CommandRefused("QR engine did not keep zone %04X: model without this setting?" % zone)

    def _send(self, kind, zone, data):
        body = bytes((kind, len(data), zone >> 8, zone & 255)) + data
        check = crc16(body)
        self._bus.write(b"\x7e\x00" + body + bytes((check >> 8, check & 255)))

    async def _ask(self, kind, zone, data, head):
        """The first data byte of the reply to a frame; ReaderTimeout when none comes in two attempts."""
        for _ in range(2):
            self._count = 0
            while self._bus.any() and self._bus.readinto(self._buffer):
                pass
            self._send(kind, zone, data)
            deadline = self._clock.deadline(_REPLY_MS)
            while not self._clock.passed(deadline):
                self._count += self._bus.readinto(self._buffer[self._count :])
                found = self._reply(head)
                if found is not None:
                    self._count = 0
                    return found
                await self._clock.sleep_ms(2)
            self.time_outs += 1
        self._count = 0
        raise ReaderTimeout("QR engine gave no reply to frame %02X for zone %04X" % (kind, zone))

    def _reply(self, head):
        """The data byte of a one-byte reply in the buffer, whatever stands around it, or None."""
        buffer = self._buffer
        for at in range(self._count - 6):
            if buffer[at] == head and buffer[at + 1] == 0 and buffer[at + 2] == 0 and buffer[at + 3] == 1:
                if crc16(buffer[at + 2 : at + 5]) == buffer[at + 5] << 8 | buffer[at + 6]:
                    return buffer[at + 4]
        return None

    # Codes

    async def _collect(self):
        """Reads on until the line has been silent for the gap."""
        clock = self._clock
        self._count = 0
        overlong = False
        last = clock.ticks()
        while clock.elapsed(last) < _GAP_MS:
            count = self._bus.readinto(self._buffer[self._count :])
            if count:
                last = clock.ticks()
                self._count += count
                if self._count == MAX_CODE:
                    overlong = True
                    self._count = 0
            else:
                await clock.sleep_ms(2)
        self._next = clock.deadline(_IDLE_MS)
        if overlong:
            self.overlong += 1
            return None
        return self._code()

    def _code(self):
        """What was collected, without the engine's own replies around it."""
        data = bytes(self._buffer[: self._count])
        if self._asked is not None:
            self._asked = None
            if data.startswith(_HEARTBEAT_REPLY):
                data = data[len(_HEARTBEAT_REPLY) :]
            elif data.endswith(_HEARTBEAT_REPLY):
                data = data[: -len(_HEARTBEAT_REPLY)]
        if not self._continuous and data.startswith(_WRITTEN):
            data = data[len(_WRITTEN) :]
        if not data:
            return None
        self._armed = False
        return data

    def _watch(self):
        """Asks an engine that has long been silent for a sign of life, without waiting for it."""
        if self._asked is not None:
            if self._clock.passed(self._asked):
                self.time_outs += 1
                self.state = STUCK
                self._next = self._clock.ticks()
        elif self._clock.passed(self._next):
            self._send(_HEARTBEAT, 0, b"\x00")
            self._asked = self._clock.deadline(2 * _REPLY_MS)
