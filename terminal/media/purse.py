"""The transit purse of a card (JT/T 978): reading it, taking a fare, asking it afterwards what it did."""

from collections import namedtuple

from micropython import const

from terminal.civil_time import start_of_day
from terminal.errors import CardDataMalformed
from terminal.media import apdu, purse_files
from terminal.media.credential import ADULT, PROVED_NOTHING, PURSE, Credential, token_of
from terminal.media.purse_files import PURCHASE

_APPLICATION_FILE = const(0x15)
_TRANSIT_FILE = const(0x17)
_LOG_FILE = const(0x18)
_KEY_INDEX = const(1)
_ABSENT = (apdu.NOT_FOUND, 0x6D00, 0x6E00, apdu.CONDITIONS)

NATIONAL = "national"

Purse = namedtuple(
    "Purse",
    (
        "application",  # purse_files.Application
        "transit",  # purse_files.Transit, None when the card has no file 0017
        "balance",  # fen, negative while the overdraft is in use
        "available",  # fen that can be taken, overdraft included
        "last",  # purse_files.LogEntry of the newest log record, None when there is none
        "serial",  # the last 8 bytes of the serial: the card's factor of every key
        "issuer",  # the first 4 bytes of the issuer id
        "kind",  # NATIONAL or the name of a legacy city purse
        "trip",  # purse_trips.RailTrip or BusTrip, None when there is none or nobody asked
        "trip_record",  # its 128 bytes, None likewise
    ),
)

# The card's answer to INIT FOR PURCHASE (cards.md 2.6): what a PSAM needs, and the counter that tells tears apart.
Initialised = namedtuple("Initialised", "balance counter overdraft key_version algorithm random")


async def read(channel, kinds=(NATIONAL,), trips=()):
    """The Purse on the channel, the first one of `kinds` that is there; None when the card has none.

    `kinds` names NATIONAL and those of purse_kinds.LEGACY. `trips` are the records of file 001A to look into (low
    byte of their identifiers), () for gates that take their fare without looking back. CardLost, CardDataMalformed,
    PurseRefused (blocked).
    """
    fci, kind = await _select(channel, kinds)
    if kind is None:
        return None
    application = await _application(channel, fci)
    transit, sw = await apdu.exchange(channel, apdu.read_binary(_TRANSIT_FILE, 60))
    last = await log_entry(channel, 1)
    trip = trip_record = None
    if trips:
        from terminal.media import purse_trips

        trip, trip_record = await purse_trips.find(channel, trips)
    balance, available = await _balance(channel, kind)
    serial = application.serial
    return Purse(
        application,
        purse_files.parse_0017(transit) if sw == apdu.OK else None,
        balance,
        available,
        last,
        _bytes(serial[4:20]),
        _bytes(application.issuer),
        kind,
        trip,
        trip_record,
    )


async def _select(channel, kinds):
    """(FCI, its kind) of the first purse that is there, (b"", None) when none is."""
    for kind in kinds:
        if kind == NATIONAL:
            fci, sw = await apdu.exchange(channel, apdu.select_name(purse_files.PURSE_AID))
        else:
            from terminal.media import purse_kinds

            fci, sw = await purse_kinds.select(channel, kind, _ABSENT)
        if sw not in _ABSENT:
            purse_files.expect("SELECT of the purse", sw)
            return fci, kind
    return b"", None


async def _application(channel, fci):
    """The Application out of the FCI, or of file 0015 when the FCI is without it, as after SELECT by file identifier."""
    try:
        application = purse_files.parse_fci(fci).application
    except CardDataMalformed:
        application = None  # some city purses count their FCI wrongly; the file itself is sound
    if application is None:
        raw, sw = await apdu.exchange(channel, apdu.read_binary(_APPLICATION_FILE, 30))
        purse_files.expect("READ BINARY 0015", sw)
        application = purse_files.parse_0015(raw)
    return application


def credential_of(purse):
    """The Credential of a Purse: known by its serial, nothing proved until it pays."""
    application = purse.application
    return Credential(
        PURSE,
        token_of(PURSE, _bytes(application.serial)),
        application.issuer,
        application.city,
        ADULT if purse.transit is None else purse.transit.holder_class,
        0 if application.valid_from is None else start_of_day(application.valid_from),
        0 if application.valid_to is None else start_of_day(application.valid_to + 1),
        PROVED_NOTHING,
        purse.balance,
    )


async def log_entry(channel, number):
    """The LogEntry of log record `number` (1 is the newest), None when there is none or it cannot be read."""
    data, sw = await apdu.exchange(channel, apdu.read_record(number, _LOG_FILE, 23))
    if sw != apdu.OK:
        return None
    try:
        return purse_files.parse_0018(data)
    except CardDataMalformed:
        return None  # what a card once wrote badly does not make its money unusable


async def initialise(channel, amount, terminal, kind=PURCHASE):
    """Initialised for taking `amount` fen at `terminal` (6 bytes). PurseRefused: 9401 when it holds too little."""
    p1 = 1 if kind == PURCHASE else 3
    command = bytes((0x80, 0x50, p1, 0x02, 11, _KEY_INDEX)) + amount.to_bytes(4, "big") + terminal + b"\x0f"
    data, sw = await apdu.exchange(channel, command)
    purse_files.expect("INIT FOR PURCHASE", sw)
    if len(data) < 15:
        raise CardDataMalformed("answer to INIT FOR PURCHASE of %d bytes, expected 15" % len(data))
    return Initialised(
        int.from_bytes(data[0:4], "big") & 0x7FFFFFFF,
        int.from_bytes(data[4:6], "big"),
        int.from_bytes(data[6:9], "big"),
        data[9],
        data[10],
        bytes(data[11:15]),
    )


async def debit(channel, transaction, when, mac1):
    """(TAC 4, MAC2 4) of the debit. CardLost here is the tear: the card may or may not have paid."""
    command = b"\x80\x54\x01\x00\x0f" + transaction + when + mac1 + b"\x08"
    data, sw = await apdu.exchange(channel, command)
    purse_files.expect("DEBIT", sw)
    if len(data) < 8:
        raise CardDataMalformed("answer to DEBIT of %d bytes, expected 8" % len(data))
    return bytes(data[:4]), bytes(data[4:8])


async def prove(channel, kind, counter):
    """(TAC 4, MAC2 4) of the transaction that left the offline counter at `counter`; None when the card cannot say."""
    command = bytes((0x80, 0x5A, 0x00, kind, 2)) + counter.to_bytes(2, "big") + b"\x08"
    data, sw = await apdu.exchange(channel, command)
    if sw != apdu.OK or len(data) < 8:
        return None
    return bytes(data[4:8]), bytes(data[:4])


async def _balance(channel, kind):
    """(balance, available) in fen."""
    raw, sw = await apdu.exchange(channel, b"\x80\x5c\x00\x02\x04")
    purse_files.expect("GET BALANCE", sw)
    available = purse_files.parse_balance(raw)
    if kind != NATIONAL:
        from terminal.media import purse_kinds

        if not purse_kinds.sane(available):
            raise CardDataMalformed("balance of a %s purse out of range: it is none of this table's" % kind)
        return available, available
    limit, sw = await apdu.exchange(channel, b"\x80\x5c\x01\x02\x04")
    return (purse_files.parse_balance(raw, limit) if sw == apdu.OK else available), available


def _bytes(digits):
    return bytes(int(digits[at : at + 2], 16) for at in range(0, len(digits), 2))
