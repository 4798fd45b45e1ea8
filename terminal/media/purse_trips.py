"""The trip records of a China T-Union purse (JT/T 978): transit log 001E and interop records 001A."""

import struct
from collections import namedtuple

from micropython import const

from terminal.errors import CardDataMalformed
from terminal.media import apdu
from terminal.media.purse_files import enough, expect, hex_of, time_of, unwritten

# Interop record, status of a trip (001A offset 14).
IDLE = const(0)
ENTERED = const(1)
EXITED = const(2)

_TRIP_FILE = const(0x1A)
_RAIL_RECORDS = const((0x2701, 0x2712))
_RAIL = const(">HBBBB8sB2s2s8s8s8s8s8s8s7s7sIBBIII")
_BUS = const(">HBBBB8sB2s8sHHB8s8s7sIB2s8sHHB8s8s7sIH")
_TRANSIT = const(">B8sBHHHBII7s2s8s")

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


def parse_001e(data):
    """TransitEntry of one transit log record (48 bytes), or None when the record was never written."""
    enough("transit record", data, 42)
    if unwritten(data[:42]):
        return None
    f = struct.unpack_from(_TRANSIT, data)
    return TransitEntry(
        f[0],
        hex_of(f[1]),
        f[2],
        f[3],
        f[4],
        f[5],
        f[7],
        f[8],
        time_of("transit record", data, 25),
        hex_of(f[10]),
        hex_of(f[11]),
    )


def parse_001a(data):
    """RailTrip or BusTrip of one interop record (128 bytes), or None when the record was never written."""
    enough("interop record", data, 102)
    if unwritten(data[:102]):
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
            f[index] = hex_of(f[index])
    f[times[0]] = time_of("interop record", data, entered)
    f[times[1]] = time_of("interop record", data, left)
    return (RailTrip if rail else BusTrip)(*f)


async def find(channel, numbers):
    """(RailTrip or BusTrip, its 128 bytes) of the record with a trip that is not over, or else of the first one.

    `numbers` are the low bytes of the identifiers to look for; (None, None) when the card has none of them.
    """
    found = None, None
    for number in numbers:
        data, sw = await apdu.exchange(channel, apdu.read_record(number, _TRIP_FILE, 128))
        if sw != apdu.OK:
            continue
        trip = parse_001a(data)
        if trip is not None and trip.status == ENTERED:
            return trip, data
        if found[1] is None:
            found = trip, data
    return found


async def update_cache(channel, file, number, record):
    """Has the card write `record` together with the composite DEBIT that follows. `file` 1A or 1E, `number` its P1."""
    command = bytes((0x80, 0xDC, number, file << 3, len(record))) + record
    _, sw = await apdu.exchange(channel, command)
    expect("UPDATE CAPP DATA CACHE", sw)
