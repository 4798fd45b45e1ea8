"""Desired state and nudges on SQLite: what terminals should hold, and who is told when it changes."""

import asyncio
import json
import time

from headend.errors import RevisionConflict
from headend.sqlite_file import transaction

EVERYBODY = "all"
_TRIES = 8


class State:
    """Documents by scope: "all", "class:gate", "terminal:gate-1". Revisions count up over all scopes."""

    def __init__(self, connection):
        self._db = connection

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


class SharedView:
    """What many terminals that wake at once read: documents most of them share are read and written down once.

    It may be a moment old (`made`, by time.monotonic): whoever changes the state wakes the terminals once more.
    """

    def __init__(self, state):
        self.made = time.monotonic()
        self._state = state
        self._shared = {}
        self._texts = {}

    async def get(self, scope):
        """As State.get; a terminal's own scope is nobody else's."""
        if scope.startswith("terminal:"):
            return await self._state.get(scope)
        if scope not in self._shared:
            self._shared[scope] = await self._state.get(scope)
        return self._shared[scope]

    def text(self, doc, tag):
        """JSON of `doc`. A tag names revisions, and no revision is given twice: it names the text too."""
        if tag not in self._texts:
            self._texts[tag] = json.dumps(doc)
        return self._texts[tag]


class Nudge:
    """Wakes waiting coroutines of the loop in which it was made."""

    def __init__(self):
        self._loop = asyncio.get_running_loop()
        self._waiting = {}

    def publish(self, topic):
        """From any thread."""
        self._loop.call_soon_threadsafe(self._wake, topic)

    def _wake(self, topic):
        for future in self._waiting.pop(topic, ()):
            _settle(future, True)

    async def wait(self, topic, seconds):
        """True when `topic` was published, False when `seconds` went by first."""
        future = self._loop.create_future()
        waiting = self._waiting.setdefault(topic, set())
        waiting.add(future)
        timer = self._loop.call_later(seconds, _settle, future, False)
        try:
            return await future
        finally:
            timer.cancel()
            waiting.discard(future)


def _settle(future, outcome):
    if not future.done():
        future.set_result(outcome)
