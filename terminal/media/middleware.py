"""Host only: a social security card in one line, as hosts expect it that used to call a card middleware.

Field order and result codes are those of the widespread interface (the fact sheet's section 1.8): region | social
security number | card number | identification code | name | historical bytes | version | issue date | expiry date |
PSAM's terminal number | device number |, in GBK. A negative code and an empty or partial line say what was missing.
"""

from terminal.civil_time import civil_from_days
from terminal.errors import CardDataMalformed, CardLost
from terminal.media import social_auth, social_holder

OK = 0
NO_SAM = -2201
NO_ALGORITHM = -2202
NO_READ_KEY = -2203
NO_KEY = -27272
NO_LEVEL = -24
# Our own: the convention has no public codes for these.
NO_CARD = -1
READ_FAILED = -2
NOT_A_SOCIAL_CARD = -3

FIELDS = (
    "region", "number", "card_number", "identification", "name", "historical", "version", "issued", "expires", "psam",
    "device",
)  # fmt: skip

CONTACT, CONTACTLESS, CONTACT_FIRST, CONTACTLESS_FIRST = 1, 2, 3, 4
_ORDERS = {CONTACT: (0,), CONTACTLESS: (1,), CONTACT_FIRST: (0, 1), CONTACTLESS_FIRST: (1, 0)}

_CODES = {
    social_auth.NO_SAM: NO_SAM,
    social_auth.NO_ALGORITHM: NO_ALGORITHM,
    social_auth.NO_KEY: NO_KEY,
    social_auth.NO_LEVEL: NO_LEVEL,
    social_auth.CARD_REFUSED: NO_READ_KEY,
}


def text(gbk):
    """The text of a card's GBK bytes; what is no GBK becomes a replacement character."""
    return gbk.decode("gb18030", "replace")


def line(details, historical=b"", psam_terminal="", device="", tells=FIELDS):
    """The line of a SocialDetails, as str; encode it with `gb18030` for hosts that want GBK bytes.

    Fields that are not among `tells` stay empty in their place.
    """
    card = details.card
    fields = (
        card.identification[:3].hex().upper(),
        details.number,
        details.card_number,
        card.identification.hex().upper(),
        text(details.name),
        historical.hex().upper(),
        card.version,
        _date(details.issued),
        _date(card.expires),
        psam_terminal,
        device,
    )
    return "".join((_without_bar(field) if name in tells else "") + "|" for name, field in zip(FIELDS, fields))


async def read_card_bas(readers, kind, back_end=None, psam_terminal="", device=""):
    """(code, line) of the card on the contact or contactless reader of `readers` (either may be None).

        `kind` is FIELDS = (
        "region", "number", "card_number", "identification", "name", "historical", "version", "issued", "expires", "psam",
        "device",
    )  # fmt: skip

    CONTACT, CONTACTLESS, CONTACT_FIRST or CONTACTLESS_FIRST. With a code from NO_SAM to NO_LEVEL the line
        is partial: what the card shows without authentication.
    """
    for index in _ORDERS[kind]:
        reader = readers[index]
        channel = await reader.poll() if reader is not None else None
        if channel is not None:
            try:
                return await read_channel(channel, back_end, psam_terminal, device)
            except (CardLost, CardDataMalformed):
                return READ_FAILED, ""
            finally:
                await reader.release()
    return NO_CARD, ""


async def read_channel(channel, back_end=None, psam_terminal="", device=""):
    """The same of a card that lies there already. CardLost, CardDataMalformed."""
    details = await social_holder.read(channel, back_end)
    if details is None:
        return NOT_A_SOCIAL_CARD, ""
    return answer(details, channel.ats, psam_terminal, device)


def answer(details, ats, psam_terminal="", device="", tells=FIELDS):
    """(code, line) of the SocialDetails of a card with that answer to reset or select."""
    code = OK
    if details.card.partial:
        opening = details.card.opening
        code = _CODES.get(opening.failure, NO_READ_KEY) if opening is not None else NO_SAM
    return code, line(details, social_auth.historical_of(ats), psam_terminal, device, tells)


def _date(day):
    return "" if day is None else "%04d%02d%02d" % civil_from_days(day)


def _without_bar(field):
    """A bar inside of a field would move all fields behind it."""
    return field.replace("|", "")
