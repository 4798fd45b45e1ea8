"""What the operator page shows, read from the ledger, the operators' store and the registry."""

import asyncio
import time
from collections import namedtuple

from sqlalchemy import func, select

from headend.operator_fleet import standings
from headend.ports import Alarm
from headend.schema import doubles, findings, reader_of, records
from terminal import reasons
from terminal.civil_time import CHINA, DAY, civil
from terminal.media.credential import SCHEMES
from terminal.modes import MODES
from terminal.records import DEBITED, INTRUDED, KINDS, NOT_PASSED, PASSED, TAP

_MOST = 100
_MOST_ALARMS = 500

Line = namedtuple("Line", "terminal site contact_s mode queued lists list_age_s firmware bad late checks")
Tap = namedtuple("Tap", "time terminal kind reason fare scheme")


def fleet(db, issues, now=None):
    """[Line] of every terminal that ever reported, those in trouble first; `late`: not heard for five minutes;
    `checks`: as in its Standing, the clock's as a date.

    `issues`: {epoch: UTC seconds} of the lists that were published; `list_age_s` is None where the terminal's is not
    among them.
    """
    now = int(time.time()) if now is None else now
    sites = dict(db.execute("SELECT terminal, site FROM sites"))
    lines = []
    for standing in standings(db):
        issued = issues.get(max(standing.has.get("whitelist", 0), standing.has.get("delta", 0)))
        age = max(0, now - standing.contact)
        lists = ", ".join("%s %d" % item for item in sorted(standing.has.items()) if item[0] != "firmware")
        mode = MODES[standing.mode] if standing.mode < len(MODES) else str(standing.mode)
        bad = ", ".join(_fault(kind, *standing.bad[kind]) for kind in sorted(standing.bad))
        if standing.why:
            bad += ": " + standing.why
        lines.append(
            Line(
                standing.terminal, sites.get(standing.terminal, ""), age, mode, standing.queued, lists,
                None if issued is None else max(0, now - issued), standing.has.get("firmware"), bad, age > 300,
                [_readable(found) for found in standing.checks],
            )
        )  # fmt: skip
    return sorted(lines, key=_trouble_first)


def faulty(lines):
    """How many terminals' self-tests found something bad."""
    return sum(any(found.state == "bad" for found in line.checks) for line in lines)


def _trouble_first(line):
    return not line.late, not (line.bad or faulty([line])), line.mode == "in_service", line.terminal


def _readable(found):
    if found.code != "CLOCK" or not found.seen.isdecimal():
        return found
    return found._replace(seen="%04d-%02d-%02d %02d:%02d" % civil(int(found.seen))[:5])


def _fault(kind, code, version):
    return "%s %s %s" % (kind, version, code) if version is not None else "%s %s" % (kind, code)


def taps(database, token=None):
    """The newest Taps of the ledger, of everybody or of one permuted token."""
    columns = records.c.time, records.c.terminal, records.c.kind, records.c.reason, records.c.fare, records.c.scheme
    question = select(*columns).where(records.c.parked.is_(None)).limit(_MOST)
    if token is None:
        question = question.order_by(records.c.received.desc(), records.c.seq.desc())
    else:
        question = question.where(records.c.token == token).order_by(records.c.time.desc(), records.c.seq.desc())
    with reader_of(database).connect() as connection:
        return [
            Tap(row.time, row.terminal, KINDS[row.kind], reasons.key(row.reason), row.fare, SCHEMES.get(row.scheme, ""))
            for row in connection.execute(question)
        ]


def counts(database, db, now=None):
    """[(site, [(terminal, admitted, refused, passed, not passed, intruded)], totals)] of this day in China."""
    now = int(time.time()) if now is None else now
    fine = records.c.reason == 0
    question = (
        select(records.c.terminal, records.c.kind, fine, func.count())
        .where(records.c.day == (now + CHINA) // DAY, records.c.kind.in_((TAP, DEBITED, PASSED, NOT_PASSED, INTRUDED)))
        .group_by(records.c.terminal, records.c.kind, fine)
    )
    per_gate = {}
    with reader_of(database).connect() as connection:
        for terminal, kind, is_fine, count in connection.execute(question):
            column = {TAP: 0 if is_fine else 1, DEBITED: 0, PASSED: 2, NOT_PASSED: 3, INTRUDED: 4}[kind]
            per_gate.setdefault(terminal, [0, 0, 0, 0, 0])[column] += count
    sites = dict(db.execute("SELECT terminal, site FROM sites"))
    per_site = {}
    for terminal in sorted(per_gate):
        per_site.setdefault(sites.get(terminal, ""), []).append((terminal, *per_gate[terminal]))
    return [
        (site, gates, [sum(column) for column in list(zip(*gates, strict=True))[1:]])
        for site, gates in sorted(per_site.items())
    ]


async def alarms(log, database):
    """[Alarm], the newest first: what the log noticed, and what only the ledger can see."""
    noticed = await log.alarms()
    return sorted([*noticed, *await asyncio.to_thread(_ledger_alarms, database)], key=lambda a: -a.last_time)[
        :_MOST_ALARMS
    ]


def _ledger_alarms(database):
    place = "%d %d"
    other = select(doubles.c.terminal, doubles.c.journal, doubles.c.seq, doubles.c.received)
    unread = select(records.c.terminal, records.c.journal, records.c.seq, records.c.received).where(
        records.c.parked.is_not(None)
    )
    found = []
    with reader_of(database).connect() as connection:
        for kind, question in (("same seq, other content", other), ("unreadable record", unread)):
            for terminal, journal, seq, at in connection.execute(
                question.order_by(question.selected_columns[3].desc()).limit(_MOST_ALARMS)
            ):
                found.append(Alarm(terminal, kind, place % (journal, seq), at, at, 1))
        for row in connection.execute(select(findings).limit(_MOST_ALARMS)):
            found.append(Alarm(row.terminal, row.what, place % (row.journal, row.seq), row.night, row.night, 1))
    return found


def reach(db, kind, version):
    """(how many terminals hold this version or a newer one, of how many)."""
    fleet_now = standings(db)
    return sum(standing.has.get(kind, 0) >= version for standing in fleet_now), len(fleet_now)
