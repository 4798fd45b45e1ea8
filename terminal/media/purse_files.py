"""The files of a China T-Union purse (JT/T 978): bytes in, named tuples out.

Every parser raises CardDataMalformed for short or impossible data and never shows a holder's number in its text.
Amounts are fen; dates are days since 1970-01-01, None where the card has none; times are UTC seconds, 0 likewise.
"""

from binascii import hexlify
from collections import namedtuple

from micropython import const

from terminal.civil_time import day_of_bcd, start_of_day
from terminal.errors import CardDataMalformed, PurseRefused
from terminal.media import apdu, tlv
from terminal.media.credential import ADULT, CLASSES

PURSE_AID = b"\xa0\x00\x00\x06\x32\x01\x01\x05"

LOAD = const(0x02)
PURCHASE = const(0x06)
COMPOSITE = const(0x09)

_TEMPLATE, _NAME, _PROPRIETARY = const(0x6F), const(0x84), const(0xA5)
_LABEL, _VERSION, _PUBLIC = const(0x50), const(0x9F08), const(0x9F0C)
Fci = namedtuple("Fci", "name label version application")
Application = namedtuple("Application", "issuer city type version serial number valid_from valid_to custom")
Transit = namedtuple("Transit", "country province city interoperable card_type holder_class")
LogEntry = namedtuple("LogEntry", "counter overdraft amount type terminal time")


def parse_fci(data):
    """Fci of the answer to SELECT; `application` is None when the card keeps file 0015 out of it (no tag 9F0C)."""
    name = tlv.find(data, _TEMPLATE, _NAME)
    if name is None:
        raise CardDataMalformed("FCI without an application name (6F/84)")
    label = tlv.find(data, _TEMPLATE, _PROPRIETARY, _LABEL)
    version = tlv.find(data, _TEMPLATE, _PROPRIETARY, _VERSION)
    public = tlv.find(data, _TEMPLATE, _PROPRIETARY, _PUBLIC)
    return Fci(name, label, version, None if public is None else parse_0015(public))


def parse_0015(data):
    """Application of file 0015 (30 bytes): who issued the purse, its number, its first and last valid day."""
    enough("file 0015", data, 30)
    serial = hex_of(data[10:20])
    if not serial.isdigit():
        raise CardDataMalformed("file 0015 offset 10: the serial is not decimal")
    return Application(
        issuer=hex_of(data[0:4]),
        city=hex_of(data[2:4]),
        type=data[8],
        version=data[9],
        serial=serial,
        number=serial[1:],
        valid_from=_day("file 0015", data, 20),
        valid_to=_day("file 0015", data, 24),
        custom=hex_of(data[28:30]),
    )


def parse_0017(data):
    """Transit of file 0017 (60 bytes). A card type that is not known travels as an adult."""
    enough("file 0017", data, 11)
    kind = data[10]
    holder = CLASSES[kind - 1] if 1 <= kind <= 5 else ADULT
    return Transit(hex_of(data[0:4]), hex_of(data[4:6]), hex_of(data[6:8]), data[8:10] != b"\0\0", kind, holder)


def parse_0018(data):
    """LogEntry of one purse log record (23 bytes), or None when the record was never written."""
    enough("log record", data, 23)
    if unwritten(data[:23]):
        return None
    return LogEntry(
        int.from_bytes(data[0:2], "big"),
        int.from_bytes(data[2:5], "big"),
        int.from_bytes(data[5:9], "big"),
        data[9],
        hex_of(data[10:16]),
        time_of("log record", data, 16),
    )


def parse_balance(available, limit=bytes(4)):
    """Fen on the purse, negative when overdrawn, from the GET BALANCE answers for P1=00 and P1=01 (4 bytes each).

    Bit 31 is masked: some legacy purses set it always.
    """
    enough("balance", available, 4)
    enough("overdraft limit", limit, 4)
    return (int.from_bytes(available[:4], "big") & 0x7FFFFFFF) - (int.from_bytes(limit[:4], "big") & 0x7FFFFFFF)


def enough(name, data, size):
    if len(data) < size:
        raise CardDataMalformed("%s of %d bytes, expected at least %d" % (name, len(data), size))


def hex_of(data):
    return hexlify(data).decode().upper()


def unwritten(data):
    return data == bytes(len(data)) or data == b"\xff" * len(data)


def _day(name, data, offset):
    """Days since 1970-01-01, None where the card has no date."""
    date = data[offset : offset + 4]
    day = day_of_bcd(date)
    if day is None and not unwritten(date):
        raise CardDataMalformed("%s offset %d: %s is no date YYYYMMDD" % (name, offset, hex_of(date)))
    return day


def time_of(name, data, offset):
    day = _day(name, data, offset)
    if day is None:
        return 0
    text = hex_of(data[offset + 4 : offset + 7])
    if not text.isdigit() or not (text[0:2] < "24" and text[2:4] < "60" and text[4:6] < "60"):
        raise CardDataMalformed("%s offset %d: %s is no time hhmmss" % (name, offset + 4, text))
    return start_of_day(day) + int(text[0:2]) * 3600 + int(text[2:4]) * 60 + int(text[4:6])


def expect(step, sw):
    """PurseRefused, naming the step, for any status word but 9000."""
    if sw != apdu.OK:
        raise PurseRefused(step, sw)
