"""An ESC/POS printer on a serial line or a USB printer port: the `printer` port. Sends a document once, knows how it ended.

A document counts as printed when the printer says, after the cut and in turn (GS r), that it worked everything off.
When it stops half-way, what it still holds is thrown away: it must not come out later, before somebody else.
Source: Epson ESC/POS reference, DLE EOT, DLE ENQ, DLE DC4, GS r.
"""

from micropython import const

from drivers.escpos import FEED_AND_CUT, INITIALISE, TELL_WHEN_THERE, Writer

READY = "ready"
NEAR_END = "near_end"
PAPER_OUT = "paper_out"
COVER_OPEN = "cover_open"
JAM = "jam"
ABSENT = "absent"
CAN_PRINT = (READY, NEAR_END)

_ASK = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"  # DLE EOT 1 to 4: answered at once, whatever it is doing
_FORGET = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08\x10\x05\x02"  # DLE DC4 8: clear the buffers; DLE ENQ 2: go on
_STATUS_MS = const(300)
_LOOK_MS = const(20)
_ASK_EACH_MS = const(250)
_CHUNK = const(256)
_PATIENCE_MS = const(6000)  # to warm up, to cut
_BYTE_MS = const(8)  # the slowest printers need 85 ms for a line of a dozen characters


class ReceiptPrinter:
    """`bus`: any(), readinto(buffer), write(data); `encode`: of a drivers.gb18030.Gb18030; `columns`: 48 or 32.

    `state` is one of the names above, as the printer last said. `check` asks it anew.
    """

    def __init__(self, bus, clock, encode, columns=48):
        self.state = ABSENT
        self._bus = bus
        self._clock = clock
        self._writer = Writer(encode, columns)
        self._buffer = bytearray(64)
        self._told = False  # GS r was answered
        self._hanging = False  # part of a document may stand in the mouth, not cut off

    async def start(self, unfinished=False):
        """True when it can print. `unfinished`: the power went while a document was printed; what hangs is cut off."""
        self._hanging = self._hanging or unfinished
        await self.check()
        if self.state != ABSENT:
            self._bus.write(_FORGET)
        return self.state in CAN_PRINT

    async def check(self):
        """Asks for the state and returns it."""
        self._drain()
        self._bus.write(_ASK)
        answers = []
        deadline = self._clock.deadline(_STATUS_MS)
        while len(answers) < 4 and not self._clock.passed(deadline):
            count = self._bus.readinto(self._buffer) if self._bus.any() else 0
            for byte in self._buffer[:count]:
                self._take(byte, answers)
            if not count:
                await self._clock.sleep_ms(2)
        self.state = _state(answers) if len(answers) == 4 else ABSENT
        return self.state

    async def print(self, document):
        """True when `document` (see drivers.escpos) is printed and cut off. False: it is not, or not wholly."""
        if await self.check() not in CAN_PRINT:
            return False
        data = memoryview(self._writer.document(document))
        if self._hanging:
            self._bus.write(INITIALISE + FEED_AND_CUT)
        self._told = False
        self._hanging = True
        for at in range(0, len(data), _CHUNK):
            self._bus.write(data[at : at + _CHUNK])
            if await self.check() not in CAN_PRINT:
                return self._give_up()
        self._bus.write(TELL_WHEN_THERE)
        if not await self._worked_off(self._clock.deadline(_PATIENCE_MS + _BYTE_MS * len(data))):
            return self._give_up()
        self._hanging = False
        return True

    async def _worked_off(self, deadline):
        """Waits for the answer that comes after the cut; False when the printer stops before, or loses its memory."""
        while not self._clock.passed(deadline):
            ask = self._clock.deadline(_ASK_EACH_MS)
            while not self._told and not self._clock.passed(ask):
                self._drain()
                if not self._told:
                    await self._clock.sleep_ms(_LOOK_MS)
            if self._told:
                return True
            # Its answer may be on the line while it already says that the paper has just ended.
            if await self.check() not in CAN_PRINT and not self._told:
                return False
        return False

    def _give_up(self):
        self._bus.write(_FORGET)
        return False

    def _drain(self):
        while self._bus.any():
            count = self._bus.readinto(self._buffer)
            if not count:
                return
            for byte in self._buffer[:count]:
                self._take(byte, [])

    def _take(self, byte, answers):
        """Answers to DLE EOT have bits 1 and 4 set and 0 and 7 clear; those to GS r have bits 4 and 7 clear."""
        if byte & 0x93 == 0x12:
            answers.append(byte)
        elif byte & 0x90 == 0:
            self._told = True


def _state(answers):
    """The state that the answers to DLE EOT 1 to 4 mean, the most pressing one."""
    _, offline, error, paper = answers
    if offline & 0x04:
        return COVER_OPEN
    if paper & 0x60 or offline & 0x20:
        return PAPER_OUT
    if error & 0x2C:  # mechanical, blade, beyond repair
        return JAM
    return NEAR_END if paper & 0x0C else READY
