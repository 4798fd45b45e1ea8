"""Carries the event log into the ledger, each record once, however often it is started. python -m headend.projector"""

import asyncio
import hashlib
import logging
import os
import sys
import tempfile
from itertools import groupby

from sqlalchemy import bindparam, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError

from headend.engine_nats import NatsEngine
from headend.errors import HeadendError, LedgerUnusable, NotStored
from headend.nats_log import PARTS
from headend.schema import cursors, doubles, insert_new, journals, open_ledger, records
from terminal.civil_time import CHINA, DAY
from terminal.records import RecordError, unpack

GROUP = 2000
_IDLE_S = 0.5
_SPREAD = ("kind", "flags", "time", "token", "scheme", "reason", "fare", "holder_class", "mode", "ref")
_log = logging.getLogger("gatepost.headend")


class Projector:
    """From an event log (headend/ports.py) into the database of `open_ledger`. Several may run at once."""

    def __init__(self, log, database):
        self._log = log
        self._database = database

    async def run(self):
        """Carries for ever; looks twice a second whether there is more, also after a failure of log or database."""
        while True:
            try:
                carried = await self.catch_up()
            except (NotStored, LedgerUnusable) as error:
                _log.error("the ledger stands still: %s", error)
                carried = 0
            if not carried:
                await asyncio.sleep(_IDLE_S)

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
        try:
            with self._database.begin() as connection:
                insert_new(connection, cursors, [{"part": part, "position": 0}])
                mine = select(cursors.c.position).where(cursors.c.part == part).with_for_update()
                position = connection.execute(mine).scalar()
                fresh = [entry for entry in entries if entry.position >= position]
                for (terminal, journal), group in groupby(sorted(fresh, key=_journal), key=_journal):
                    _store(connection, terminal, journal, list(group))
                if fresh:
                    following = fresh[-1].position + 1
                    connection.execute(update(cursors).where(cursors.c.part == part).values(position=following))
        except SQLAlchemyError as error:
            raise _unusable(error) from None


def _unusable(error):
    return LedgerUnusable("records cannot be carried (%s): check the database" % type(error).__name__)


def _journal(entry):
    return entry.terminal, entry.journal


def _store(connection, terminal, journal, entries):
    place = {"terminal": terminal, "journal": journal}
    held = _held(connection, terminal, journal, entries)
    fresh, other = {}, []
    for entry in entries:
        first = held.get(entry.seq) or (fresh[entry.seq].payload if entry.seq in fresh else None)
        if first is None:
            fresh[entry.seq] = entry
        elif first != entry.payload:
            digest = hashlib.sha256(entry.payload).digest()
            content = {"seq": entry.seq, "digest": digest, "received": entry.received, "payload": entry.payload}
            other.append({**place, **content})
    insert_new(connection, records, [_row(entry) for entry in fresh.values()])
    insert_new(connection, doubles, other)
    _mark(connection, place, list(fresh.values()), max(entry.received for entry in entries))


def _held(connection, terminal, journal, entries):
    """{seq: payload} of the entries' numbers that are in the ledger."""
    numbers = [entry.seq for entry in entries]
    key = tuple_(records.c.terminal, records.c.journal)
    question = select(records.c.seq, records.c.payload).where(
        key == (terminal, journal), records.c.seq.in_(bindparam("numbers", expanding=True))
    )
    return {seq: bytes(payload) for seq, payload in connection.execute(question, {"numbers": numbers})}


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


def _mark(connection, place, fresh, contact):
    """Moves the journal's high-water mark."""
    mine = (journals.c.terminal == place["terminal"]) & (journals.c.journal == place["journal"])
    before = connection.execute(select(journals).where(mine)).one_or_none()
    numbers = sum(entry.span for entry in fresh)
    ends = [entry.seq for entry in fresh] + ([before.highest] if before else [])
    starts = [entry.seq - entry.span + 1 for entry in fresh] + ([before.first] if before else [])
    if before is None:
        values = {"first": min(starts), "highest": max(ends), "numbers": numbers, "contact": contact}
        insert_new(connection, journals, [{**place, **values}])
        return
    connection.execute(
        update(journals)
        .where(mine)
        .values(
            first=min(starts), highest=max(ends), numbers=before.numbers + numbers, contact=max(contact, before.contact)
        )
    )


async def _carry(names):
    database = open_ledger(names["GATEPOST_LEDGER"])
    with tempfile.TemporaryDirectory() as folder:
        parts = int(names.get("GATEPOST_PARTS", PARTS))
        engine = await NatsEngine.open(names["GATEPOST_NATS"], names["GATEPOST_NATS_SYSTEM"], folder, parts)
        try:
            await Projector(engine.log, database).run()
        finally:
            await engine.close()


def main():
    """Servers and ledger come from GATEPOST_NATS, GATEPOST_NATS_SYSTEM and GATEPOST_LEDGER. Ends with Ctrl-C only."""
    try:
        asyncio.run(_carry(os.environ))
    except KeyboardInterrupt:
        return 0
    except HeadendError as error:
        print("%s: %s" % (error.code, error), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
