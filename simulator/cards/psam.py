"""A purchase SAM in software (fact sheet 2.9), for desks and tests: its keys lie in memory, a real one hides them."""

from binascii import unhexlify

from micropython import const

from simulator.cards.authentication import SocialSam
from simulator.cards.card_os import (
    CONDITIONS,
    NOT_FOUND,
    SECURITY,
    WRONG_LENGTH,
    WRONG_PARAMETERS,
    Application,
    Card,
    StatusWord,
)
from simulator.cards.demonstration import PURCHASE_MASTER, SOCIAL_KEYS, TAC_MASTER
from simulator.chips.fault import Fault
from terminal.crypto import des
from terminal.media import purse_keys

_MAC_WRONG = const(0x9302)
_KEY = const(0x9403)

_ONE_LEVEL, _TWO_LEVELS = const(0x1C), const(0x24)
_ENCRYPT, _MAC = const(0x00), const(0x05)
_USAGE_TAC = const(0x04)  # type bits of DELIVERY KEY: the TAC master, all others the purchase master


class _PurchaseApplication(Application):
    names = (unhexlify("D15600000590"),)
    files = (b"\xdf\x01", b"\xdf\x03")

    def __init__(self, master_key, tac_key, social_keys, terminal_number, transaction, key_version):
        super().__init__()
        self._social = SocialSam(social_keys)
        self.transaction = transaction  # number of the next purchase
        self._master_key = master_key
        self._tac_key = tac_key
        self._terminal = terminal_number
        self._key_version = key_version
        self._session = None
        self._delivered = None
        self.commands = {
            (0x00, 0xB0): self._read_binary,
            (0x80, 0x70): self._initialise,
            (0x80, 0x72): self._credit,
            (0x80, 0x1A): self._deliver_key,
            (0x80, 0xFA): self._cipher,
            (0xBF, 0xDE): self._load_session,
        }

    def reset(self):
        super().reset()
        self._session = None
        self._delivered = None
        self._social.session = None

    def interrupt(self):
        """Any command between 8070 and 8072 ends the purchase."""
        self._session = None

    def select(self, name):
        self.reset()
        self.file = self.files[0]
        return b""

    def _read_binary(self, command):
        if command.p1 != 0x96 or command.p2 != 0:
            raise StatusWord(NOT_FOUND)
        return self._terminal[: command.le or 6]

    def _initialise(self, command):
        if self.file is None:
            raise StatusWord(SECURITY)
        data = command.data
        if command.p1 or command.p2:
            raise StatusWord(WRONG_PARAMETERS)
        if len(data) not in (_ONE_LEVEL, _TWO_LEVELS):
            raise StatusWord(WRONG_LENGTH)
        random, counter = data[:4], data[4:6]
        amount, kind, when = int.from_bytes(data[6:10], "big"), data[10], data[11:18]
        version, algorithm = data[18], data[19]
        if version != self._key_version or algorithm not in (purse_keys.TRIPLE_DES, purse_keys.SM4):
            raise StatusWord(_KEY)
        key = self._master_key
        if len(data) == _TWO_LEVELS:
            key = purse_keys.diversify(key, data[28:36], algorithm)
        key = purse_keys.diversify(key, data[20:28], algorithm)
        number = self.transaction.to_bytes(4, "big")
        self.transaction += 1
        session = purse_keys.purchase_session_key(key, random, counter, number, algorithm)
        self._session = algorithm, session, amount
        return number + purse_keys.mac1(session, amount, kind, self._terminal, when, algorithm)

    def _credit(self, command):
        mac2 = command.expect(4)
        if self._session is None:
            raise StatusWord(CONDITIONS)
        algorithm, session, amount = self._session
        self._session = None
        if purse_keys.mac2(session, amount, algorithm) != mac2:
            raise StatusWord(_MAC_WRONG)
        return b""

    def _deliver_key(self, command):
        levels = command.p1 >> 5
        if len(command.data) != 8 * levels:
            raise StatusWord(WRONG_LENGTH)
        key = self._tac_key if command.p1 & 0x1F == _USAGE_TAC else self._master_key
        for at in range(0, len(command.data), 8):
            key = purse_keys.diversify(key, command.data[at : at + 8])
        self._delivered = key
        self._social.session = None
        return b""

    def _load_session(self, command):
        self._delivered = None
        return self._social.load(command)

    def _cipher(self, command):
        data = command.data
        if self._delivered is None:
            if command.p1 != _ENCRYPT or len(data) != 8:
                raise StatusWord(CONDITIONS)
            return self._social.encipher(data)
        if command.p1 == _ENCRYPT and data and len(data) % 8 == 0:
            cipher = des.Des3(self._delivered)
            return b"".join([cipher.encrypt_block(data[at : at + 8]) for at in range(0, len(data), 8)])
        if command.p1 == _MAC and len(data) > 8:
            return des.retail_mac(self._delivered, des.pad(data[8:]), data[:8])[:4]
        raise StatusWord(WRONG_PARAMETERS)


class SoftwarePsam(Card):
    """A PSAM with demonstration or test keys, on contacts: answers wait for GET RESPONSE.

    `terminal_number` 6 bytes, `transaction` the number of its next purchase.
    """

    def __init__(
        self,
        master_key=PURCHASE_MASTER,
        terminal_number=b"\x00\x00\x30\x00\x89\x00",
        tac_key=TAC_MASTER,
        transaction=1,
        key_version=1,
        social_keys=SOCIAL_KEYS,
    ):
        self.purchase = _PurchaseApplication(
            master_key, tac_key, social_keys, terminal_number, transaction, key_version
        )
        self.root = self.purchase  # the master file is selected after reset
        super().__init__([self.purchase], b"", sak=0)
        self.power_on("contact")

    def transmit(self, apdu):
        if len(apdu) > 1 and apdu[1] not in (0x72, 0xC0):
            self.purchase.interrupt()
        return super().transmit(apdu)


class PsamSlot:
    """A PSAM in its slot: a channel as the core knows it. `mute` counts commands that stay without an answer."""

    def __init__(self, card, clock, command_ms=4):
        self.card = card
        self.mute = Fault()
        self._clock = clock
        self._command_ms = command_ms

    async def transmit(self, apdu):
        """(data, sw); (b"", 0) while the slot is empty or the PSAM mute."""
        await self._clock.sleep_ms(self._command_ms)
        if self.card is None or self.mute.strikes():
            return b"", 0
        answer = self.card.transmit(apdu)
        return answer[:-2], answer[-2] << 8 | answer[-1]
