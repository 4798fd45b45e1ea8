"""An emulated NXP PN532 on a serial line, with the cards that lie on its field.

It shares no code with the driver: a mistake in the frames would show. Bytes as in the user manual, chapters 6 and 7.
"""

from micropython import const

from simulator.chips.fault import Fault

_ACK = b"\x00\x00\xff\x00\xff\x00"
_NACK = b"\x00\x00\xff\xff\x00\x00"
_SYNTAX_ERROR = b"\x00\x00\xff\x01\xff\x7f\x81\x00"
_FIRMWARE = b"\x32\x01\x06\x07"

_ACK_MS = const(1)
_COMMAND_MS = const(1)
_LIST_MS = const(8)  # activation of one card, anticollision and RATS
_EMPTY_MS = const(5)
_TIME_OUT_MS = const(52)  # a card that is gone: the chip waits its frame waiting time

_TIME_OUT = b"\x01"
_RELEASED = b"\x29"
_PARAMETER = b"\x10"
_MAX_ANSWER = const(262)


class Pn532Chip:
    """The chip. `cards` lie on the field; a card has uid, atqa, sak, ats, power_on() and transmit(apdu) -> bytes.
    With an atqb it is of type B.

    Faults, armed by tests: `mute` (a command is neither acknowledged nor answered), `garbage` (noise instead of an
    answer), `half` (an answer stops in its middle), `damage` (a bit of an answer is flipped), `torn` (see
    `cut_after_apdu`). The line's own `unplugged` is `wire.unplugged`.
    """

    def __init__(self, wire, clock):
        self.cards = []
        self.mute = Fault()
        self.garbage = Fault()
        self.half = Fault()
        self.damage = Fault()
        self.torn = Fault()
        self.apdus = 0  # executed by cards since power-on
        self.card_ms = 8  # time a card takes for an APDU
        self._wire = wire
        self._clock = clock
        self.power_on()
        wire.attach(self)

    def power_on(self):
        """The state after supply or RSTPDN: asleep on the serial line, default parameters, field off."""
        self._input = b""
        self._awake = False
        self._field = False
        self._registers = {}
        self._auto_rats = True
        self._passive_retries = 0xFF
        self._targets = []  # activated cards, target number - 1
        self._deaf = []  # cards that were activated: REQA finds them again only after a field reset
        self._waiting = None  # the listing that waits for a card: (number of targets, type B, family)
        self._last_frame = b""
        self._more = b""
        self._cut_in = None

    # What people do.

    def insert(self, card):
        """Puts a card on the field."""
        self.cards.append(card)
        if self._waiting is not None:
            found = self._list(*self._waiting)
            if found != b"\x00":
                self._waiting = None
                self._reply(0x4A, found, _LIST_MS)

    def remove(self, card=None):
        """Takes one card, or all, off the field."""
        for gone in list(self.cards) if card is None else [card]:
            if gone in self.cards:
                self.cards.remove(gone)
            if gone in self._deaf:
                self._deaf.remove(gone)

    def cut_after_apdu(self, count, before_response=False):
        """Pulls all cards after `count` more APDUs: behind the answer to the last one, or, with `before_response`,
        when the card has executed it but not answered. `torn.fired` counts."""
        self.torn.arm()
        self._cut_in = count
        self._cut_before_response = before_response

    def reset_pin(self):
        """The pin on RSTPDN, shaped like machine.Pin."""
        return _ResetPin(self)

    # The serial line.

    def receive(self, data):
        self._input += data
        while self._input:
            start = self._input.find(b"\x00\xff")
            if start < 0:
                # 55 55 and zeros wake the chip; nothing but a possible half start code is worth keeping.
                self._awake = self._awake or 0x55 in self._input or len(self._input) >= 10
                self._input = self._input[-1:]
                return
            if start:
                self._awake = self._awake or 0x55 in self._input[:start] or start >= 10
                self._input = self._input[start:]
            used = self._frame()
            if not used:
                return
            self._input = self._input[used:]

    def _frame(self):
        """Handles the frame at the front of the input; returns its length, 0 while it is incomplete."""
        given = self._input
        if len(given) < 4:
            return 0
        length, check, at = given[2], given[3], 4
        if length == 0 and check == 0xFF:
            self._abort()
            return 4
        if length == 0xFF and check == 0:
            self._wire.answer(self._last_frame, _ACK_MS)
            return 4
        if length == 0xFF and check == 0xFF:
            if len(given) < 7:
                return 0
            length, at = given[4] * 256 + given[5], 7
            check = given[4] + given[5] + given[6]
        else:
            check += length
        if check & 0xFF or length == 0:
            return 2
        if len(given) <= at + length:
            return 0
        payload = given[at : at + length]
        if self._awake and (sum(payload) + given[at + length]) & 0xFF == 0:
            self._command(payload)
        return at + length + 1

    def _abort(self):
        self._waiting = None
        self._wire.silence()

    def _command(self, payload):
        if self.mute.strikes():
            return
        self._abort()
        self._wire.answer(_ACK, _ACK_MS)
        handler = _COMMANDS.get(payload[1]) if len(payload) > 1 and payload[0] == 0xD4 else None
        result = handler(self, payload[2:]) if handler else None
        if result is None:
            self._send(_SYNTAX_ERROR, _COMMAND_MS)
        elif result is not _NO_ANSWER_YET:
            data, ms = result
            self._reply(payload[1], data, ms)

    def _reply(self, command, data, ms):
        body = bytes((0xD5, command + 1)) + data
        length = len(body)
        if length > 255:
            head = b"\x00\x00\xff\xff\xff" + bytes((length >> 8, length & 0xFF, -((length >> 8) + length) & 0xFF))
        else:
            head = b"\x00\x00\xff" + bytes((length, -length & 0xFF))
        self._send(head + body + bytes((-sum(body) & 0xFF, 0)), ms)

    def _send(self, frame, ms):
        self._last_frame = frame
        if self.garbage.strikes():
            frame = b"\xa7\x00\x13\xff\x5a\x00\xff\x31\x07" * 3
        if self.half.strikes():
            frame = frame[: len(frame) // 2]
        if self.damage.strikes():
            middle = len(frame) // 2
            frame = frame[:middle] + bytes((frame[middle] ^ 0x10,)) + frame[middle + 1 :]
        self._wire.answer(frame, ms)

    # Commands: each returns (data, ms), None for a syntax error, or _NO_ANSWER_YET.

    def _diagnose(self, data):
        if data[:1] == b"\x00":  # communication line test: echo
            return data, _COMMAND_MS
        if data == b"\x06":
            there = any(card in self.cards for card in self._targets)
            return (b"\x00", 3) if there else (_TIME_OUT, _TIME_OUT_MS)
        return None

    def _get_firmware_version(self, data):
        return _FIRMWARE, _COMMAND_MS

    def _get_general_status(self, data):
        status = bytes((0, 1 if self._field else 0, len(self._targets)))
        for number in range(len(self._targets)):
            status += bytes((number + 1, 0, 0, 0))
        return status + b"\x00", _COMMAND_MS

    def _read_register(self, data):
        return bytes([self._registers.get(data[at : at + 2], 0) for at in range(0, len(data) & ~1, 2)]), _COMMAND_MS

    def _write_register(self, data):
        for at in range(0, len(data) - 2, 3):
            self._registers[data[at : at + 2]] = data[at + 2]
        return b"", _COMMAND_MS

    def _sam_configuration(self, data):
        if not data or not 1 <= data[0] <= 4:
            return None
        return b"", _COMMAND_MS

    def _power_down(self, data):
        self._awake = False
        self._set_field(False)
        return b"\x00", _COMMAND_MS

    def _set_serial_baud_rate(self, data):
        if len(data) != 1 or data[0] > 8:
            return None
        return b"", _COMMAND_MS

    def _set_parameters(self, data):
        if len(data) != 1:
            return None
        self._auto_rats = bool(data[0] & 0x10)
        return b"", _COMMAND_MS

    def _rf_configuration(self, data):
        if not data:
            return None
        if data[0] == 0x01 and len(data) == 2:
            self._set_field(bool(data[1] & 1))
        elif data[0] == 0x05 and len(data) == 4:
            self._passive_retries = data[3]
        return b"", _COMMAND_MS

    def _list_passive_target(self, data):
        if len(data) < 2 or not 1 <= data[0] <= 2:
            return None
        self._set_field(True)
        if data[1] == 3 and len(data) < 3:
            return None
        wanted = data[0], data[1] == 3, data[2] if data[1] == 3 else 0
        found = self._list(*wanted) if data[1] in (0, 3) else b"\x00"
        if found != b"\x00":
            return found, _LIST_MS * found[0]
        if self._passive_retries == 0xFF:
            self._waiting = wanted
            return _NO_ANSWER_YET
        return found, _EMPTY_MS * (1 + self._passive_retries)

    def _data_exchange(self, data):
        if not data:
            return None
        number = data[0] & 0x3F
        if self._more and len(data) == 1:
            return self._part()
        self._more = b""
        if not 1 <= number <= len(self._targets):
            return _RELEASED, _COMMAND_MS
        card = self._targets[number - 1]
        if card not in self.cards:
            return _TIME_OUT, _TIME_OUT_MS
        answer = self._card_answers(card, data[1:])
        if answer is None:
            return _TIME_OUT, _TIME_OUT_MS
        self._more = answer
        return self._part()

    def _card_answers(self, card, apdu):
        """The card's answer, None when it was pulled before it could give one."""
        if self._cut_in == 0:
            self._pull()
            return None
        self.apdus += 1
        answer = card.transmit(apdu)
        if self._cut_in is not None:
            self._cut_in -= 1
            if self._cut_in == 0 and self._cut_before_response:
                self._pull()
                return None
            if self._cut_in == 0:
                self._pull()
        return answer

    def _pull(self):
        self._cut_in = None
        if self.torn.strikes():
            self.remove()

    def _part(self):
        part, self._more = self._more[:_MAX_ANSWER], self._more[_MAX_ANSWER:]
        return bytes((0x40 if self._more else 0,)) + part, self.card_ms

    def _communicate_thru(self, data):
        return _TIME_OUT, _TIME_OUT_MS  # raw frames of other card families: none of those is here

    def _deselect(self, data):
        return b"\x00", _COMMAND_MS

    def _release(self, data):
        self._targets = []
        return b"\x00", _COMMAND_MS

    # The field.

    def _set_field(self, on):
        if self._field and not on:
            self._targets = []
            self._deaf = []
        self._field = on

    def _list(self, wanted, type_b, family):
        """The target data of the cards that answer REQA, or REQB for `family`: those neither halted nor in an exchange."""
        self._targets = []
        data = b""
        # Anticollision follows the bits of the UID: the order in which cards are found is theirs, not ours.
        for card in sorted(self.cards, key=lambda card: card.uid):
            atqb = getattr(card, "atqb", None)
            if card in self._deaf or len(self._targets) == wanted or type_b != bool(atqb):
                continue
            if family and family >> 4 != atqb[5] >> 4:
                continue
            card.power_on()
            self._deaf.append(card)
            self._targets.append(card)
            data += bytes((len(self._targets),))
            if type_b:
                data += card.atqb + b"\x01\x00"  # the answer to ATTRIB: any buffer length, card identifier 0
                continue
            data += card.atqa + bytes((card.sak, len(card.uid))) + card.uid
            if card.sak & 0x20 and self._auto_rats:
                data += card.ats
        return bytes((len(self._targets),)) + data


_NO_ANSWER_YET = ()

_COMMANDS = {
    0x00: Pn532Chip._diagnose,
    0x02: Pn532Chip._get_firmware_version,
    0x04: Pn532Chip._get_general_status,
    0x06: Pn532Chip._read_register,
    0x08: Pn532Chip._write_register,
    0x10: Pn532Chip._set_serial_baud_rate,
    0x12: Pn532Chip._set_parameters,
    0x14: Pn532Chip._sam_configuration,
    0x16: Pn532Chip._power_down,
    0x32: Pn532Chip._rf_configuration,
    0x40: Pn532Chip._data_exchange,
    0x42: Pn532Chip._communicate_thru,
    0x44: Pn532Chip._deselect,
    0x4A: Pn532Chip._list_passive_target,
    0x52: Pn532Chip._release,
}


class _ResetPin:
    def __init__(self, chip):
        self._chip = chip
        self._level = 1

    def on(self):
        if not self._level:
            self._chip.power_on()
        self._level = 1

    def off(self):
        self._level = 0
        self._chip._abort()

    def value(self):
        return self._level
