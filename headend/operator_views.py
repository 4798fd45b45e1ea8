"""What the operator page shows, read from the log, the operators' store and the registry."""

import time
from collections import namedtuple

from headend.operator_fleet import standings
from terminal import reasons
from terminal.media.credential import SCHEMES
from terminal.modes import MODES
from terminal.records import DEBITED, INTRUDED, KINDS, NOT_PASSED, PASSED, TAP, RecordError, unpack

_DAY = 86400
_CHINA_S = 8 * 3600
_MOST = 100

Line = namedtuple("Line", "terminal site contact_s mode queued lists firmware bad late")
Tap = namedtuple("Tap", "time terminal kind reason fare scheme")


def fleet(db, now=None):
    """[Line] of every terminal that ever reported; `late` when it was not heard for five minutes."""
    now = int(time.time()) if now is None else now
    sites = dict(db.execute("SELECT terminal, site FROM sites"))
    lines = []
    for standing in standings(db):
        age = max(0, now - standing.contact)
        lists = ", ".join("%s %d" % item for item in sorted(standing.has.items()) if item[0] != "firmware")
        mode = MODES[standing.mode] if standing.mode < len(MODES) else str(standing.mode)
        bad = ", ".join("%s %s" % item for item in sorted(standing.bad.items()))
        lines.append(
            Line(
                standing.terminal, sites.get(standing.terminal, ""), age, mode, standing.queued, lists,
                standing.has.get("firmware"), bad, age > 300,
            )
        )  # fmt: skip
    return lines


def taps(reader, token=None):
    """The newest Taps, of everybody or of one permuted token."""
    if token is None:
        query = "SELECT terminal, payload FROM records WHERE parked IS NULL ORDER BY position DESC LIMIT ?"
        rows = reader.execute(query, (_MOST,))
    else:
        query = "SELECT terminal, payload FROM records WHERE substr(payload, 7, 16)=? ORDER BY position DESC LIMIT ?"
        rows = reader.execute(query, (token, _MOST))
    found = []
    for terminal, payload in rows:
        try:
            record = unpack(payload)
        except RecordError:
            continue
        reason = reasons.key(record.reason)
        scheme = SCHEMES.get(record.scheme, "")
        found.append(Tap(record.time, terminal, KINDS[record.kind], reason, record.fare, scheme))
    return found


def counts(reader, db, now=None):
    """[(site, [(terminal, admitted, refused, passed, not passed, intruded)], totals)] of this day in China."""
    now = int(time.time()) if now is None else now
    start = (now + _CHINA_S) // _DAY * _DAY - _CHINA_S
    query = (
        "SELECT terminal, substr(payload, 1, 1), substr(payload, 24, 1) = x'00', count(*) FROM records "
        "WHERE parked IS NULL AND received>=? GROUP BY 1, 2, 3"
    )
    per_gate = {}
    for terminal, kind, fine, count in reader.execute(query, (start,)):
        column = {TAP: 0 if fine else 1, DEBITED: 0, PASSED: 2, NOT_PASSED: 3, INTRUDED: 4}.get(kind[0])
        if column is not None:
            per_gate.setdefault(terminal, [0, 0, 0, 0, 0])[column] += count
    sites = dict(db.execute("SELECT terminal, site FROM sites"))
    per_site = {}
    for terminal in sorted(per_gate):
        per_site.setdefault(sites.get(terminal, ""), []).append((terminal, *per_gate[terminal]))
    return [
        (site, gates, [sum(column) for column in list(zip(*gates, strict=True))[1:]])
        for site, gates in sorted(per_site.items())
    ]


def reach(db, kind, version):
    """(how many terminals hold this version or a newer one, of how many)."""
    fleet_now = standings(db)
    return sum(standing.has.get(kind, 0) >= version for standing in fleet_now), len(fleet_now)
