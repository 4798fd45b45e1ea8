"""The transit purse of a card (JT/T 978, fact sheet section 2): files, balance, purchase, proof."""

import hashlib

from micropython import const

from simulator.cards.card_os import (
    BLOCKED,
    CONDITIONS,
    NO_RECORD,
    NOT_FOUND,
    WRONG_LENGTH,
    WRONG_PARAMETERS,
    Application,
    StatusWord,
    tlv,
)
from terminal.media import purse_keys

PURSE_AID = b"\xa0\x00\x00\x06\x32\x01\x01\x05"

LOAD = const(0x02)
PURCHASE = const(0x06)
COMPOSITE = const(0x09)

_MAC_WRONG = const(0x9302)
_LOCKED = const(0x9303)
_AMOUNT = const(0x9401)
_COUNTER = const(0x9402)
_KEY = const(0x9403)
_NO_PROOF = const(0x9406)

_LOG_RECORDS = const(10)
_TRANSIT_RECORDS = const(30)
_SFI_LOG, _SFI_INTEROP, _SFI_TRANSIT = const(0x18), const(0x1A), const(0x1E)


class PurseKeys:
    """The keys of one purse, already diversified: purchase, TAC and load, 16 bytes each."""

    def __init__(self, purchase, tac, load, algorithm=0, version=1):
        self.purchase = purchase
        self.tac = tac
        self.load = load
        self.algorithm = algorithm
        self.version = version


