"""NXP PN532 as a card reader over a byte bus (user manual chapters 6 and 7): the `reader` port of the core.

The bus is shaped like machine.UART: any(), readinto(buffer), write(data). SPI and I2C wear the same shape.
"""

from micropython import const

from drivers.errors import BadFrame, CommandRefused, ReaderError, ReaderTimeout
from drivers.pn532_frames import (
    ACK,
    GOT_ACK,
    GOT_PAYLOAD,
    NACK,
    NOTHING,
    SYNTAX_ERROR,
    FrameReader,
    FrameWriter,
)

ABSENT = "absent"
STARTING = "starting"
READY = "ready"
RESETTING = "resetting"
STUCK = "stuck"

_WAKE_UP = b"\x55\x55" + bytes(14)
_SAM_NORMAL = const(b"\xd4\x14\x01\x14\x01")  # no SAM, 1 s virtual card time-out, IRQ in use
_FIRMWARE = const(b"\xd4\x02")
_AUTO_RATS = const(b"\xd4\x12\x14")
_RETRIES = const(b"\xd4\x32\x05\xff\x01\x00")  # activation tried once: InListPassiveTarget always answers
_FIELD_OFF = const(b"\xd4\x32\x01\x00")
_FIELD_ON = const(b"\xd4\x32\x01\x01")
_LIST_TWO_TYPE_A = const(b"\xd4\x4a\x02\x00")
_LIST_TWO_TYPE_B = const(b"\xd4\x4a\x02\x03\x00")  # of any application family
_RELEASE_ALL = const(b"\xd4\x52\x00")
_CARD_PRESENCE = const(b"\xd4\x00\x06")  # Diagnose 06: asks an ISO 14443-4 card for a sign of life
_EXCHANGE = const(b"\xd4\x40\x01")

_ACK_MS = const(100)
_SHORT_MS = const(400)
_EXCHANGE_MS = const(1500)  # above the chip's own longest waiting time for a card
_FIELD_MS = const(6)  # ISO 14443-3: a card is reset after 5.1 ms without field
_FAILURES = const(3)  # in a row, then the chip counts as stuck
_STALE = const(8)  # buffers thrown away before a command: more is a line that never falls silent
_LONGEST_ANSWER = const(4096)  # of a card, chained: none of ours is longer than 258
_MISSES = const(2)  # empty listings in a row, then the card counts as gone

_STATUS = const(0x3F)
_MORE = const(0x40)
_ISO_DEP = const(0x20)  # SEL_RES bit 6


class Pn532Channel:
    """One card on the field. `ats` is empty when the card does not speak ISO 14443-4: it then never answers.

    A card of type B: see drivers.pn532_type_b.
    """

    def __init__(self, reader, atqa, sak, uid, ats):
        self._reader = reader
        self.atqa = atqa
        self.sak = sak
        self.uid = uid
        self.ats = ats

    async def transmit(self, apdu):
        """(data, sw) of one command APDU; (b"", 0) when the card is gone, mute or no longer this one."""
        return await self._reader.exchange(self, apdu)


