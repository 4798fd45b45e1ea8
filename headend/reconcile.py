"""The nightly look for what is missing or does not fit: numbers, doubles, and chains of records that end nowhere."""

from collections import namedtuple

from sqlalchemy import exists, func, select, update

from headend.schema import asked, doubles, insert_new, journals, records
from terminal.records import DEBITED, DISCARDED, GREY, LOADED, LOADING, NOT_PASSED, PASSED, PENDING

MOST_TIMES = 3
_PATIENCE_S = 2 * 86400
_CLOSING = (DEBITED, GREY, DISCARDED, LOADED)
_AFTER = (*_CLOSING, PASSED, NOT_PASSED)

Hole = namedtuple("Hole", "terminal journal first last")
Fault = namedtuple("Fault", "terminal journal seq kind what")

Report = namedtuple("Report", "asked given_up faults doubles parked")
"""`asked`, `given_up`: [Hole]; `faults`: [Fault] in chains; how many doubles and parked records there are."""


async def reconcile(database, projector, log, now):
    """Carries what waits, asks terminals for what is missing (three nights at most), and returns a Report."""
    await projector.catch_up()
    with database.connect() as connection:
        holes = find_holes(connection)
        times = {Hole(*row[:4]): row.times for row in connection.execute(select(asked))}
        faults = find_faults(connection, now)
        counts = (
            connection.execute(select(func.count()).select_from(doubles)).scalar(),
            connection.execute(select(func.count()).select_from(records).where(records.c.parked.is_not(None))).scalar(),
        )
    wanted = [hole for hole in holes if times.get(hole, 0) < MOST_TIMES]
    for hole in wanted:
        await log.ask_again(*hole)
        _count(database, hole)
    return Report(wanted, [hole for hole in holes if hole not in wanted], faults, *counts)


def _count(database, hole):
    with database.begin() as connection:
        insert_new(connection, asked, [{**hole._asdict(), "times": 0}])
        connection.execute(update(asked).where(*_is(asked, hole)).values(times=asked.c.times + 1))


def _is(table, hole):
    return [table.c[name] == value for name, value in hole._asdict().items()]


def find_holes(connection):
    """[Hole] below the high-water marks of all journals."""
    lacking = journals.c.highest - journals.c.first + 1 != journals.c.numbers
    holes = []
    for terminal, journal in connection.execute(select(journals.c.terminal, journals.c.journal).where(lacking)).all():
        before = func.lag(records.c.seq).over(order_by=records.c.seq).label("before")
        start = (records.c.seq - records.c.span + 1).label("start")
        rows = select(before, start).where(records.c.terminal == terminal, records.c.journal == journal).subquery()
        gaps = select(rows.c.before + 1, rows.c.start - 1).where(rows.c.start > rows.c.before + 1)
        holes += [Hole(terminal, journal, *gap) for gap in connection.execute(gaps.order_by(rows.c.start))]
    return holes


def find_faults(connection, now):
    """[Fault] in chains: a debit that nobody closed in two days, one closed twice, an answer to nothing."""
    mine, other = records.alias("mine"), records.alias("other")
    same = (mine.c.terminal == other.c.terminal) & (mine.c.journal == other.c.journal)
    closed = exists().where(same, other.c.ref == mine.c.seq, other.c.kind.in_(_CLOSING))
    started = exists().where(same, other.c.seq == mine.c.ref)
    earlier = exists().where(same, other.c.ref == mine.c.ref, other.c.kind == DEBITED, other.c.seq < mine.c.seq)
    first_said = mine.c.kind.in_((PENDING, LOADING)) & (mine.c.ref == 0)
    conditions = (
        ("open", first_said & (mine.c.time < now - _PATIENCE_S) & ~closed),
        ("paid twice", (mine.c.kind == DEBITED) & (mine.c.ref != 0) & earlier),
        ("answers nothing", mine.c.kind.in_(_AFTER) & (mine.c.ref != 0) & ~started),
    )
    faults = []
    for what, condition in conditions:
        question = select(mine.c.terminal, mine.c.journal, mine.c.seq, mine.c.kind).where(condition)
        faults += [Fault(*row, what) for row in connection.execute(question.order_by(*question.selected_columns))]
    return faults
