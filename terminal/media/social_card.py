"""The social security card: environment SSSE, card data EF05, holder data EF06, as LD/T 32 cards answer it.

A third-generation card without a PSAM keeps its holder data shut (6982): the read is then partial and says so.
A gate asks for no name and no identity number.
"""

from collections import namedtuple

from micropython import const

from terminal.civil_time import day_of_bcd, start_of_day
from terminal.errors import CardDataMalformed
from terminal.media import apdu, tlv
from terminal.media.credential import ADULT, PROVED_NOTHING, PROVED_PSAM, SOCIAL_CARD, Credential, token_of

SSSE = b"sx1.sh.\xc9\xe7\xbb\xe1\xb1\xa3\xd5\xcf"  # the environment's name ends in GBK

_EF05 = const(5)
_EF06 = const(6)

# tag: (file, record number, length of the value)
_IDENTIFICATION = (0x01, _EF05, 1, 16)
_VERSION = (0x03, _EF05, 3, 4)
_EXPIRES = (0x06, _EF05, 6, 4)
_BIRTH = (0x0D, _EF06, 7, 4)

# The forms of READ RECORD that cards are known to answer, in the order in which they are tried.
_TAG_SFI = const(0)
_TAG_SELECTED = const(1)
_NUMBER_SFI = const(2)
_NUMBER_SELECTED = const(3)
_FORMS = (_TAG_SFI, _TAG_SELECTED, _NUMBER_SFI, _NUMBER_SELECTED)
_TRY_ANOTHER_FORM = const((0x6A86, 0x6A83, 0x6A82, 0x6A81, 0x6D00, 0x6B00))

SocialCard = namedtuple(
    "SocialCard",
    (
        "identification",  # 16 bytes, the card identification code
        "version",  # "1.00", "2.00", "3.00"
        "expires",  # last valid day since 1970-01-01, None when the card does not say
        "birth",  # day since 1970-01-01, None when shut or absent
        "partial",  # True: the holder data asked for authentication and stayed shut
        "opening",  # social_auth.Opening of the back end, None when nobody authenticated
    ),
)


async def read(channel, back_end=None):
    """The SocialCard on the channel, None when the card has no such application. CardLost, CardDataMalformed.

    `back_end` is a back end of social_auth: it proves the card and opens its holder data.
    """
    card, records = await begin(channel, back_end)
    if card is None:
        return None
    birth = await records.value(_BIRTH)
    return SocialCard(*card[:3], day_of_bcd(birth) if birth else None, records.shut, card.opening)


async def begin(channel, back_end=None):
    """(SocialCard without holder data, Records to read on with), (None, None) when there is no such application."""
    _, sw = await apdu.exchange(channel, apdu.select_name(SSSE))
    if sw != apdu.OK:
        return None, None
    records = Records(channel)
    identification = await records.value(_IDENTIFICATION)
    version = await records.value(_VERSION)
    expires = await records.value(_EXPIRES)
    if identification is None or len(identification) != 16:
        raise CardDataMalformed("social card without a 16-byte identification code in EF05, tag 01")
    card = SocialCard(
        identification,
        version.decode() if version and _is_ascii(version) else "",
        day_of_bcd(expires) if expires else None,
        None,
        False,
        None,
    )
    if back_end is not None:
        card = SocialCard(*card[:5], await back_end.open(channel, card))
    return card, records


def credential_of(card):
    """The Credential of a SocialCard, known by its identification code; proved when its back end knew it as genuine."""
    region = card.identification[:3]
    valid_to = 0 if card.expires is None else start_of_day(card.expires + 1)
    text = "%02X%02X%02X" % (region[0], region[1], region[2])
    token = token_of(SOCIAL_CARD, card.identification)
    proved = PROVED_PSAM if card.opening is not None and card.opening.proved else PROVED_NOTHING
    return Credential(SOCIAL_CARD, token, text, text, ADULT, 0, valid_to, proved, None)


def _is_ascii(data):
    return all(byte < 128 for byte in data)


class Records:
    """Reads single TLV records in whichever form this card answers, and remembers the form."""

    def __init__(self, channel):
        self._channel = channel
        self._form = None
        self._selected = None
        self.shut = False  # the card asked for authentication

    async def value(self, item):
        """The value bytes of `item`, None when the card does not have or does not show it."""
        forms = _FORMS if self._form is None else (self._form,)
        shut = False
        for form in forms:
            answer, sw = await self._ask(item, form)
            if sw == apdu.SECURITY:
                shut = True  # some cards say so of a form they do not know
            elif sw == apdu.OK:
                value = tlv.record(answer, item[0])
                if value is not None:
                    self._form = form
                    return value
            elif sw not in _TRY_ANOTHER_FORM:
                return None
        self.shut = self.shut or shut
        return None

    async def _ask(self, item, form):
        tag, file, number, length = item
        if form in (_TAG_SELECTED, _NUMBER_SELECTED) and self._selected != file:
            await apdu.exchange(self._channel, apdu.select_file(bytes((0xEF, file))))
            self._selected = file
        if form == _TAG_SFI:
            p1, p2 = tag, file << 3
        elif form == _TAG_SELECTED:
            p1, p2 = tag, 0
        elif form == _NUMBER_SFI:
            p1, p2 = number, file << 3 | 4
        else:
            p1, p2 = number, 4
        return await apdu.exchange(self._channel, bytes((0x00, 0xB2, p1, p2, length + 2)))
