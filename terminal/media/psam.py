"""The purchase SAM: the master keys stay in it, the terminal only carries its answers to the card and back."""

from micropython import const

from terminal.errors import CardLost, PsamFault, PurseRefused
from terminal.media import apdu
from terminal.ports import NO_ANSWER

_APPLICATION = const(b"\xdf\x01")
_TWO_LEVELS = const(b"\xff\xff\xff\xff")
_ANSWER = const(8)
# What a PSAM answers when the card is the reason, not the PSAM: its key version, algorithm or data.
_NOT_THIS_CARD = (apdu.KEY_UNKNOWN, apdu.WRONG_DATA, apdu.NO_KEY)


class Psam:
    """A PSAM on a channel of its own. `start` first; `initialise` and `credit` must follow each other undisturbed.

    `application` is the file it keeps its purchase keys in (DF01 or DF03), `issuer_level` False for PSAMs whose keys
    are those of one issuer.
    """

    def __init__(self, channel, application=_APPLICATION, issuer_level=True):
        self._channel = channel
        self._application = application
        self._issuer_level = issuer_level
        self.terminal = bytes(6)  # the terminal number that goes into every purchase
        self.open = None  # transaction number of the purchase that still waits for its MAC2

    async def start(self):
        """Reads the terminal number and selects the purchase application. PsamFault when it does not answer so."""
        self.open = None
        self.terminal = await self._command(b"\x00\xb0\x96\x00\x06", 6)
        await self._command(apdu.select_file(self._application), 0)

    async def initialise(self, card, amount, kind, when, serial, issuer):
        """(transaction number 4, MAC1 4) for a purchase; `card` is the answer to the purse's INIT.

        amount in fen, `when` 7 BCD bytes, serial the last 8 bytes of the purse's, issuer its first 4 bytes.
        PurseRefused when the PSAM has no key for this card, PsamFault when the PSAM itself is at fault.
        """
        self.open = None
        data = b"".join(
            (
                card.random,
                card.counter.to_bytes(2, "big"),
                amount.to_bytes(4, "big"),
                bytes((kind,)),
                when,
                bytes((card.key_version, card.algorithm)),
                serial,
                issuer + _TWO_LEVELS if self._issuer_level else b"",
            )
        )
        command = b"\x80\x70\x00\x00" + bytes((len(data),)) + data
        answer, sw = await self._ask(command)
        if sw in _NOT_THIS_CARD:
            raise PurseRefused("INIT SAM FOR PURCHASE", sw)
        self._expect(command, answer, sw, _ANSWER)
        self.open = bytes(answer[:4])
        return self.open, bytes(answer[4:8])

    async def credit(self, mac2):
        """True when the PSAM accepts the card's MAC2, False when it calls it wrong; the card has paid in any case.

        None when the PSAM cannot say: it is mute, or lost the purchase with its power.
        """
        self.open = None
        _, sw = await self._ask(b"\x80\x72\x00\x00\x04" + mac2)
        return sw == apdu.OK if sw in (apdu.OK, apdu.MAC_WRONG) else None

    async def _ask(self, command):
        try:
            return await apdu.exchange(self._channel, command)
        except CardLost:
            return b"", NO_ANSWER

    async def _command(self, command, length):
        data, sw = await self._ask(command)
        self._expect(command, data, sw, length)
        return data

    @staticmethod
    def _expect(command, data, sw, length):
        if sw != apdu.OK or len(data) < length:
            raise PsamFault(
                "PSAM answered %02X%02X with %04X and %d bytes, expected 9000 and %d: check its seat and its keys"
                % (command[0], command[1], sw, len(data), length)
            )
