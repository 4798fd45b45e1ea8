"""Exchanging APDUs over a channel: chained answers, wrong lengths, a card that is gone (ISO 7816-4)."""

from micropython import const

from terminal.errors import CardLost
from terminal.ports import NO_ANSWER

OK = const(0x9000)
NOT_FOUND = const(0x6A82)
NO_RECORD = const(0x6A83)
BLOCKED = const(0x6A81)
SECURITY = const(0x6982)
WRONG_LENGTH = const(0x6700)
CONDITIONS = const(0x6985)
WRONG_DATA = const(0x6A80)
NO_KEY = const(0x6A88)
MAC_WRONG = const(0x9302)
LOCKED = const(0x9303)
AMOUNT_INSUFFICIENT = const(0x9401)
COUNTER_AT_END = const(0x9402)
KEY_UNKNOWN = const(0x9403)
NO_PROOF = const(0x9406)

_MORE = const(0x61)
_WRONG_LE = const(0x6C)
_CHAIN_LIMIT = const(8)


async def exchange(channel, apdu):
    """(data, sw) of `apdu`, with 61xx fetched and 6Cxx asked again. CardLost when the card does not answer."""
    data, sw = await channel.transmit(apdu)
    if sw >> 8 == _WRONG_LE:
        # Behind the data, or in place of the P3 of a command without data: the Le that the card wants.
        end = 4 if len(apdu) <= 5 else 5 + apdu[4]
        data, sw = await channel.transmit(bytes(apdu[:end]) + bytes((sw & 255,)))
    for _ in range(_CHAIN_LIMIT):
        if sw >> 8 != _MORE:
            break
        more, sw = await channel.transmit(bytes((0x00, 0xC0, 0x00, 0x00, sw & 255)))
        data = data + more
    if sw == NO_ANSWER:
        raise CardLost("no answer to %02X%02X: the card was taken away or is mute" % (apdu[0], apdu[1]))
    return data, sw


def select_name(name):
    """SELECT by DF name (AID or the name of an environment)."""
    return b"\x00\xa4\x04\x00" + bytes((len(name),)) + name


def select_file(identifier):
    """SELECT by 2-byte file identifier."""
    return b"\x00\xa4\x00\x00\x02" + identifier


def read_binary(sfi, length):
    """READ BINARY of the first `length` bytes of a file by short identifier."""
    return bytes((0x00, 0xB0, 0x80 | sfi, 0x00, length))


def read_record(number, sfi, length):
    """READ RECORD by number of a file by short identifier."""
    return bytes((0x00, 0xB2, number, sfi << 3 | 4, length))
