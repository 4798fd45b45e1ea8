"""Group commit: one thread writes, and whatever arrives during one commit goes into the next."""

import asyncio
import queue
import sqlite3
import threading
import time

from headend.errors import NotStored, Overloaded
from headend.event_log import Again
from headend.ledger import alarms, fleet_size, read_log

GROUP_ROWS = 4000
BACKLOG_ROWS = 16000


class GroupWriter:
    """The event log for an event loop: batches go to the EventLog's thread, reads to the connection `reader`."""

    parts = 1

    def __init__(self, log, reader):
        self._log = log
        self._reader = reader
        self._queue = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._rows = 0
        self._thread = threading.Thread(target=self._run, name="group-writer", daemon=True)
        self._thread.start()

    @property
    def is_alive(self):
        return self._thread.is_alive()

    def stop(self):
        """Commits what was submitted, closes the log and ends the thread."""
        self._queue.put(None)
        self._thread.join()

    async def append(self, batch):
        """(ack, want) once `batch` is on the disk. Overloaded when too much waits; NotStored when it cannot be."""
        rows = 1 + len(batch.records)
        with self._lock:
            if self._rows + rows > BACKLOG_ROWS:
                raise Overloaded("%d records wait for the disk: come again in a second" % self._rows)
            self._rows += rows
        return await self._submit(batch, rows)

    async def read(self, _part, start, limit=1000):
        """[Entry] of records from `start` on, in the order of their commits."""
        return read_log(self._reader, start, limit)

    async def alarms(self):
        """[Alarm] of what appends brought to light, by last time."""
        return alarms(self._reader)

    async def terminals(self):
        """How many terminals ever sent a batch."""
        return fleet_size(self._reader)

    async def ask_again(self, terminal, journal, first, last):
        """What the log does not hold of `first`..`last` is asked for at the terminal's next batch."""
        await self._submit(Again(terminal, journal, first, last), 0)

    async def _submit(self, item, rows):
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._queue.put((item, rows, loop, future))
        return await future

    def _run(self):
        running = True
        while running:
            group, running = self._collect()
            if group:
                self._commit(group)
        self._log.close()

    def _collect(self):
        """The next group, and whether to go on: whatever came while the last one was written, at most 4,000 rows."""
        item = self._queue.get()
        group = []
        rows = 0
        while item is not None:
            group.append(item)
            rows += item[1]
            if rows >= GROUP_ROWS or self._queue.empty():
                return group, True
            item = self._queue.get()
        return group, False

    def _commit(self, group):
        try:
            outcomes = self._log.commit([batch for batch, _, _, _ in group], int(time.time()))
            failure = None
        except sqlite3.Error as error:
            outcomes = [None] * len(group)
            failure = NotStored("records cannot be stored (%s): check room and health of the disk" % error)
        with self._lock:
            self._rows -= sum(rows for _, rows, _, _ in group)
        for (_, _, loop, future), outcome in zip(group, outcomes, strict=True):
            try:
                loop.call_soon_threadsafe(_settle, future, outcome, failure)
            except RuntimeError:  # the loop was stopped: nobody waits for the answer any more
                continue


def _settle(future, outcome, failure):
    if future.done():
        return
    if failure is not None:
        future.set_exception(failure)
    else:
        future.set_result(outcome)
