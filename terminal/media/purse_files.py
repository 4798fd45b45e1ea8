"""The files of a China T-Union purse (JT/T 978): bytes in, named tuples out.

Every parser raises CardDataMalformed for short or impossible data and never shows a holder's number in its text.
Amounts are fen; dates are days since 1970-01-01, None where the card has none; times are UTC seconds, 0 likewise.
"""

import struct
from binascii import hexlify
from collections import namedtuple

from micropython import const

from terminal.civil_time import day_of_bcd, start_of_day
from terminal.errors import CardDataMalformed
from terminal.media import tlv
from terminal.media.credential import ADULT, CLASSES

PURSE_AID = b"\xa0\x00\x00\x06\x32\x01\x01\x05"

LOAD = const(0x02)
PURCHASE = const(0x06)
COMPOSITE = const(0x09)

# Interop record, status of a trip (001A offset 14).
IDLE = const(0)
ENTERED = const(1)
EXITED = const(2)

_TEMPLATE, _NAME, _PROPRIETARY = const(0x6F), const(0x84), const(0xA5)
_LABEL, _VERSION, _PUBLIC = const(0x50), const(0x9F08), const(0x9F0C)
_RAIL_RECORDS = (0x2701, 0x2712)
_RAIL = ">HBBBB8sB2s2s8s8s8s8s8s8s7s7sIBBIII"
_BUS = ">HBBBB8sB2s8sHHB8s8s7sIB2s8sHHB8s8s7sIH"
_TRANSIT = ">B8sBHHHBII7s2s8s"

Fci = namedtuple("Fci", "name label version application")
Application = namedtuple("Application", "issuer city type version serial number valid_from valid_to custom")
Transit = namedtuple("Transit", "country province city interoperable card_type holder_class")
LogEntry = namedtuple("LogEntry", "counter overdraft amount type terminal time")
TransitEntry = namedtuple(
    "TransitEntry", "type terminal industry line station operator amount balance time city acquirer"
)
RailTrip = namedtuple(
    "RailTrip",
    "id valid interop_type locked serial status entry_city exit_city entry_operator exit_operator entry_station "
    "exit_station entry_terminal exit_terminal entry_time exit_time most entry_line exit_line entry_amount "
    "entry_balance amount",
)
BusTrip = namedtuple(
    "BusTrip",
    "id valid interop_type locked serial status entry_city entry_issuer entry_operator entry_line entry_stop "
    "entry_vehicle entry_terminal entry_time most direction exit_city exit_issuer exit_operator exit_line exit_stop "
    "exit_vehicle exit_terminal exit_time amount distance",
)


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
    _enough("file 0015", data, 30)
    serial = _hex(data[10:20])
    if not serial.isdigit():
        raise CardDataMalformed("file 0015 offset 10: the serial is not decimal")
    return Application(
        issuer=_hex(data[0:4]),
        city=_hex(data[2:4]),
        type=data[8],
        version=data[9],
        serial=serial,
        number=serial[1:],
        valid_from=_day("file 0015", data, 20),
        valid_to=_day("file 0015", data, 24),
        custom=_hex(data[28:30]),
    )


def parse_0017(data):
    """Transit of file 0017 (60 bytes). A card type that is not known travels as an adult."""
    _enough("file 0017", data, 11)
    kind = data[10]
    holder = CLASSES[kind - 1] if 1 <= kind <= 5 else ADULT
    return Transit(_hex(data[0:4]), _hex(data[4:6]), _hex(data[6:8]), data[8:10] != b"\0\0", kind, holder)


def parse_0018(data):
    """LogEntry of one purse log record (23 bytes), or None when the record was never written."""
    _enough("log record", data, 23)
    if _unwritten(data[:23]):
        return None
    return LogEntry(
        int.from_bytes(data[0:2], "big"),
        int.from_bytes(data[2:5], "big"),
        int.from_bytes(data[5:9], "big"),
        data[9],
        _hex(data[10:16]),
        _time("log record", data, 16),
    )


def parse_001e(data):
    """TransitEntry of one transit log record (48 bytes), or None when the record was never written."""
    _enough("transit record", data, 42)
    if _unwritten(data[:42]):
        return None
    f = struct.unpack_from(_TRANSIT, data)
    return TransitEntry(
        f[0],
        _hex(f[1]),
        f[2],
        f[3],
        f[4],
        f[5],
        f[7],
        f[8],
        _time("transit record", data, 25),
        _hex(f[10]),
        _hex(f[11]),
    )


def parse_001a(data):
    """RailTrip or BusTrip of one interop record (128 bytes), or None when the record was never written."""
    _enough("interop record", data, 102)
    if _unwritten(data[:102]):
        return None
    rail = int.from_bytes(data[0:2], "big") in _RAIL_RECORDS
    f = list(struct.unpack_from(_RAIL if rail else _BUS, data))
    if f[2] != 1 and f[2] != 0:
        raise CardDataMalformed("interop record offset 3: valid flag %02X, expected 00 or 01" % f[2])
    del f[1]  # the length byte says nothing the file did not say
    entered, left = (67, 74) if rail else (46, 89)
    times = (14, 15) if rail else (13, 23)
    for index in range(len(f)):
        if isinstance(f[index], bytes):
            f[index] = _hex(f[index])
    f[times[0]] = _time("interop record", data, entered)
    f[times[1]] = _time("interop record", data, left)
    return (RailTrip if rail else BusTrip)(*f)


def parse_balance(available, limit=bytes(4)):
    """Fen on the purse, negative when overdrawn, from the GET BALANCE answers for P1=00 and P1=01 (4 bytes each).

    Bit 31 is masked: some legacy purses set it always.
    """
    _enough("balance", available, 4)
    _enough("overdraft limit", limit, 4)
    return (int.from_bytes(available[:4], "big") & 0x7FFFFFFF) - (int.from_bytes(limit[:4], "big") & 0x7FFFFFFF)


def _enough(name, data, size):
    if len(data) < size:
        raise CardDataMalformed("%s of %d bytes, expected at least %d" % (name, len(data), size))


def _hex(data):
    return hexlify(data).decode().upper()


def _unwritten(data):
    return data == bytes(len(data)) or data == b"\xff" * len(data)


def _day(name, data, offset):
    """Days since 1970-01-01, None where the card has no date."""
    date = data[offset : offset + 4]
    day = day_of_bcd(date)
    if day is None and not _unwritten(date):
        raise CardDataMalformed("%s offset %d: %s is no date YYYYMMDD" % (name, offset, _hex(date)))
    return day


def _time(name, data, offset):
    day = _day(name, data, offset)
    if day is None:
        return 0
    text = _hex(data[offset + 4 : offset + 7])
    if not text.isdigit() or not (text[0:2] < "24" and text[2:4] < "60" and text[4:6] < "60"):
        raise CardDataMalformed("%s offset %d: %s is no time hhmmss" % (name, offset + 4, text))
    return start_of_day(day) + int(text[0:2]) * 3600 + int(text[2:4]) * 60 + int(text[4:6])
