"""The shifts of pads: what each SHIFT record says, beside what the ledger's own records of that shift come to."""

from collections import namedtuple

from sqlalchemy import select

from headend.schema import records
from terminal.records import DEBITED, GREY, IN_CASH, RECOVERED, REFUND, SHIFT, TAP, VOID, unpack

Shift = namedtuple("Shift", "terminal journal seq time count net agrees missing")
"""`count` and `net` (fen) as the pad said; `agrees`: the ledger says the same; `missing`: records of it not here yet."""


def shifts(database, day):
    """The Shifts that ended on `day` (since 1970-01-01 in China), by terminal, journal and number."""
    with database.connect() as connection:
        ended = select(records).where(records.c.day == day, records.c.kind == SHIFT).order_by(*records.primary_key)
        return [_shift(connection, row) for row in connection.execute(ended).all()]


def _shift(connection, row):
    said = unpack(bytes(row.payload))
    mine = (records.c.terminal == row.terminal) & (records.c.journal == row.journal)
    within = (records.c.seq > said.ref) & (records.c.seq < row.seq)
    columns = [records.c[name] for name in ("kind", "flags", "reason", "fare", "ref", "span")]
    count = net = numbers = 0
    debits = set()
    for kind, flags, reason, fare, ref, span in connection.execute(select(*columns).where(mine, within)):
        numbers += span
        if kind in (VOID, REFUND) and not flags & IN_CASH:
            net -= fare
        elif kind == TAP and reason == 0:
            count, net = count + 1, net + fare
        elif (kind == DEBITED or kind == GREY and flags & RECOVERED) and ref not in debits:
            debits.add(ref)
            count, net = count + 1, net + fare
    missing = row.seq - said.ref - 1 - numbers
    agrees = not missing and (said.counter, said.balance) == (count & 0xFFFF, net)
    return Shift(row.terminal, row.journal, row.seq, row.time, said.counter, said.balance, agrees, missing)
