"""Carries the event log into the ledger, each record once, however often it is started. python -m headend.projector"""

import argparse
import asyncio
import hashlib
import logging
import os
import sys
import tempfile

from sqlalchemy import bindparam, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError

from headend.errors import HeadendError, LedgerUnusable, NotStored
from headend.logs import log_as_json
from headend.nats_config import unset
from headend.reconcile import nightly
from headend.schema import append, cursors, doubles, insert_new, journals, open_ledger, records, replace
from terminal.civil_time import CHINA, DAY
from terminal.records import RecordError, unpack

GROUP = 2000
_IDLE_S = 0.5
_PACE_S = 0.1
_SPREAD = ("kind", "flags", "time", "token", "scheme", "reason", "fare", "holder_class", "mode", "ref")
_NEW = {"highest": -1, "numbers": 0, "contact": 0}
_KNOWN_JOURNALS = 10_000
_LOCK = select(cursors.c.position).where(cursors.c.part == bindparam("_part")).with_for_update()
_MOVE = update(cursors).where(cursors.c.part == bindparam("_part")).values(position=bindparam("_position"))
_log = logging.getLogger("gatepost.headend")


class Projector:
    """From an event log (headend/ports.py) into the database of `open_ledger`. Several may run at once."""

    def __init__(self, log, database):
        self._log = log
        self._database = database
        self._known = {}  # part: (position, marks) as this projector left them

    async def run(self):
        """Carries for ever; looks twice a second whether there is anything, also after a failure of log or database."""
        while True:
            try:
                carried = await self.catch_up()
            except (NotStored, LedgerUnusable) as error:
                _log.error("the ledger stands still: %s", error)
                carried = 0
            if carried < GROUP:  # each turn costs the same, for one entry or for two thousand
                await asyncio.sleep(_PACE_S if carried else _IDLE_S)

    async def catch_up(self):
        """Carries what the log holds now; returns how many entries that were."""
        return sum([await self._catch_up(part) for part in range(self._log.parts)])

    async def _catch_up(self, part):
        carried = 0
        while True:
            start = await asyncio.to_thread(self._position, part)
            entries = await self._log.read(part, start, GROUP)
            if not entries:
                return carried
            await asyncio.to_thread(self.take, part, entries)
            carried += len(entries)

    def _position(self, part):
        try:
            with self._database.connect() as connection:
                return connection.execute(select(cursors.c.position).where(cursors.c.part == part)).scalar() or 0
        except SQLAlchemyError as error:
            raise _unusable(error) from None

    def take(self, part, entries):
        """Stores `entries` of a part, and that they are stored, in one transaction. LedgerUnusable: nothing is."""
        left, marks = self._known.pop(part, (None, {}))
        try:
            with self._database.begin() as connection:
                position = _locked(connection, part)
                if position != left or len(marks) > _KNOWN_JOURNALS:
                    marks = {}  # another projector was here
                fresh = [entry for entry in entries if entry.position >= position]
                if fresh:
                    _store(connection, fresh, marks)
                    position = fresh[-1].position + 1
                    connection.execute(_MOVE, {"_part": part, "_position": position})
        except SQLAlchemyError as error:
            raise _unusable(error) from None
        self._known[part] = position, marks


def _locked(connection, part):
    """The position up to which a part is in the ledger; until the transaction ends nobody else moves it."""
    position = connection.execute(_LOCK, {"_part": part}).scalar()
    if position is None:
        insert_new(connection, cursors, [{"part": part, "position": 0}])
        position = connection.execute(_LOCK, {"_part": part}).scalar()
    return position


def _unusable(error):
    return LedgerUnusable("records cannot be carried (%s): check the database" % type(error).__name__)


def _key(entry):
    return entry.terminal, entry.journal, entry.seq


