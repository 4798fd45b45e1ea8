"""The social security environment SSSE of a card: EF05 card data, EF06 holder data (LD/T 32, fact sheet section 1)."""

from micropython import const

from simulator.cards.card_os import NO_RECORD, NOT_FOUND, SECURITY, WRONG_PARAMETERS, Application, StatusWord, tlv

SSSE = b"sx1.sh.\xc9\xe7\xbb\xe1\xb1\xa3\xd5\xcf"

INTERNAL_KEY = const(0x01)  # the card proves itself
READ_KEY = const(0x0A)  # whoever proves it may read the holder data of a third-generation card
_PIN_TRIES = const(3)
_PIN_BLOCKED = const(0x6983)
_EF05 = const(5)
_EF06 = const(6)
_NUMBER_WEIGHTS = b"\x03\x07\x09\x0a\x05\x08\x04\x02"
_CITIZEN_WEIGHTS = b"\x07\x09\x0a\x05\x08\x04\x02\x01\x06\x03\x07\x09\x0a\x05\x08\x04\x02"
ALL_FORMS = ("tag_sfi", "tag", "number_sfi", "number")


def card_number_check(first8):
    """The ninth character of a card number (str of 8 characters 0-9, A-Z)."""
    total = 0
    for i in range(8):
        character = first8[i]
        total += _NUMBER_WEIGHTS[i] * (int(character) if character.isdigit() else ord(character) - 55)
    return "0X987654321"[total % 11]


def citizen_number_check(first17):
    """The check digit of an 18-character social security number (GB 11643)."""
    total = 0
    for i in range(17):
        total += _CITIZEN_WEIGHTS[i] * int(first17[i])
    return "10X98765432"[total % 11]


class Holder:
    """Synthetic holder data of EF06; `name` and `name_more` in GBK (MicroPython has no codec for it), `birth` and codes in BCD."""

    def __init__(self, number, name, birth, sex="1", birthplace=b"\x63\x99\x00", name_more=b""):
        self.number = number
        self.name = name
        self.birth = birth
        self.sex = sex
        self.birthplace = birthplace
        self.name_more = name_more

    def records(self):
        return (
            (0x08, self.number.encode()),
            (0x09, self.name + bytes(30 - len(self.name))),
            (0x4E, self.name_more + b"\xff" * (20 - len(self.name_more))),
            (0x0A, self.sex.encode()),
            (0x0B, b"\x01"),
            (0x0C, self.birthplace),
            (0x0D, self.birth),
        )


class SocialApplication(Application):
    """`identification` 16 bytes, dates 4 BCD bytes, `number` 9 characters. Generation 3 keeps EF06 shut (6982).

    `forms` names the READ RECORD forms the card answers, see ALL_FORMS: real cards differ. `authentication` is an
    authentication.Authentication; proving READ_KEY opens EF06. With `asks_pin` EF06 stays shut until the PIN was right too.
    """

    names = (SSSE,)
    files = (b"\xef\x05", b"\xef\x06")

    def __init__(self, identification, number, issued, expires, holder, authentication, generation=3, forms=ALL_FORMS):
        super().__init__()
        self.generation = generation
        self.forms = forms
        self._authentication = authentication
        self.records = {
            _EF05: (
                (0x01, identification),
                (0x02, b"3" if generation == 3 else b"1"),
                (0x03, b"%d.00" % generation),
                (0x04, identification[:3] + bytes(9)),
                (0x05, issued),
                (0x06, expires),
                (0x07, number.encode()),
            ),
            _EF06: holder.records(),
        }
        self.pin = b"\x12\x34\x56"
        self.pin_tries = _PIN_TRIES
        self.asks_pin = self._pin_passed = False
        self.commands = {(0x00, 0xB2): self._read_record, (0x00, 0x20): self._verify}
        self.commands.update(authentication.commands)

    def reset(self):
        super().reset()
        self._pin_passed = False
        self._authentication.reset()

    def select(self, name):
        self.reset()
        # 30 bytes in all, the length known from real cards (61 1E).
        return tlv(0x6F, tlv(0x84, name) + tlv(0xA5, tlv(0x9F0C, b"%d.00\x00\x00" % self.generation)))

    def _verify(self, command):
        given = command.expect(3)
        if self.pin_tries == 0:
            raise StatusWord(_PIN_BLOCKED)
        if given != self.pin:
            self.pin_tries -= 1
            self._pin_passed = False
            raise StatusWord(0x63C0 | self.pin_tries)
        self.pin_tries = _PIN_TRIES
        self._pin_passed = True
        return b""

    def _read_record(self, command):
        sfi, mode = command.p2 >> 3, command.p2 & 7
        form = "tag" if mode == 0 else "number"
        if mode not in (0, 4) or (form + "_sfi" if sfi else form) not in self.forms:
            raise StatusWord(WRONG_PARAMETERS)
        if sfi:
            file = sfi
        elif self.file is None:
            raise StatusWord(NOT_FOUND)
        else:
            file = self.file[1]
        if file not in self.records:
            raise StatusWord(NOT_FOUND)
        record = self._find(self.records[file], form, command.p1)
        if file == _EF06 and self.generation == 3 and READ_KEY not in self._authentication.passed:
            raise StatusWord(SECURITY)
        if file == _EF06 and self.asks_pin and not self._pin_passed:
            raise StatusWord(SECURITY)
        data = tlv(*record)
        if command.le and command.le != len(data):
            raise StatusWord(0x6C00 | len(data))
        return data

    @staticmethod
    def _find(records, form, p1):
        if form == "number":
            if 1 <= p1 <= len(records):
                return records[p1 - 1]
        else:
            for record in records:
                if record[0] == p1:
                    return record
        raise StatusWord(NO_RECORD)