class PurseApplication(Application):
    """`balance` in fen, negative when the overdraft is in use; `counter` the offline counter.

    `application_file` is file 0015 (30 bytes), `transit_file` 0017 (60). `blocked` is None, "temporary" or
    "permanent". `fci_file` False leaves 9F0C out of the FCI, as some cards do. Legacy city purses have `names`, or a
    file `identifier`, of their own and may set `balance_flag` bits in the balance.
    """

    def __init__(
        self,
        application_file,
        transit_file,
        keys,
        balance=0,
        overdraft_limit=0,
        fci_file=True,
        names=(PURSE_AID,),
        identifier=None,
        balance_flag=0,
    ):
        super().__init__()
        self.names = names
        self.identifier = identifier
        self._balance_flag = balance_flag
        self.keys = keys
        self.balance = balance
        self.overdraft_limit = overdraft_limit
        self.counter = 0
        self.online_counter = 0
        self.blocked = None
        self.binary = {0x15: application_file, 0x16: bytes(55), 0x17: transit_file}
        self.log = []  # 23-byte records, newest first
        self.transit_log = []  # 48-byte records, newest first
        self.interop = {0x01: _interop_record(0x01), 0x12: _interop_record(0x12)}
        self.debits = 0  # executed since the card was made
        self._fci_file = fci_file
        self._proof = None
        self._purchase = None
        self._load = None
        self._randoms = 0
        self.commands = {
            (0x00, 0xB0): self._read_binary,
            (0x00, 0xB2): self._read_record,
            (0x80, 0x5C): self._get_balance,
            (0x80, 0x50): self._initialise,
            (0x80, 0xDC): self._update_cache,
            (0x80, 0x54): self._debit,
            (0x80, 0x52): self._credit,
            (0x80, 0x5A): self._prove,
        }

    def reset(self):
        super().reset()
        self._purchase = None
        self._load = None

    def select(self, name):
        self.reset()
        if self.blocked == "permanent":
            raise StatusWord(_LOCKED)
        if self.blocked:
            raise StatusWord(BLOCKED)
        public = tlv(0x9F08, b"\x02")
        if self._fci_file:
            public += tlv(0x9F0C, self.binary[0x15])
        return tlv(0x6F, tlv(0x84, name) + tlv(0xA5, public))

    def _read_binary(self, command):
        if not command.p1 & 0x80:
            raise StatusWord(WRONG_PARAMETERS)
        content = self.binary.get(command.p1 & 0x1F)
        if content is None:
            raise StatusWord(NOT_FOUND)
        if command.p2 >= len(content):
            raise StatusWord(0x6B00)
        rest = content[command.p2 :]
        if command.le and command.le > len(rest):
            raise StatusWord(0x6C00 | len(rest))
        return rest[: command.le] if command.le else rest

    def _read_record(self, command):
        sfi = command.p2 >> 3
        if command.p2 & 7 != 4:
            raise StatusWord(WRONG_PARAMETERS)
        if sfi == _SFI_INTEROP:
            record = self.interop.get(command.p1)
        elif sfi in (_SFI_LOG, _SFI_TRANSIT):
            records = self.log if sfi == _SFI_LOG else self.transit_log
            record = records[command.p1 - 1] if 1 <= command.p1 <= len(records) else None
        else:
            raise StatusWord(NOT_FOUND)
        if record is None:
            raise StatusWord(NO_RECORD)
        if command.le and command.le != len(record):
            raise StatusWord(0x6C00 | len(record))
        return record

    def _get_balance(self, command):
        if command.p2 != 0x02 or command.p1 > 3:
            raise StatusWord(WRONG_PARAMETERS)
        amounts = (
            self.balance + self.overdraft_limit,
            self.overdraft_limit,
            max(0, -self.balance),
            max(0, self.balance),
        )
        return (amounts[command.p1] | self._balance_flag).to_bytes(4, "big")

    def _initialise(self, command):
        if command.p2 != 0x02 or command.p1 not in (0, 1, 3):
            raise StatusWord(WRONG_PARAMETERS)
        data = command.expect(11)
        self._purchase = self._load = None
        if data[0] != self.keys.version:
            raise StatusWord(_KEY)
        if command.p1 == 0:
            return self._initialise_load(int.from_bytes(data[1:5], "big"), data[5:11])
        if self.counter == 0xFFFF:
            raise StatusWord(_COUNTER)
        amount = int.from_bytes(data[1:5], "big")
        available = self.balance + self.overdraft_limit
        if amount > available:
            raise StatusWord(_AMOUNT)
        kind = PURCHASE if command.p1 == 1 else COMPOSITE
        random = self._random()
        self._purchase = (kind, amount, data[5:11], random, {})
        return b"".join(
            (
                available.to_bytes(4, "big"),
                self.counter.to_bytes(2, "big"),
                self.overdraft_limit.to_bytes(3, "big"),
                bytes((self.keys.version, self.keys.algorithm)),
                random,
            )
        )

    def _random(self):
        """Four bytes that differ from card to card and from call to call, yet are the same in every run."""
        self._randoms += 1
        return hashlib.sha256(self.binary[0x15] + self._randoms.to_bytes(4, "big")).digest()[:4]

    def _update_cache(self, command):
        if self._purchase is None or self._purchase[0] != COMPOSITE:
            raise StatusWord(CONDITIONS)
        sfi = command.p2 >> 3
        if command.p2 & 7 or sfi not in (_SFI_INTEROP, _SFI_TRANSIT):
            raise StatusWord(WRONG_PARAMETERS)
        if len(command.data) != (128 if sfi == _SFI_INTEROP else 48):
            raise StatusWord(WRONG_LENGTH)
        if sfi == _SFI_INTEROP and command.p1 not in self.interop:
            raise StatusWord(NO_RECORD)
        self._purchase[4][(sfi, command.p1)] = command.data
        return b""

    def _debit(self, command):
        if self._purchase is None:
            raise StatusWord(CONDITIONS)
        kind, amount, terminal, random, cache = self._purchase
        self._purchase = None
        data = command.expect(15)
        transaction, when, mac1 = data[:4], data[4:11], data[11:15]
        counter = self.counter.to_bytes(2, "big")
        algorithm = self.keys.algorithm
        session = purse_keys.purchase_session_key(self.keys.purchase, random, counter, transaction, algorithm)
        if purse_keys.mac1(session, amount, kind, terminal, when, algorithm) != mac1:
            raise StatusWord(_MAC_WRONG)
        mac2 = purse_keys.mac2(session, amount, algorithm)
        tac = purse_keys.tac(self.keys.tac, amount, kind, terminal, transaction, when, algorithm)
        self.balance -= amount
        self.counter += 1
        self.debits += 1
        self._write_log(self.counter, amount, kind, terminal, when)
        self._write_cache(cache)
        self._proof = (kind, self.counter, mac2 + tac)
        return tac + mac2

    def _write_log(self, counter, amount, kind, terminal, when):
        overdraft = max(0, -self.balance).to_bytes(3, "big")
        head = counter.to_bytes(2, "big") + overdraft + amount.to_bytes(4, "big")
        self.log = [head + bytes((kind,)) + terminal + when] + self.log[: _LOG_RECORDS - 1]

    def _initialise_load(self, amount, terminal):
        """The card proves itself to the issuer (MAC1); only the issuer's MAC2 makes it take the money."""
        if self.online_counter == 0xFFFF:
            raise StatusWord(_COUNTER)
        keys = self.keys
        random, counter = self._random(), self.online_counter.to_bytes(2, "big")
        session = purse_keys.load_session_key(keys.load, random, counter, keys.algorithm)
        before = self.balance + self.overdraft_limit
        mac1 = purse_keys.load_mac1(session, before, amount, LOAD, terminal, keys.algorithm)
        self._load = amount, terminal, session, counter
        return before.to_bytes(4, "big") + counter + bytes((keys.version, keys.algorithm)) + random + mac1

    def _credit(self, command):
        if self._load is None:
            raise StatusWord(CONDITIONS)
        amount, terminal, session, counter = self._load
        self._load = None
        data = command.expect(11)
        when = data[:7]
        algorithm = self.keys.algorithm
        if purse_keys.load_mac2(session, amount, LOAD, terminal, when, algorithm) != data[7:]:
            raise StatusWord(_MAC_WRONG)
        self.balance += amount
        self.online_counter += 1
        self._write_log(self.online_counter, amount, LOAD, terminal, when)
        after = self.balance + self.overdraft_limit
        return purse_keys.load_tac(self.keys.tac, after, counter, amount, LOAD, terminal, when, algorithm)

    def _write_cache(self, cache):
        for sfi, number in cache:
            record = cache[(sfi, number)]
            if sfi == _SFI_INTEROP:
                self.interop[number] = record
            else:
                self.transit_log = [record] + self.transit_log[: _TRANSIT_RECORDS - 1]

    def _prove(self, command):
        counter = int.from_bytes(command.expect(2), "big")
        if self._proof is None or self._proof[:2] != (command.p2, counter):
            raise StatusWord(_NO_PROOF)
        return self._proof[2]


def _interop_record(low):
    """An unused record of file 001A: its identifier, length 7D, valid, segmented fare."""
    return bytes((0x27, low, 0x7D, 0x01, 0x01, 0x00)) + bytes(122)