def _store(connection, entries, marks):
    """Stores `entries`; reads those of their journals' `marks` ({(terminal, journal): row}) that are missing, moves all."""
    places = {_key(entry)[:2] for entry in entries}
    marks.update(_marks(connection, sorted(places - marks.keys())))
    known = [_key(entry) for entry in entries if entry.seq <= marks.get(_key(entry)[:2], _NEW)["highest"]]
    held = _held(connection, known)  # few: what is above its journal's mark cannot be here
    fresh, other = [], []
    for entry in entries:
        if _key(entry) not in held:
            held[_key(entry)] = entry.payload
            fresh.append(entry)
        elif held[_key(entry)] != entry.payload:
            other.append(_double(entry))
    append(connection, records, [_row(entry) for entry in fresh])
    insert_new(connection, doubles, other)
    _move(marks, entries, fresh)
    replace(connection, journals, [marks[place] for place in sorted(places)])


def _marks(connection, places):
    """{(terminal, journal): its row as a dict} of those journals that the ledger has."""
    if not places:
        return {}
    question = select(journals).where(tuple_(*journals.primary_key).in_(places))
    return {(row.terminal, row.journal): row._asdict() for row in connection.execute(question)}


def _held(connection, keys):
    """{(terminal, journal, seq): payload} of those keys that are in the ledger."""
    question = select(*records.primary_key, records.c.payload).where(tuple_(*records.primary_key).in_(keys))
    return {tuple(key): bytes(payload) for *key, payload in connection.execute(question)} if keys else {}


def _double(entry):
    terminal, journal, seq = _key(entry)
    digest = hashlib.sha256(entry.payload).digest()
    content = {"digest": digest, "received": entry.received, "payload": entry.payload}
    return {"terminal": terminal, "journal": journal, "seq": seq, **content}


def _row(entry):
    row = {
        "terminal": entry.terminal, "journal": entry.journal, "seq": entry.seq, "span": entry.span,
        "received": entry.received, "payload": entry.payload, "parked": None, "day": None,
    }  # fmt: skip
    try:
        record = unpack(entry.payload)
    except RecordError as error:
        return {**row, **dict.fromkeys(_SPREAD), "parked": str(error)}
    return {**row, **{name: getattr(record, name) for name in _SPREAD}, "day": (record.time + CHINA) // DAY}


def _move(marks, entries, fresh):
    """Moves the high-water marks by the `fresh` ones of `entries`."""
    for entry in fresh:
        start = entry.seq - entry.span + 1
        new = {"terminal": entry.terminal, "journal": entry.journal, "first": start, **_NEW}
        mark = marks.setdefault(_key(entry)[:2], new)
        mark["first"], mark["highest"] = min(mark["first"], start), max(mark["highest"], entry.seq)
        mark["numbers"] += entry.span
    for entry in entries:
        mark = marks[_key(entry)[:2]]
        mark["contact"] = max(mark["contact"], entry.received)


async def _carry(names):
    from headend.engine_nats import NatsEngine  # the embedded head-end carries too, without NATS

    database = open_ledger(names["GATEPOST_LEDGER"])
    with tempfile.TemporaryDirectory() as folder:
        engine = await NatsEngine.of(names, folder)
        try:
            projector = Projector(engine.log, database)
            await asyncio.gather(projector.run(), nightly(database, projector, engine.log))
        finally:
            await engine.close()


def main(arguments=None):
    """Servers and ledger come from GATEPOST_NATS, GATEPOST_NATS_SYSTEM and GATEPOST_LEDGER. Ends with Ctrl-C only."""
    parser = argparse.ArgumentParser(prog="python -m headend.projector", description="Carries the log into the ledger.")
    parser.parse_args(arguments)
    lacking = unset(os.environ)
    if lacking:
        parser.error(lacking)
    log_as_json()
    try:
        asyncio.run(_carry(os.environ))
    except KeyboardInterrupt:
        return 0
    except HeadendError as error:
        print("%s: %s" % (error.code, error), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
