"""Lists as people keep them: CSV lines become the rows of a table.

Columns: scheme, number, class, status, valid_to. Numbers as printed or read: a purse's 19 or 20 digits, a social card's
identification code (32 hex digits), a ride code's card number (20 digits), an account (16 hex digits).
"""

import csv
import itertools
from datetime import date

from technician.errors import ListMalformed
from terminal.lists import STATUS_BLOCKED, STATUS_VALID
from terminal.media.credential import ACCOUNT_CODE, CLASSES, PURSE, RIDE_CODE, SCHEMES, SOCIAL_CARD, token_of

COLUMNS = ("scheme", "number", "class", "status", "valid_to")
STATUSES = {"valid": STATUS_VALID, "blocked": STATUS_BLOCKED}
RECORD_SIZE = 3
_SCHEMES = {name: number for number, name in SCHEMES.items()}
_CLASSES = {name: index for index, name in enumerate(CLASSES)}
_EPOCH = date(1970, 1, 1)
_DAYS = 1 << 16


def profiles():
    """The profile dictionary: 4 bytes a row (status, class, product, flags), statuses x classes."""
    return b"".join(bytes((status, index, 0, 0)) for status in STATUSES.values() for index in range(len(CLASSES)))


def rows(lines, most=20):
    """Yields (token, record) of each line of CSV. ListMalformed at the end names up to `most` bad lines."""
    faults = []
    reader = csv.reader(lines)
    try:
        head = next(reader, None)
        if head is None or tuple(name.strip() for name in head) != COLUMNS:
            raise ListMalformed("line 1: expected the columns %s" % ",".join(COLUMNS))
        for fields in reader:
            if not fields:
                continue
            try:
                yield _row(fields)
            except ValueError as fault:
                faults.append("line %d: %s" % (reader.line_num, fault))
                if len(faults) > most:
                    break
    except csv.Error as fault:
        faults.append("line %d: %s" % (reader.line_num, fault))
    except UnicodeDecodeError as fault:
        faults.append("after line %d: not UTF-8 (%s)" % (reader.line_num, fault.reason))
    if faults:
        more = "\nand more: put these right first" if len(faults) > most else ""
        raise ListMalformed("\n".join(faults[:most]) + more)


def duplicates(lines, most=20):
    """Texts "line N: as line M" for lines that name the same holder; takes memory for the whole list."""
    seen = {}
    reader = csv.reader(lines)
    next(reader)
    found = (
        "line %d: the same holder as line %d" % (reader.line_num, first)
        for token, first in (
            (token, seen.setdefault(token, reader.line_num)) for token, _ in map(_row, filter(None, reader))
        )
        if first != reader.line_num
    )
    return list(itertools.islice(found, most))


def identity_of(scheme, number):
    """The bytes under which a medium of `scheme` carries `number`; ValueError when it is none. Never echoes it."""
    if scheme == PURSE and len(number) == 19:
        number = "0" + number
    digits, size, what = {
        SOCIAL_CARD: ("0123456789ABCDEF", 32, "32 hex digits"),
        PURSE: ("0123456789", 20, "19 or 20 digits"),
        RIDE_CODE: ("0123456789", 20, "20 digits"),
        ACCOUNT_CODE: ("0123456789ABCDEF", 16, "16 hex digits"),
    }[scheme]
    if len(number) != size or set(number.upper()) - set(digits):
        raise ValueError("number of %d characters, a %s has %s" % (len(number), SCHEMES[scheme], what))
    return bytes.fromhex(number)


def _row(fields):
    if len(fields) != len(COLUMNS):
        raise ValueError("%d fields, expected %d" % (len(fields), len(COLUMNS)))
    scheme_name, number, class_name, status_name, valid_to = (field.strip() for field in fields)
    scheme = _known(_SCHEMES, scheme_name, "scheme")
    token = token_of(scheme, identity_of(scheme, number))
    holder_class = _known(_CLASSES, class_name, "class")
    status = _known(STATUSES, status_name, "status")
    profile = list(STATUSES.values()).index(status) * len(CLASSES) + holder_class
    return token, bytes((profile,)) + _day(valid_to).to_bytes(2, "little")


def _known(names, name, what):
    try:
        return names[name]
    except KeyError:
        raise ValueError("%s %r is not one of %s" % (what, name, ", ".join(names))) from None


def _day(text):
    """Last valid day since 1970-01-01, 0 for none given."""
    if not text:
        return 0
    try:
        day = (date.fromisoformat(text) - _EPOCH).days
    except ValueError:
        raise ValueError("valid_to %r is no date YYYY-MM-DD" % text) from None
    if not 0 < day < _DAYS:
        raise ValueError("valid_to %s is outside 1970-01-02 to 2149-06-06" % text)
    return day
