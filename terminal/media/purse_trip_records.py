"""Trip records to be written with a composite purchase (JT/T 978): file 001A and the transit log 001E.

Loaded by gates that take a fare between entry and exit. Each function gives the `trip` of terminal.charge: a tuple of
(short file id, P1, record) that the card writes together with the DEBIT or not at all.
"""

import struct
from binascii import unhexlify
from collections import namedtuple

from micropython import const

from terminal.errors import SettingsInvalid
from terminal.media.purse_trips import ENTERED, EXITED

RAIL = const(0x01)  # P1 and low byte of identifier 2701
RAIL_LONG_DISTANCE = const(0x12)  # 2712

# Types of transit log records (001E offset 0) of the purse.
ENTRY = const(0x03)
EXIT = const(0x04)
SINGLE = const(0x06)
FARE_TOP_UP = const(0x08)
LOADED = const(0x0A)

_TRIP_FILE = const(0x1A)
_TRANSIT_FILE = const(0x1E)
_INTEROP_SEGMENTED = const(1)
_VALID = const(1)
_BODY = const(125)  # 7D, the length byte of every record
_TRIP_SIZE = const(128)
_TRANSIT = const(">B8sBHHHBII7s2s8s6s")

# Where a trip takes place: city and acquirer as the card's files write them, 2 and 8 bytes; terminal 8 bytes BCD;
# station 8 bytes (rail) or the stop's number (bus, one byte at the end of it); numbers are ints.
Place = namedtuple("Place", "city acquirer terminal station vehicle industry operator line stop direction")

_SIZES = const((("city", 2), ("acquirer", 8), ("terminal", 8), ("station", 8), ("vehicle", 8)))
_LIMITS = const((("industry", 0xFF), ("operator", 0xFFFF), ("line", 0xFFFF), ("stop", 0xFFFF), ("direction", 0xFF)))


def place_of(facts):
    """The Place of settings: hex texts (vehicle: ASCII) and numbers; what is absent is zero. SettingsInvalid."""
    values = []
    for name, size in _SIZES:
        given = facts.get(name, "")
        value = given.encode() if name == "vehicle" else _hex(name, given)
        if len(value) > size:
            raise SettingsInvalid("place %s has %d bytes: expected at most %d" % (name, len(value), size))
        values.append(value + bytes(size - len(value)) if name == "vehicle" else bytes(size - len(value)) + value)
    for name, limit in _LIMITS:
        number = facts.get(name, 0)
        if not isinstance(number, int) or not 0 <= number <= limit:
            raise SettingsInvalid("place %s is %r: expected a number from 0 to %d" % (name, number, limit))
        values.append(number)
    return Place(*values)


def enter_rail(purse, place, when, most=0, number=RAIL):
    """The trip that begins at a rail entry; `when` 7 BCD bytes, `most` the highest fare in fen, 0 when not known."""
    record = _blank(purse.trip_record, number, purse.serial)
    record[14] = ENTERED
    record[15:17] = place.city
    record[19:27] = place.acquirer
    record[35:43] = place.station
    record[51:59] = place.terminal
    record[67:74] = when
    struct.pack_into(">I", record, 81, most)
    record[85] = place.line & 0xFF
    struct.pack_into(">i", record, 91, purse.balance)  # an entry takes nothing: 87-90 stay zero
    return _trip(number, record, place, ENTRY, 0, purse.balance, when)


def leave_rail(purse, place, when, amount, number=RAIL):
    """The trip that ends at a rail exit for `amount` fen; the entry's part stays as the card has it."""
    record = _continued(purse.trip_record)
    record[14] = EXITED
    record[17:19] = place.city
    record[27:35] = place.acquirer
    record[43:51] = place.station
    record[59:67] = place.terminal
    record[74:81] = when
    record[86] = place.line & 0xFF
    struct.pack_into(">I", record, 95, amount)
    return _trip(number, record, place, EXIT, amount, purse.balance - amount, when)


def board_bus(purse, place, when, number, most):
    """The trip that begins on boarding a bus; `most` is the fare that an alighting without a tap costs later."""
    record = _blank(purse.trip_record, number, purse.serial)
    record[14] = ENTERED
    record[15:17] = place.city
    record[17:25] = place.acquirer
    struct.pack_into(">HHB", record, 25, place.operator, place.line, place.stop & 0xFF)
    record[30:38] = place.vehicle
    record[38:46] = place.terminal
    record[46:53] = when
    struct.pack_into(">IB", record, 53, most, place.direction)
    return _trip(number, record, place, ENTRY, 0, purse.balance, when)


def alight_bus(purse, place, when, number, amount, distance=0):
    """The trip that ends on alighting, for `amount` fen over `distance` (units of the operator)."""
    record = _continued(purse.trip_record)
    record[14] = EXITED
    record[58:60] = place.city
    record[60:68] = place.acquirer
    struct.pack_into(">HHB", record, 68, place.operator, place.line, place.stop & 0xFF)
    record[73:81] = place.vehicle
    record[81:89] = place.terminal
    record[89:96] = when
    struct.pack_into(">IH", record, 96, amount, distance)
    return _trip(number, record, place, EXIT, amount, purse.balance - amount, when)


def single(purse, place, when, amount):
    """A ride without an exit, written into the transit log only."""
    return (_log(place, SINGLE, amount, purse.balance - amount, when),)


def _trip(number, record, place, kind, amount, balance, when):
    return (_TRIP_FILE, number, bytes(record)), _log(place, kind, amount, balance, when)


def _log(place, kind, amount, balance, when):
    """A record of the transit log 001E, 48 bytes."""
    record = struct.pack(
        _TRANSIT, kind, place.terminal, place.industry, place.line, place.stop, place.operator, 0, amount,
        balance & 0xFFFFFFFF, when, place.city, place.acquirer, bytes(6),
    )  # fmt: skip
    return _TRANSIT_FILE, 0, record


def _blank(record, number, serial):
    """128 bytes with the card's own identifier and nothing of an earlier trip."""
    identifier = bytes(record[:2]) if record and record[0] not in (0, 0xFF) else bytes((0x27, number))
    head = identifier + bytes((_BODY, _VALID, _INTEROP_SEGMENTED, 0)) + serial
    return bytearray(head + bytes(_TRIP_SIZE - len(head)))


def _continued(record):
    """The card's record, to be completed."""
    if record is None or len(record) != _TRIP_SIZE:
        raise ValueError("no trip record of 128 bytes was read from this card: there is nothing to complete")
    return bytearray(record)


def _hex(name, text):
    try:
        return unhexlify(text)
    except ValueError:
        raise SettingsInvalid("place %s is not hex: expected two digits for each byte" % name)
