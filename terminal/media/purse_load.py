"""Topping up a purse (JT/T 978, the fact sheet's section 2.7): the card's side, and who knows the load key.

A *load service* has `await order(request) -> MAC2 (4 bytes)`, None when it refuses (the card's MAC1 is wrong, or the
money is not there). It raises OSError or LinkError when it cannot be reached. The head-end with its HSM is one
(terminal.kiosk.load_orders); `LoadSam` is one for places that hold a load SAM of their own.
"""

from collections import namedtuple

from micropython import const

from terminal.errors import CardDataMalformed, PsamFault
from terminal.media import apdu, purse_files, purse_keys
from terminal.media.purse_files import LOAD

_KEY_INDEX = const(1)
_ANSWER = const(16)
_TWO_LEVELS = const(2 << 5)
_ISSUER_REST = b"\xff\xff\xff\xff"

# issuer: first 4 issuer bytes; serial: last 8 of the serial; answer: the card's 16 bytes to INIT FOR LOAD; amount in
# fen; terminal 6 bytes; when 7 BCD bytes; seq: of the record that says so; payer: whose money it is, as the load service
# knows him, None where the terminal answers for it. `balance_of`, `counter_of` read the answer.
LoadRequest = namedtuple("LoadRequest", "issuer serial answer amount terminal when seq payer")


def balance_of(answer):
    """Fen before the load as the card counts them, overdraft included."""
    return int.from_bytes(answer[0:4], "big") & 0x7FFFFFFF


def counter_of(answer):
    """The online counter before the load."""
    return int.from_bytes(answer[4:6], "big")


def mac2_of(request, session):
    """MAC2 (4 bytes) for a LoadRequest under the session key of that load; None when the card's MAC1 is not under it."""
    answer, algorithm = request.answer, request.answer[7]
    amount, terminal = request.amount, request.terminal
    expected = purse_keys.load_mac1(session, balance_of(answer), amount, LOAD, terminal, algorithm)
    if not purse_keys.same(expected, answer[12:16]):
        return None
    return purse_keys.load_mac2(session, amount, LOAD, terminal, request.when, algorithm)


async def initialise(channel, amount, terminal):
    """The card's 16 bytes: balance 4, online counter 2, key version 1, algorithm 1, random 4, MAC1 4. PurseRefused."""
    command = bytes((0x80, 0x50, 0x00, 0x02, 11, _KEY_INDEX)) + amount.to_bytes(4, "big") + terminal + b"\x10"
    data, sw = await apdu.exchange(channel, command)
    purse_files.expect("INIT FOR LOAD", sw)
    if len(data) < _ANSWER:
        raise CardDataMalformed("answer to INIT FOR LOAD of %d bytes, expected 16" % len(data))
    return bytes(data[:_ANSWER])


async def credit(channel, when, mac2):
    """TAC (4 bytes) of the load. CardLost here is the tear: the card may or may not have taken the money."""
    data, sw = await apdu.exchange(channel, b"\x80\x52\x00\x00\x0b" + when + mac2 + b"\x04")
    purse_files.expect("CREDIT FOR LOAD", sw)
    if len(data) < 4:
        raise CardDataMalformed("answer to CREDIT FOR LOAD of %d bytes, expected 4" % len(data))
    return bytes(data[:4])


class LoadSam:
    """A load service out of a SAM that holds the load master key: DELIVERY KEY 801A, CIPHER DATA 80FA. 3DES only.

    `usage` and `key` are the SAM's own numbers of that key. PsamFault when it does not answer as a SAM.
    """

    def __init__(self, channel, usage=0x02, key=0x01):
        self._channel = channel
        self._usage = usage
        self._key = key

    async def order(self, request):
        """MAC2 for `request`, None when the card's MAC1 is wrong or its algorithm is not the SAM's."""
        answer, algorithm = request.answer, request.answer[7]
        if algorithm != purse_keys.TRIPLE_DES:
            return None
        factors = request.issuer + _ISSUER_REST + request.serial
        await self._command(bytes((0x80, 0x1A, _TWO_LEVELS | self._usage, self._key, len(factors))) + factors, 0)
        # The session key is what the card's load key makes of these eight bytes.
        session = await self._command(b"\x80\xfa\x00\x00\x08" + answer[8:12] + answer[4:6] + b"\x80\x00", 8)
        return mac2_of(request, session)

    async def _command(self, command, length):
        data, sw = await apdu.exchange(self._channel, command)
        if sw != apdu.OK or len(data) < length:
            raise PsamFault("load SAM answered %02X%02X with %04X, expected 9000" % (command[0], command[1], sw))
        return data[:length]
