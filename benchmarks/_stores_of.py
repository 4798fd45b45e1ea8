"""The event logs that both sides of the sync benchmark write into, by a text: a folder, "nats", or a PostgreSQL URL."""

import contextlib
import os
import tempfile

from headend.engine_nats import NatsEngine
from headend.engine_sqlite import SqliteEngine
from headend.ports import Entry
from headend.projector import Projector
from headend.schema import open_ledger
from headend.store import memory_store
from headend.writer import GroupWriter


@contextlib.asynccontextmanager
async def opened_log(store):
    """The event log: SQLite in a folder, JetStream on the servers that the environment names, or the ledger itself."""
    if store.startswith("postgresql"):
        log = ledger_log(store)
        yield log
        log.stop()
        return
    with tempfile.TemporaryDirectory() as folder:
        engine = await (NatsEngine.of(os.environ, folder) if store == "nats" else SqliteEngine.open(store))
        yield engine.log
        await engine.close()


def ledger_log(url):
    """What comes in goes straight into the ledger's tables, by group commit: a store for this comparison only."""
    return GroupWriter(_Ledger(open_ledger(url)), memory_store())


class _Ledger:
    """Shaped like headend.event_log.EventLog."""

    def __init__(self, database):
        self._database = database
        self._projector = Projector(None, database)
        self._position = 0

    def commit(self, batches, now):
        """As the projector writes: one durable transaction."""
        entries = [
            Entry(self._position + at, batch.terminal, batch.journal, seq, span, now, payload)
            for at, (batch, (seq, span, payload)) in enumerate((b, record) for b in batches for record in b.records)
        ]
        self._projector.take(0, entries)
        self._position += len(entries)
        return [(batch.records[-1][0], None) for batch in batches]

    def close(self):
        """Lets go of the database."""
        self._database.dispose()
