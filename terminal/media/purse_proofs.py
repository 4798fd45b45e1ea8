"""What the head-end's key service checks in purse records: does the TAC prove the debit or the load. Pure.

The master key stays with whoever runs this: terminals never hold it. A record knows its card only by a permuted token;
the caller brings the issuer and serial that belong to it.
"""

from terminal import records
from terminal.civil_time import card_time
from terminal.media import purse_keys
from terminal.media.purse_files import LOAD


def tac_of(record, master, issuer, serial):
    """The 4-byte TAC that the card of `issuer` (4 bytes) and `serial` (last 8 bytes) gives for a terminal.records.Record."""
    algorithm = record.algorithm
    key = purse_keys.diversify(master, issuer + b"\xff\xff\xff\xff", algorithm)
    key = purse_keys.diversify(key, serial, algorithm)
    when = card_time(record.time)
    if record.type == LOAD:
        counter = record.counter.to_bytes(2, "big")
        return purse_keys.load_tac(key, record.balance, counter, record.fare, LOAD, record.terminal, when, algorithm)
    return purse_keys.tac(key, record.fare, record.type, record.terminal, record.transaction, when, algorithm)


def is_proved(record, master, issuer, serial):
    """Whether the record's TAC proves it. False too for a record without TAC: one finished by the card's log alone."""
    if record.kind not in (records.DEBITED, records.LOADED, records.GREY) or record.tac == bytes(4):
        return False
    return purse_keys.same(record.tac, tac_of(record, master, issuer, serial))
