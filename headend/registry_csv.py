"""Cards and entitlements as people keep them: CSV lines, read whole or refused with line and reason.

Columns: scheme, number, class, status, valid_to, and if wished product (the number of a pass the tariff knows). Numbers
as printed or read: a purse's 19 or 20 digits, a social card's identification code (32 hex digits), a ride code's card
number (20 digits), an account (16 hex digits). A refusal never repeats a number.
"""

import csv
from collections import namedtuple
from datetime import date

from headend.errors import ImportRefused
from terminal.lists import STATUS_BLOCKED, STATUS_VALID
from terminal.media.credential import ACCOUNT_CODE, CLASSES, PURSE, RIDE_CODE, SCHEMES, SOCIAL_CARD, token_of

COLUMNS = ("scheme", "number", "class", "status", "valid_to")
HEADS = (COLUMNS, (*COLUMNS, "product"))
STATUSES = {"valid": STATUS_VALID, "blocked": STATUS_BLOCKED}
_SCHEMES = {name: scheme for scheme, name in SCHEMES.items()}
_CLASSES = {name: index for index, name in enumerate(CLASSES)}
_DECIMAL, _HEX = "0123456789", "0123456789ABCDEF"
# Scheme: its digits, how many, and how a person says that.
_NUMBERS = {
    SOCIAL_CARD: (_HEX, 32, "32 hex digits"),
    PURSE: (_DECIMAL, 20, "19 or 20 digits"),
    RIDE_CODE: (_DECIMAL, 20, "20 digits"),
    ACCOUNT_CODE: (_HEX, 16, "16 hex digits"),
}
_EPOCH = date(1970, 1, 1)
_DAYS = 1 << 16
_MOST_FAULTS = 20

Card = namedtuple("Card", "token scheme holder_class status expiry_day product")
"""`expiry_day`: last valid day since 1970-01-01, 0 for none; `product`: a pass of the tariff, 0 for none."""


def token_of_number(scheme_name, number):
    """The 16-byte token of a printed number; ValueError says what is wrong without repeating it."""
    scheme = _known(_SCHEMES, scheme_name, "scheme")
    number = "".join(number.split()).upper()
    if scheme == PURSE and len(number) == 19:
        number = "0" + number
    digits, size, what = _NUMBERS[scheme]
    if len(number) != size or set(number) - set(digits):
        raise ValueError("number of %d characters, a %s has %s" % (len(number), scheme_name, what))
    return token_of(scheme, bytes.fromhex(number))


def cards_in(lines, heads=HEADS):
    """Yields (line, Card, None), or (line, None, what is wrong), of each line of CSV text under one of `heads`.

    A wrong head, and text that is no CSV or no UTF-8, are the last thing it yields.
    """
    reader = csv.reader(lines)
    try:
        head = tuple(name.strip() for name in next(reader, ()))
        if head not in heads:
            wanted = "the columns %s" % ",".join(COLUMNS) + (" and if wished product" if len(heads) > 1 else "")
            yield "line 1", None, "expected %s" % wanted
            return
        for fields in filter(None, reader):
            place = "line %d" % reader.line_num
            try:
                yield place, _card(fields, len(head)), None
            except ValueError as fault:
                yield place, None, str(fault)
    except csv.Error as fault:
        yield "line %d" % reader.line_num, None, str(fault)
    except UnicodeDecodeError as fault:
        yield "after line %d" % reader.line_num, None, "not UTF-8 (%s)" % fault.reason


def read_cards(lines):
    """[Card] of all lines of CSV text. ImportRefused names up to 20 bad or doubled lines."""
    cards, faults, seen = [], [], {}
    for place, card, fault in cards_in(lines):
        if card is not None and seen.setdefault(card.token, place) != place:
            fault = "the same holder as %s" % seen[card.token]
        if fault is None:
            cards.append(card)
        else:
            faults.append("%s: %s" % (place, fault))
    if faults:
        more = ["and %d more: nothing was taken" % (len(faults) - _MOST_FAULTS)] if len(faults) > _MOST_FAULTS else []
        raise ImportRefused("\n".join(faults[:_MOST_FAULTS] + more))
    return cards


def _card(fields, columns):
    if len(fields) != columns:
        raise ValueError("%d fields, expected %d" % (len(fields), columns))
    scheme, number, class_name, status, valid_to, *product = (field.strip() for field in fields)
    token = token_of_number(scheme, number)
    return Card(
        token, _SCHEMES[scheme], _known(_CLASSES, class_name, "class"), _known(STATUSES, status, "status"),
        _day(valid_to), _product(product[0] if product else ""),
    )  # fmt: skip


def _known(names, name, what):
    if name not in names:
        raise ValueError("%s %r is not one of %s" % (what, name[:20], ", ".join(names)))
    return names[name]


def _day(text):
    if not text:
        return 0
    try:
        day = (date.fromisoformat(text) - _EPOCH).days
    except ValueError:
        raise ValueError("valid_to '%s' is no date YYYY-MM-DD" % text) from None
    if not 0 < day < _DAYS:
        raise ValueError("valid_to %s is outside 1970-01-02 to 2149-06-06" % text)
    return day


def _product(text):
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:4]) < 256:
        raise ValueError("product is no number from 1 to 255")
    return int(text)
