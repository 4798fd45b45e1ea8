"""All of EF05 and EF06 of a social security card, for kiosks and desks; a gate asks for none of it (social_card.py).

Texts stay the card's bytes (GBK): boards have no codec for them, hosts decode with `middleware.text`. Whoever reads
this wipes it when the card leaves; none of it is ever logged or stored.
"""

from collections import namedtuple

from terminal.civil_time import day_of_bcd
from terminal.media import social_card

_EF05, _EF06 = 5, 6
_CLASS = (0x02, _EF05, 2, 1)
_AGENCY = (0x04, _EF05, 4, 12)
_ISSUED = (0x05, _EF05, 5, 4)
_CARD_NUMBER = (0x07, _EF05, 7, 9)
_NUMBER = (0x08, _EF06, 1, 18)
_NAME = (0x09, _EF06, 2, 30)
_NAME_MORE = (0x4E, _EF06, 3, 20)
_SEX = (0x0A, _EF06, 4, 1)
_NATION = (0x0B, _EF06, 5, 1)
_BIRTHPLACE = (0x0C, _EF06, 6, 3)
_BIRTH = (0x0D, _EF06, 7, 4)

_NUMBER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PADDING = b"\x00\xff "

SocialDetails = namedtuple(
    "SocialDetails",
    (
        "card",  # social_card.SocialCard
        "card_class",  # str, one character
        "agency",  # 12 bytes
        "issued",  # day since 1970-01-01 or None
        "card_number",  # str of 9 characters, "" when shut or absent
        "number",  # str of 18 characters, the social security number; "" likewise
        "name",  # GBK bytes, extension included; b"" likewise
        "sex",  # "1" male, "2" female, "0" unknown, "9" unspecified; ""
        "nation",  # GB/T 3304 number, None
        "birthplace",  # 6 digits of GB/T 2260, ""
        "wrong",  # names of the fields whose check character is wrong
    ),
)


async def read(channel, back_end=None):
    """The SocialDetails on the channel, None when the card has no such application. CardLost, CardDataMalformed."""
    card, records = await social_card.begin(channel, back_end)
    if card is None:
        return None
    values = {}
    for item in (
        _CLASS,
        _AGENCY,
        _ISSUED,
        _CARD_NUMBER,
        _NUMBER,
        _NAME,
        _NAME_MORE,
        _SEX,
        _NATION,
        _BIRTHPLACE,
        _BIRTH,
    ):
        # A card that shuts one record of EF06 shuts them all.
        values[item] = b"" if records.shut and item[1] == _EF06 else await records.value(item) or b""
    birth = values[_BIRTH]
    card = social_card.SocialCard(*card[:3], day_of_bcd(birth) if birth else None, records.shut, card.opening)
    card_number, number = _ascii(values[_CARD_NUMBER]), _ascii(values[_NUMBER])
    wrong = []
    if card_number and not is_card_number(card_number):
        wrong.append("card_number")
    if number and not is_citizen_number(number):
        wrong.append("number")
    return SocialDetails(
        card,
        _ascii(values[_CLASS]),
        values[_AGENCY],
        day_of_bcd(values[_ISSUED]) if values[_ISSUED] else None,
        card_number,
        number,
        _strip(values[_NAME]) + _strip(values[_NAME_MORE]),
        _ascii(values[_SEX]),
        _bcd(values[_NATION]),
        "".join("%02X" % byte for byte in values[_BIRTHPLACE]),
        tuple(wrong),
    )


def is_card_number(number):
    """Whether the ninth character of a card number follows from the eight before (0-9, A-Z)."""
    if len(number) != 9:
        return False
    total = 0
    for weight, character in zip(_NUMBER_WEIGHTS, number):
        if not ("0" <= character <= "9" or "A" <= character <= "Z"):
            return False
        total += weight * (ord(character) - (48 if character <= "9" else 55))
    return number[8] == "0X987654321"[total % 11]


def is_citizen_number(number):
    """Whether the last character of an 18-character citizen number follows from the others (GB 11643)."""
    if len(number) != 18 or not number[:17].isdigit():
        return False
    total = 0
    for weight, digit in zip(_CITIZEN_WEIGHTS, number):
        total += weight * (ord(digit) - 48)
    return number[17] == "10X98765432"[total % 11]


def _ascii(value):
    value = _strip(value)
    return value.decode() if all(32 <= byte < 127 for byte in value) else ""


def _strip(value):
    end = len(value)
    while end and value[end - 1] in _PADDING:
        end -= 1
    return value[:end]


def _bcd(value):
    return (value[0] >> 4) * 10 + (value[0] & 15) if value else None
