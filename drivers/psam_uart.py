"""A PSAM in a slot wired to a serial port (ISO/IEC 7816-3, T=0, 9600 baud 8E2): a `channel` of the core.

TX drives the card's one I/O line through a resistor, RX listens to it: whatever is sent comes back first.
"""

from micropython import const

_RESET_MS = const(20)
_BYTE_MS = const(1000)  # work waiting time of the default WI: 960 x 10 x 372 clocks
_POLL_MS = const(1)
_DIRECT = const(0x3B)
_NULL = const(0x60)  # the card needs more time
_LONGEST_ATR = const(32)
_STALE = const(512)  # bytes from before the reset
_CHAIN = const(8)  # answers fetched after 61xx
_PROCEDURES = const(600)  # procedure bytes of one command, 255 single data bytes included
_NULLS = const(10)  # seconds a command may take
_NO_ANSWER = const((b"", 0))


class _Silent(Exception):
    """Nothing, or nonsense, came back in time; ends one exchange inside this module."""


class PsamUart:
    """`bus`: a byte line at 9600 8E2; `reset_pin` low is reset. `atr` holds the answer to reset, empty without a card."""

    def __init__(self, bus, reset_pin, clock):
        self._bus = bus
        self._reset = reset_pin
        self._clock = clock
        self._byte = bytearray(1)
        self.atr = b""

    async def transmit(self, apdu):
        """(data, sw); (b"", 0) when there is no card or it is mute. The next call resets it again."""
        try:
            if not self.atr:
                await self._power_on()
            return await self._exchange(apdu)
        except _Silent:
            self.atr = b""
            return _NO_ANSWER

    async def reset(self):
        """Powers the card anew; True when it answered: its ATR is in `atr` then."""
        try:
            await self._power_on()
        except _Silent:
            self.atr = b""
        return bool(self.atr)

    def off(self):
        """Takes the reset line low: the card forgets what it was told."""
        self._reset.off()
        self.atr = b""

    async def _power_on(self):
        self._reset.off()
        await self._clock.sleep_ms(_RESET_MS)
        for _ in range(_STALE):
            if not self._bus.any():
                break
            self._bus.readinto(self._byte)
        self._reset.on()
        atr = bytearray()
        if await self._read() != _DIRECT:
            raise _Silent
        atr.append(_DIRECT)
        t0 = await self._read()
        atr.append(t0)
        follows, other_protocol = t0 >> 4, False
        while follows:  # TAi, TBi, TCi, TDi as the four bits say; TDi says what follows it
            last = 0
            for bit in range(4):
                if follows >> bit & 1:
                    last = await self._read()
                    atr.append(last)
            other_protocol = other_protocol or bool(follows & 8 and last & 15)
            follows = last >> 4 if follows & 8 else 0
            if len(atr) > _LONGEST_ATR:
                raise _Silent
        for _ in range((t0 & 15) + other_protocol):  # historical bytes, and TCK unless only T=0 is offered
            atr.append(await self._read())
        self.atr = bytes(atr)

    async def _exchange(self, apdu):
        """One command APDU over T=0: cases 1 to 4, 61xx and 6Cxx followed."""
        body = apdu[5:]
        if len(apdu) == 4:
            header, expected = apdu + b"\0", 0
        elif len(apdu) == 5:
            header, expected, body = apdu, apdu[4] or 256, b""
        else:
            header, expected, body = apdu[:5], 0, apdu[5 : 5 + apdu[4]]
        data, sw = await self._command(header, body, expected)
        if sw >> 8 == 0x6C:
            data, sw = await self._command(header[:4] + bytes((sw & 255,)), b"", sw & 255 or 256)
        for _ in range(_CHAIN):
            if sw >> 8 != 0x61:
                break
            more, sw = await self._command(b"\0\xc0\0\0" + bytes((sw & 255,)), b"", sw & 255 or 256)
            data += more
        return data, sw

    async def _command(self, header, body, expected):
        await self._send(header)
        sent, data, ins, nulls = 0, b"", header[1], 0
        for _ in range(_PROCEDURES):
            procedure = await self._read()
            if procedure == _NULL:
                nulls += 1
                if nulls > _NULLS:
                    raise _Silent
                continue
            if procedure >> 4 in (6, 9):
                return data, procedure << 8 | await self._read()
            count = 1 if procedure == ins ^ 255 else 256
            if procedure not in (ins, ins ^ 255):
                raise _Silent
            if sent < len(body):
                await self._send(body[sent : sent + count])
                sent += count
            else:
                for _ in range(min(count, expected - len(data))):
                    data += bytes((await self._read(),))
        raise _Silent

    async def _send(self, data):
        """Sends and takes the echo off the line."""
        self._bus.write(data)
        for sent in data:
            if await self._read() != sent:
                raise _Silent

    async def _read(self):
        deadline = self._clock.deadline(_BYTE_MS)
        while not self._bus.readinto(self._byte):
            if self._clock.passed(deadline):
                raise _Silent
            await self._clock.sleep_ms(_POLL_MS)
        return self._byte[0]
