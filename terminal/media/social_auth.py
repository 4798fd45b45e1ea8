"""Who proves what to a social security card: the card to the terminal, the terminal to the card, the holder's PIN.

A *back end* has `await open(channel, card) -> Opening`, called with the card's environment selected and its SocialCard
read. `ThreeDesSam` is the one for the 3DES generations (LD/T 32, the fact sheet's section 1.7). The exchange of the
third generation's SM algorithms is not public: its operator brings a back end of his own, with a PSAM or over a line
to his HSM, of the same shape.
"""

import os
from collections import namedtuple

from micropython import const

from terminal.errors import CardLost
from terminal.media import apdu
from terminal.media.purse_keys import same
from terminal.ports import NO_ANSWER

# Why holder data stayed shut.
NO_SAM = "no_sam"
NO_ALGORITHM = "no_algorithm"
NO_KEY = "no_key"
NO_LEVEL = "no_level"  # the SAM has the key, but not for this many levels
CARD_REFUSED = "card_refused"

# proved: the card showed that it is genuine; opened: it let the terminal at its holder data; failure: one of the above
Opening = namedtuple("Opening", "proved opened failure")

# How a SAM and the cards of its region number their keys. usage: type bits of BF DE, `levels` go on top of them.
Profile = namedtuple("Profile", "levels usage sam_internal card_internal sam_read card_read")
PROFILE = Profile(3, 0x08, 0x12, 0x01, 0x13, 0x0A)

_CHALLENGE = b"\x00\x84\x00\x00\x08"
_TRIES = const(0x63C0)
_SIZE = const(8)
_SAM_SAYS = {
    apdu.NO_KEY: NO_KEY, apdu.KEY_UNKNOWN: NO_KEY, apdu.WRONG_LENGTH: NO_LEVEL, apdu.WRONG_DATA: NO_LEVEL,
    0x6D00: NO_ALGORITHM, 0x6E00: NO_ALGORITHM, NO_ANSWER: NO_SAM,
}  # fmt: skip


def historical_of(activation):
    """The historical bytes of an ATR (ISO 7816-3) or ATS (ISO 14443-4), b"" when there are none or it is damaged."""
    if len(activation) < 2:
        return b""
    if activation[0] == len(activation):  # ATS: TL T0 [TA] [TB] [TC] historical
        return bytes(activation[2 + _ones(activation[1] >> 4 & 7) :]) if activation[0] > 1 else b""
    if activation[0] not in (0x3B, 0x3F):
        return b""
    count, following, at = activation[1] & 15, activation[1] >> 4, 2
    while following:
        at += _ones(following)
        if at > len(activation):
            return b""
        following = activation[at - 1] >> 4 if following & 8 else 0
    found = bytes(activation[at : at + count])
    return found if len(found) == count else b""


def factors_of(region, historical, levels):
    """The factors of a card's key, highest level first: province, city, card; with fewer levels the highest fall away.

    `region` are the first 3 bytes of the identification code, `historical` the 13 bytes of the ATR.
    """
    digits = "%02X%02X%02X" % (region[0], region[1], region[2])
    every = (digits[:2] + "0000sh").encode(), (digits + "sx").encode(), bytes(historical[5:13])
    return b"".join(every[3 - levels :])


class ThreeDesSam:
    """The back end of the 3DES generations: a PSAM with the keys of the social security environment.

    `channel` is the PSAM's. `random(n)` gives n bytes. CardLost is the card's; a silent PSAM is a failure NO_SAM.
    """

    def __init__(self, channel, profile=PROFILE, random=os.urandom):
        self._channel = channel
        self._profile = profile
        self._random = random

    async def open(self, channel, card):
        """Opening of `card`. A card that cannot prove itself is not opened."""
        profile = self._profile
        historical = historical_of(channel.ats)
        if len(historical) != 13:
            return Opening(False, False, CARD_REFUSED)
        factors = factors_of(card.identification, historical, profile.levels)
        failure = await self._prove(channel, factors)
        if failure:
            return Opening(False, False, failure)
        failure = await self._open(channel, factors)
        return Opening(True, failure is None, failure)

    async def _prove(self, channel, factors):
        """Internal authentication: None when the card knows the key, else why not."""
        random, data = self._random(_SIZE), self._random(_SIZE)
        command = bytes((0x00, 0x88, 0x00, self._profile.card_internal, 2 * _SIZE)) + random + data + b"\x08"
        answer, sw = await apdu.exchange(channel, command)
        if sw != apdu.OK:
            return CARD_REFUSED
        expected, failure = await self._enciphered(self._profile.sam_internal, factors, random, data)
        if failure is None and not same(expected, answer):
            return CARD_REFUSED
        return failure

    async def _open(self, channel, factors):
        """External authentication: None when the card believes the terminal, else why not."""
        challenge, sw = await apdu.exchange(channel, _CHALLENGE)
        if sw != apdu.OK or len(challenge) != _SIZE:
            return CARD_REFUSED
        data = self._random(_SIZE)
        proof, failure = await self._enciphered(self._profile.sam_read, factors, challenge, data)
        if failure is not None:
            return failure
        command = bytes((0x00, 0x82, 0x00, self._profile.card_read, 2 * _SIZE)) + proof + data
        _, sw = await apdu.exchange(channel, command)
        return None if sw == apdu.OK else CARD_REFUSED

    async def _enciphered(self, key, factors, random, data):
        """(`data` under the session key of `random`, None), or (b"", why the PSAM cannot)."""
        usage = self._profile.levels << 5 | self._profile.usage
        given = factors + random
        _, sw = await self._ask(bytes((0xBF, 0xDE, usage, key, len(given))) + given)
        if sw != apdu.OK:
            return b"", _SAM_SAYS.get(sw, NO_ALGORITHM)
        answer, sw = await self._ask(b"\x80\xfa\x00\x00\x08" + data)
        if sw != apdu.OK or len(answer) != _SIZE:
            return b"", _SAM_SAYS.get(sw, NO_ALGORITHM)
        return answer, None

    async def _ask(self, command):
        try:
            return await apdu.exchange(self._channel, command)
        except CardLost:
            return b"", NO_ANSWER


async def verify_pin(channel, digits):
    """None when the holder's PIN of 6 digits is right, else how many tries are left (0: blocked). CardLost.

    ValueError for what is no PIN, before the card counts it as a try.
    """
    if len(digits) != 6 or not digits.isdigit():
        raise ValueError("a PIN has 6 digits")
    coded = bytes([int(digits[at]) << 4 | int(digits[at + 1]) for at in (0, 2, 4)])
    _, sw = await apdu.exchange(channel, b"\x00\x20\x00\x00\x03" + coded)
    if sw == apdu.OK:
        return None
    return sw & 15 if sw & 0xFFF0 == _TRIES else 0


def _ones(bits):
    return (bits & 1) + (bits >> 1 & 1) + (bits >> 2 & 1) + (bits >> 3 & 1)
