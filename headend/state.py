"""Desired state and nudges on SQLite: what terminals should hold, and who is told when it changes."""

import asyncio
import json

from headend.errors import RevisionConflict
from headend.sqlite_file import transaction

EVERYBODY = "all"
_TRIES = 8


class State:
    """Documents by scope: "all", "class:gate", "terminal:gate-1". Revisions count up over all scopes."""

    look_s = 0.05

    def __init__(self, connection):
        self._db = connection
        self._looked = None, 0

    async def put(self, scope, doc, expected):
        """Replaces the document whose revision is `expected`; returns the new one."""
        text = json.dumps(doc, sort_keys=True)
        with transaction(self._db):
            row = self._db.execute("SELECT revision FROM state WHERE scope=?", (scope,)).fetchone()
            current = row[0] if row else 0
            if current != expected:
                raise RevisionConflict("%s is at revision %d, expected %d: read it again" % (scope, current, expected))
            revision = self._newest() + 1
            self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (scope, text, revision))
        return revision

    async def get(self, scope):
        """(document, revision); (None, 0) when there is none."""
        row = self._db.execute("SELECT doc, revision FROM state WHERE scope=?", (scope,)).fetchone()
        return (json.loads(row[0]), row[1]) if row else (None, 0)

    async def newest(self):
        """The highest revision of all scopes."""
        return self._newest()

    async def changed(self, since):
        """(highest revision, [scopes that changed after the revision `since`])."""
        version = self._db.execute("PRAGMA data_version").fetchone()[0], self._db.total_changes
        if version == self._looked[0] and since >= self._looked[1]:  # nobody wrote into the file: most looks end here
            return since, []
        rows = self._db.execute("SELECT scope, revision FROM state WHERE revision>?", (since,)).fetchall()
        newest = max((revision for _, revision in rows), default=since)
        self._looked = version, newest
        return newest, [scope for scope, _ in rows]

    def _newest(self):
        return self._db.execute("SELECT coalesce(max(revision), 0) FROM state").fetchone()[0]


async def change(state, scope, alter):
    """Puts `alter(doc)` in place of a scope's document ({} when there is none); returns its revision.

    Where somebody else was faster it is read and altered again: `alter` returns a new dict and changes nothing else.
    """
    for tries_left in reversed(range(_TRIES)):
        doc, revision = await state.get(scope)
        altered = alter(doc or {})
        if altered == (doc or {}):
            return revision
        try:
            return await state.put(scope, altered, revision)
        except RevisionConflict:
            if not tries_left:
                raise
        await state.newest()  # a copy that lags behind has caught up then


async def merged(state, scopes):
    """(what holds for a terminal in `scopes`, its tag): later scopes override earlier ones, key by key."""
    doc, revisions = {}, []
    for scope in scopes:
        part, revision = await state.get(scope)
        doc.update(part or {})
        revisions.append(revision)
    return doc, "-".join(str(revision) for revision in revisions)


class Nudge:
    """Wakes waiting coroutines of the loop in which it was made."""

    def __init__(self):
        self._loop = asyncio.get_running_loop()
        self._waiting = {}

    def publish(self, topic):
        """From any thread."""
        self._loop.call_soon_threadsafe(self.wake, topic)

    def wake(self, topic):
        """`publish` in the loop itself, at once."""
        for future in self._waiting.pop(topic, ()):
            _settle(future, True)

    async def wait(self, topic, seconds):
        """True when `topic` was published, False when `seconds` went by first."""
        return await self.wait_any((topic,), seconds)

    async def wait_any(self, topics, seconds):
        """As `wait`, for one of several."""
        future = self._loop.create_future()
        for topic in topics:
            self._waiting.setdefault(topic, set()).add(future)
        timer = self._loop.call_later(seconds, _settle, future, False)
        try:
            return await future
        finally:
            timer.cancel()
            for topic in topics:
                self._leave(topic, future)

    def release(self):
        """Ends every wait as if its time had gone by. In the loop itself."""
        for waiting in self._waiting.values():
            for future in waiting:
                _settle(future, False)

    def _leave(self, topic, future):
        waiting = self._waiting.get(topic)
        if waiting is not None:
            waiting.discard(future)
            if not waiting:
                del self._waiting[topic]


def _settle(future, outcome):
    if not future.done():
        future.set_result(outcome)
