"""The purchase SAM: the master keys stay in it, the terminal only carries its answers to the card and back."""

from micropython import const

from terminal.errors import CardLost, PsamFault
from terminal.media import apdu

_APPLICATION = b"\xdf\x01"
_TWO_LEVELS = b"\xff\xff\xff\xff"
_ANSWER = const(8)


class Psam:
    """A PSAM on a channel of its own. `start` first; `initialise` and `credit` must follow each other undisturbed."""

    def __init__(self, channel):
        self._channel = channel
        self.terminal = bytes(6)  # the terminal number that goes into every purchase

    async def start(self):
        """Reads the terminal number and selects the purchase application. PsamFault when it does not answer so."""
        self.terminal = await self._command(b"\x00\xb0\x96\x00\x06", 6)
        await self._command(apdu.select_file(_APPLICATION), 0)

    async def initialise(self, card, amount, kind, when, serial, issuer):
        """(transaction number 4, MAC1 4) for a purchase; `card` is the answer to the purse's INIT.

        amount in fen, `when` 7 BCD bytes, serial the last 8 bytes of the purse's, issuer its first 4 bytes.
        """
        data = b"".join(
            (
                card.random,
                card.counter.to_bytes(2, "big"),
                amount.to_bytes(4, "big"),
                bytes((kind,)),
                when,
                bytes((card.key_version, card.algorithm)),
                serial,
                issuer + _TWO_LEVELS,
            )
        )
        answer = await self._command(b"\x80\x70\x00\x00" + bytes((len(data),)) + data, _ANSWER)
        return answer[:4], answer[4:8]

    async def credit(self, mac2):
        """True when the PSAM accepts the card's MAC2; False too when it is mute: the card has paid all the same."""
        try:
            _, sw = await apdu.exchange(self._channel, b"\x80\x72\x00\x00\x04" + mac2)
        except CardLost:
            return False
        return sw == apdu.OK

    async def _command(self, command, length):
        try:
            data, sw = await apdu.exchange(self._channel, command)
        except CardLost:
            data, sw = b"", 0
        if sw != apdu.OK or len(data) < length:
            raise PsamFault(
                "PSAM answered %02X%02X with %04X and %d bytes, expected 9000 and %d: check its seat and its keys"
                % (command[0], command[1], sw, len(data), length)
            )
        return data