class Pn532:
    """The reader port. `reset` is the pin on RSTPDN, when the board has it wired.

    `crowded` is true while two cards lie on the field; none of them is offered then.
    `time_outs`, `bad_frames` and `restarts` count since power-on.
    """

    def __init__(self, bus, clock, reset=None):
        self.state = ABSENT
        self.firmware = None
        self.crowded = False
        self.time_outs = self.bad_frames = self.restarts = 0
        self._bus = bus
        self._clock = clock
        self._reset = reset
        self._writer = FrameWriter()
        self._reader = FrameReader()
        self._failures = 0
        self._asked_again = False
        self._channel = None
        self._latched = None  # UID of the card that was offered and has not been seen leaving
        self._misses = 0
        self._active = False  # the card answers Diagnose: it is in an ISO 14443-4 session
        self._unsettled = False  # a card may be stuck in an exchange: only a field reset makes it answer again

    async def start(self):
        """Wakes and configures the chip, whatever state it was left in; True when it is in service."""
        self._forget()
        self.restarts += 1
        await self._pulse_reset()
        self.state = STARTING
        try:
            self._bus.write(_WAKE_UP + ACK)  # the ACK aborts a command that a predecessor left running
            await self._clock.sleep_ms(3)  # oscillator start
            self._bus.write(_WAKE_UP)
            await self._call(_SAM_NORMAL)
            self.firmware = bytes(await self._call(_FIRMWARE))
            await self._call(_AUTO_RATS)
            await self._call(_RETRIES)
            await self._reset_field()
        except ReaderError:
            self.state = ABSENT
            return False
        self._failures = 0
        self.state = READY
        return True

    async def poll(self):
        """The channel of a card that newly came to the field, or None. Restarts a reader that is not in service."""
        if self.state != READY and not await self.start():
            return None
        try:
            if self._latched is not None and await self._still_there():
                return None
            if self._unsettled:
                await self._reset_field()
            return self._offer(await self._list())
        except ReaderError as error:
            self._failed(error)
            return None

    async def present(self):
        """True while the card that `poll` offered last is still on the field."""
        if self._latched is None or self.state != READY:
            return False
        try:
            return await self._still_there()
        except ReaderError as error:
            self._failed(error)
            return False

    async def release(self):
        """Ends the exchange; the card is not offered again before it has left the field."""
        self._channel = None
        self._active = False
        if self.state != READY:
            return
        try:
            await self._call(_RELEASE_ALL)
        except ReaderError as error:
            self._failed(error)

    async def exchange(self, channel, apdu):
        """What `channel.transmit` promises."""
        if channel is not self._channel or not channel.ats or self.state != READY:
            return b"", 0
        try:
            answer = await self._call(_EXCHANGE, apdu, _EXCHANGE_MS, 1)
            status = answer[0]
            data = bytes(answer[1:])
            while status & _MORE and not status & _STATUS and len(data) < _LONGEST_ANSWER:
                answer = await self._call(_EXCHANGE, b"", _EXCHANGE_MS, 1)
                status = answer[0]
                data += bytes(answer[1:])
        except ReaderError as error:
            self._failed(error)
            status = 0xFF
        if status & (_STATUS | _MORE) or len(data) < 2:
            # A torn exchange: the same card may be offered again at once, it is the one that must finish.
            self._channel = self._latched = None
            self._unsettled = True
            return b"", 0
        return data[:-2], data[-2] << 8 | data[-1]

    def _forget(self):
        self._channel = self._latched = None
        self._active = False
        self._misses = 0
        self.crowded = False

    async def _pulse_reset(self):
        if self._reset is None:
            return
        self.state = RESETTING
        self._reset.off()
        await self._clock.sleep_ms(20)
        self._reset.on()
        await self._clock.sleep_ms(10)

    async def _reset_field(self):
        await self._call(_FIELD_OFF)
        await self._clock.sleep_ms(_FIELD_MS)
        await self._call(_FIELD_ON)
        await self._clock.sleep_ms(_FIELD_MS)
        self._unsettled = False

    def _failed(self, error):
        """Counts; after a few failures in a row the chip is stuck, and only `start` brings it back."""
        self._failures += 1
        if self._failures >= _FAILURES:
            self._forget()
            self.state = STUCK

    async def _list(self):
        """[(atqa, sak, uid, ats), ...] of the cards that could be activated, none to two of each type."""
        others = await self._call(_LIST_TWO_TYPE_B)
        if others[0]:
            from drivers.pn532_type_b import targets_of  # most gates never see such a card

            found = targets_of(others)
            targets = await self._list_type_a()
            if found and not targets:
                # The look for type A let go of it, and an active card hears REQB again after a field reset only.
                await self._reset_field()
                found = targets_of(await self._call(_LIST_TWO_TYPE_B))
            return found + targets
        return await self._list_type_a()

    async def _list_type_a(self):
        answer = await self._call(_LIST_TWO_TYPE_A)
        targets = []
        try:
            at = 1
            for _ in range(answer[0]):
                end = at + 5 + answer[at + 4]
                uid = bytes(answer[at + 5 : end])
                ats = b""
                if answer[at + 3] & _ISO_DEP:
                    start, end = end, end + answer[end]
                    ats = bytes(answer[start:end])
                targets.append((bytes(answer[at + 1 : at + 3]), answer[at + 3], uid, ats))
                at = end
        except IndexError:
            # ISO-DEP announced, but no ATS: the card refused RATS. A field reset gives it another chance.
            await self._reset_field()
            return []
        return targets

    def _offer(self, targets):
        self.crowded = self._unsettled = len(targets) > 1
        if len(targets) != 1:
            return None
        atqa, sak, uid, ats = targets[0]
        self._latched = uid
        self._misses = 0
        self._active = bool(ats)
        self._channel = Pn532Channel(self, atqa, sak, uid, ats)
        return self._channel

    async def _still_there(self):
        """Whether the latched card is on the field; forgets it after two looks at an empty field."""
        if self._active and (await self._call(_CARD_PRESENCE))[0] == 0:
            self._misses = 0
            return True
        # A released card sleeps, and one that was pulled and put back wants activation: both need a field reset.
        await self._reset_field()
        targets = await self._list()
        self._active = len(targets) == 1 and bool(targets[0][3])
        if not targets:
            self._misses += 1
            if self._misses < _MISSES:
                return True
            self._forget()
            return False
        self._misses = 0
        for target in targets:
            if target[2] == self._latched or target[2][0] == 0x08 or not target[0]:
                # UIDs that start with 08 and PUPIs are random: without an empty field in between it is the same card.
                return True
        self._forget()
        self._unsettled = True
        return False

    async def _call(self, head, data=b"", timeout_ms=_SHORT_MS, tries=2):
        """Sends a command; returns a view of the answer behind its code, valid until the next call.

        A command without ACK is repeated, but never one for a card (`tries` 1): it may have been executed.
        """
        self._discard_input()
        for attempt in range(tries):
            self._bus.write(self._writer.build(head, data))
            try:
                answer = await self._answer(head[1] + 1, timeout_ms)
            except ReaderTimeout:
                self.time_outs += 1
                self._bus.write(ACK)  # whatever it is doing, it shall stop
                if attempt + 1 == tries:
                    raise
                await self._clock.sleep_ms(1)
            else:
                self._failures = 0
                return answer

    def _discard_input(self):
        self._reader.clear()
        for _ in range(_STALE):
            if not self._bus.any() or not self._reader.fill(self._bus):
                break
            self._reader.clear()

    async def _answer(self, code, timeout_ms):
        clock = self._clock
        deadline = clock.deadline(_ACK_MS)
        acknowledged = False
        self._asked_again = False
        while True:
            found = self._next_frame(acknowledged)
            if found == GOT_PAYLOAD:
                payload = self._reader.payload
                if payload == SYNTAX_ERROR:
                    raise CommandRefused("PN532 refused command %02X as a syntax error" % (code - 1))
                if len(payload) >= 2 and payload[0] == 0xD5 and payload[1] == code:
                    return payload[2:]
            elif found == GOT_ACK and not acknowledged:
                acknowledged = True
                deadline = clock.deadline(timeout_ms)
                continue
            # Nothing, or a frame that answers nothing: a line full of those has to come to an end, too.
            if clock.passed(deadline):
                missing = "answer" if acknowledged else "ACK"
                raise ReaderTimeout("PN532 gave no %s to command %02X: check supply, wiring" % (missing, code - 1))
            await clock.sleep_ms(1)
            while found == NOTHING and not self._bus.any() and not clock.passed(deadline):
                await clock.sleep_ms(1)

    def _next_frame(self, acknowledged):
        """What the line holds now, as FrameReader.next says; a damaged answer is asked for once more."""
        reader = self._reader
        filled = False
        while True:
            try:
                found = reader.next()
            except BadFrame:
                self.bad_frames += 1
                if acknowledged and not self._asked_again:
                    self._bus.write(NACK)
                    self._asked_again = True
                continue
            if found != NOTHING or filled or not self._bus.any():
                return found
            filled = True
            reader.fill(self._bus)
