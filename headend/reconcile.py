"""The nightly look for what is missing or does not fit: numbers, doubles, and chains of records that end nowhere."""

import asyncio
import logging
import time
from collections import namedtuple

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from headend.errors import LedgerUnusable, NotStored
from headend.schema import asked, doubles, findings, insert_new, journals, records
from terminal.civil_time import CHINA, DAY
from terminal.records import DEBITED, DISCARDED, GREY, LOADED, LOADING, NOT_PASSED, PASSED, PENDING

MOST_TIMES = 3
_PATIENCE_S = 2 * 86400
_AT_S = 3 * 3600  # of the day in China: between the last train and the first
_log = logging.getLogger("gatepost.headend")
_CLOSING = (DEBITED, GREY, DISCARDED, LOADED)
_AFTER = (*_CLOSING, PASSED, NOT_PASSED)

Hole = namedtuple("Hole", "terminal journal first last")
Fault = namedtuple("Fault", "terminal journal seq kind what")

Report = namedtuple("Report", "asked given_up faults doubles parked")
"""`asked`, `given_up`: [Hole]; `faults`: [Fault] in chains; how many doubles and parked records there are."""


async def reconcile(database, projector, log, now):
    """Carries what waits, asks terminals for what is missing (three nights at most), and returns a Report.

    What nobody can put right by asking again stands in `findings` afterwards.
    """
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
    given_up = [hole for hole in holes if hole not in wanted]
    _keep(database, given_up, faults, now)
    return Report(wanted, given_up, faults, *counts)


async def nightly(database, projector, log, sleep=asyncio.sleep):
    """Reconciles each night at three in China, for ever; a night that fails is logged, and the next one comes."""
    while True:
        await sleep(DAY - (int(time.time()) + CHINA - _AT_S) % DAY)
        try:
            report = await reconcile(database, projector, log, int(time.time()))
        except (NotStored, LedgerUnusable, SQLAlchemyError) as error:
            _log.error("the night's reconciliation failed: %s", type(error).__name__)
            continue
        counts = len(report.asked), len(report.given_up), len(report.faults), report.doubles, report.parked
        _log.info("reconciled: %d ranges asked for, %d given up, %d faults, %d doubles, %d parked", *counts)


def _keep(database, given_up, faults, now):
    rows = [(hole.terminal, hole.journal, hole.first, "missing") for hole in given_up]
    rows += [(fault.terminal, fault.journal, fault.seq, fault.what) for fault in faults]
    with database.begin() as connection:
        connection.execute(delete(findings))
        names = "terminal", "journal", "seq", "what"
        insert_new(connection, findings, [{**dict(zip(names, row, strict=True)), "night": now} for row in rows])


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
