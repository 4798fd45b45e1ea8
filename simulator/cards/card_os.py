"""A small ISO 7816-4 card operating system: selection, transport and dispatch; applications bring their commands."""

from micropython import const

OK = b"\x90\x00"
WRONG_LENGTH = const(0x6700)
SECURITY = const(0x6982)
CONDITIONS = const(0x6985)
WRONG_DATA = const(0x6A80)
BLOCKED = const(0x6A81)
NOT_FOUND = const(0x6A82)
NO_RECORD = const(0x6A83)
WRONG_PARAMETERS = const(0x6A86)
INS_UNKNOWN = const(0x6D00)
CLA_UNKNOWN = const(0x6E00)

CONTACT = "contact"
CONTACTLESS = "contactless"


class StatusWord(Exception):
    """Ends a command with the status word in its first argument."""


class Command:
    """A command APDU in its parts; `le` is None when the terminal wants nothing, 0 for all there is."""

    def __init__(self, apdu):
        if len(apdu) < 4:
            raise StatusWord(WRONG_LENGTH)
        self.cla, self.ins, self.p1, self.p2 = apdu[0], apdu[1], apdu[2], apdu[3]
        self.data, self.le = b"", None
        if len(apdu) == 5:
            self.le = apdu[4]
        elif len(apdu) > 5:
            end = 5 + apdu[4]
            if apdu[4] == 0 or len(apdu) not in (end, end + 1):
                raise StatusWord(WRONG_LENGTH)
            self.data = bytes(apdu[5:end])
            if len(apdu) > end:
                self.le = apdu[end]

    def expect(self, length):
        """The data field, which must have `length` bytes."""
        if len(self.data) != length:
            raise StatusWord(WRONG_LENGTH)
        return self.data


class Card:
    """Applications behind one chip. An application has `names`, `select(name) -> FCI`, `reset()` and
    `commands`: a dict of (cla, ins) -> method(command) -> data; a method refuses by raising StatusWord.

    `root` is the application that answers while none is selected.
    `uid`, `atqa`, `sak`, `ats` are what anticollision and activation show, `historical` the 13 bytes of ATR and ATS.
    A card of type B shows `atqb` instead, with its uid for PUPI.
    """

    root = None

    def __init__(self, applications, uid, historical=bytes(13), sak=0x20, random_uid=False, type_b=False):
        self.applications = applications
        self.uid = uid
        self.atqa = b"\x00\x04" if len(uid) == 4 else b"\x00\x44"
        self.sak = sak
        self.historical = historical
        self.ats = bytes((5 + len(historical), 0x78, 0x80, 0x70, 0x02)) + historical if sak & 0x20 else b""
        self.atr = bytes((0x3B, 0x60 | len(historical), 0, 0)) + historical
        self.random_uid = random_uid
        self._type_b = type_b
        self._uids = 0
        self._interface = CONTACTLESS
        self.power_on()

    @property
    def atqb(self):
        """The answer to REQB (ISO 14443-3 clause 7.9): PUPI, application data of family 10 (transport), protocol info."""
        if not self._type_b:
            return None
        frames_of_256 = 0x80 | (1 if self.sak & 0x20 else 0)
        return b"\x50" + self.uid + b"\x10\x00\x00\x11" + bytes((0x00, frames_of_256, 0x71))

    def power_on(self, interface=None):
        """Resets selection and all volatile state; returns the ATR. `interface` is CONTACT or CONTACTLESS."""
        if interface is not None:
            self._interface = interface
        if self.random_uid:
            self._uids += 1
            self.uid = b"\x08" + (0x5A17 * self._uids & 0xFFFFFF).to_bytes(3, "big")
        self._current = self.root
        self._pending = b""
        for application in self.applications:
            application.reset()
        return self.atr

    def transmit(self, apdu):
        """The answer to a command APDU, status word included."""
        try:
            command = Command(apdu)
            if command.cla == 0x00 and command.ins == 0xC0:
                return self._get_response(command)
            self._pending = b""
            data = self._execute(command)
        except StatusWord as refusal:
            return refusal.args[0].to_bytes(2, "big")
        if self._interface == CONTACT and data:
            return self._over_t0(command, data)
        return data + OK

    def _execute(self, command):
        if command.cla == 0x00 and command.ins == 0xA4:
            return self._select(command)
        if self._current is None:
            handler = None
        else:
            handler = self._current.commands.get((command.cla, command.ins))
        if handler is not None:
            return handler(command)
        raise StatusWord(INS_UNKNOWN if command.cla in (0x00, 0x80, 0x84) else CLA_UNKNOWN)

    def _select(self, command):
        if command.p1 == 0x04:
            for application in self.applications:
                if command.data in application.names:
                    fci = application.select(command.data)
                    self._current = application
                    return fci
            raise StatusWord(NOT_FOUND)
        if command.data == b"\x3f\x00" or (command.p1 == 0 and not command.data):
            self._current = self.root
            return b""
        for application in self.applications:
            if application.identifier == command.data:
                fci = application.select(b"")
                self._current = application
                return fci
        if self._current is not None:
            return self._current.select_file(command.data)
        raise StatusWord(NOT_FOUND)

    def _over_t0(self, command, data):
        """T=0 knows no command with data in both directions: the answer waits for GET RESPONSE (61xx)."""
        if command.data:
            self._pending = data
            return bytes((0x61, len(data) & 255))
        if command.le == len(data) & 255:
            return data + OK
        return bytes((0x6C, len(data) & 255))

    def _get_response(self, command):
        if not self._pending:
            raise StatusWord(CONDITIONS)
        count = command.le or 256
        if count > len(self._pending):
            return bytes((0x6C, len(self._pending)))
        data, self._pending = self._pending[:count], self._pending[count:]
        if self._pending:
            return data + bytes((0x61, len(self._pending)))
        return data + OK


class Application:
    """What applications share: names, and files that can be selected."""

    names = ()
    identifier = None  # of a dedicated file that is selected without a name
    files = ()

    def __init__(self):
        self.commands = {}
        self.file = None

    def reset(self):
        """Forgets what only lives while the card has power."""
        self.file = None

    def select_file(self, identifier):
        if identifier not in self.files:
            raise StatusWord(NOT_FOUND)
        self.file = identifier
        return b""


def tlv(tag, value):
    """One BER TLV with a one-byte length; `tag` as a number."""
    head = bytes((tag,)) if tag < 256 else tag.to_bytes(2, "big")
    return head + bytes((len(value),)) + value


class PaymentSystem(Application):
    """PPSE: the directory that contactless terminals may ask first (2PAY.SYS.DDF01)."""

    names = (b"2PAY.SYS.DDF01",)

    def __init__(self, aids):
        super().__init__()
        self._entries = b"".join([tlv(0x61, tlv(0x4F, aid) + tlv(0x87, b"\x01")) for aid in aids])

    def select(self, name):
        return tlv(0x6F, tlv(0x84, name) + tlv(0xA5, tlv(0xBF0C, self._entries)))
