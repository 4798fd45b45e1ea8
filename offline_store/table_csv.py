"""Host only: rows of a table from CSV: token in hexadecimal, profile 0-255, last valid day (YYYY-MM-DD or empty)."""

import csv
import datetime
import struct

from .errors import RowError

COLUMNS = ("token", "profile", "expiry")
_EPOCH = datetime.date(1970, 1, 1).toordinal()


def read_csv(path):
    """Yields (token of 16 bytes, 3-byte record) of a CSV with the header token,profile,expiry.

    RowError names the line and the reason; tokens shorter than 16 bytes are padded with zeros behind.
    """
    with open(path, newline="", encoding="utf-8-sig") as file:
        lines = csv.reader(file)
        head = next(lines, None)
        if head is None or tuple(name.strip() for name in head) != COLUMNS:
            raise RowError("line 1: the first line is %r, expected %r" % (",".join(head or ()), ",".join(COLUMNS)))
        for fields in lines:
            try:
                yield _row(fields)
            except ValueError as error:
                raise RowError("line %d: %s; nothing was built" % (lines.line_num, error)) from None


def _row(fields):
    if len(fields) != len(COLUMNS):
        raise ValueError("%d columns, expected %d" % (len(fields), len(COLUMNS)))
    text, profile, expiry = (field.strip() for field in fields)
    try:
        token = bytes.fromhex(text)
    except ValueError:
        raise ValueError("the token is not hexadecimal") from None
    if not 1 <= len(token) <= 16:
        raise ValueError("the token has %d bytes, 1 to 16 are possible" % len(token))
    if not (profile.isascii() and profile.isdigit()) or int(profile) > 255:
        raise ValueError("profile %r is no number from 0 to 255" % profile)
    day = 0
    if expiry:
        try:
            day = datetime.date.fromisoformat(expiry).toordinal() - _EPOCH
        except ValueError:
            raise ValueError("expiry %r is no date like 2027-12-31" % expiry) from None
        if not 0 < day < 65535:
            raise ValueError("expiry %s cannot be kept: 1970-01-02 to 2149-06-05" % expiry)
    record = struct.pack("<BH", int(profile), day)
    if record == b"\xff\xff\xff":
        raise ValueError("profile 255 with the last possible day is reserved")
    return token + bytes(16 - len(token)), record
