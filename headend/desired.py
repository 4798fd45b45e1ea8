"""GET /v1/state as a bare ASGI application: what a terminal should hold; who knows it already waits for news.

Ten thousand terminals wait at once, and a blocked card concerns them all: only those are woken whose documents changed,
and whoever is told the same is told it with the same bytes.
"""

import asyncio
import json
import time
from urllib.parse import parse_qsl

from headend.answers import messages, refuse, send_answer
from headend.errors import Impersonation
from headend.ledger import alarm_count
from headend.peer import check_peer
from headend.state import EVERYBODY, Nudge, merged

LONGEST_WAIT_S = 240
_CERTIFICATE = "certificate "  # before a serial number: what is waited for beside documents


class Desired:
    """`state`: the port; `reader`: where alarms are; `revoked`: serial numbers of certificates that are no longer taken;
    `reports` hear how terminals stand.
    """

    def __init__(self, state, reader, revoked=(), reports=None):
        self._state = state
        self._reader = reader
        self._revoked = revoked
        self._reports = reports
        self._room = None
        self._own = set()  # scopes that have a document
        self._view = self._new_view()

    def open(self):
        """Before the first question, in the server's loop."""
        self._room = Nudge()

    def news(self, scopes):
        """Documents of these scopes changed: wakes whom they concern. In the server's loop."""
        self._own.update(scopes)
        self._view = self._new_view()
        for scope in scopes:
            self._room.wake(scope)

    def dismiss(self):
        """The server ends: who waits is told that there is nothing new, and asks the next one."""
        self._room.release()

    def refuse(self, serials):
        """Certificates with these serial numbers were revoked: who waits with one of them is refused now."""
        for serial in serials:
            self._room.wake(_CERTIFICATE + serial)

    def _new_view(self):
        return _View(self._state, self._own, alarm_count(self._reader))

    async def __call__(self, scope, receive, send):
        if scope["method"] != "GET":
            await send_answer(send, 405, b"", [(b"allow", b"GET")])
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        try:
            check_peer(scope["state"], self._revoked, query.get("terminal"))
            answer = await self._answer(scope["state"], query)
        except Impersonation as error:
            await refuse(send, error)
            return
        for message in answer:
            await send(message)

    async def _answer(self, connection, query):
        peer = connection["peer"]
        name = peer.name if peer else query.get("terminal", "")
        if self._reports is not None:
            self._reports.heard(name, query)
        scopes = EVERYBODY, "class:" + query.get("class", ""), "terminal:" + name
        known = query.get("since")
        view = _View(self._state)  # what another process changed just now is in it
        doc, tag = await view.merged(scopes)
        if tag == known:
            wait = query.get("wait", "")
            seconds = min(int(wait), LONGEST_WAIT_S) if wait.isdecimal() and len(wait) < 9 else 0
            if seconds:
                doc, tag = await self._await_news(connection, scopes, known, seconds)
            if tag == known:
                return messages(304, b"", [_etag(tag)])
            view = self._view
        else:
            view.alarms = alarm_count(self._reader)
        return view.answer(doc, tag, int(time.time()))

    async def _await_news(self, connection, scopes, known, seconds):
        """(document, tag) once it is another than `known`, or after `seconds`. Impersonation: revoked or expired by then."""
        topics = (*scopes, _CERTIFICATE + connection["peer"].serial) if connection["peer"] else scopes
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            has_news = await self._room.wait_any(topics, end - loop.time())
            check_peer(connection, self._revoked, None)
            doc, tag = await self._view.merged(scopes)
            if tag != known or not has_news:
                return doc, tag


class _View:
    """What many terminals that wake at once read: what most of them share is read and written down once.

    `own`: the scopes that have documents, where that is known: a terminal without one of its own is not looked for.
    `alarms`: how many there are.
    """

    def __init__(self, state, own=None, alarms=0):
        self.alarms = alarms
        self._state = state
        self._own = own
        self._of_class = {}
        self._answers = {}

    async def merged(self, scopes):
        """As headend.state.merged, of everybody, a class and a terminal; who has no document of its own shares it."""
        _, kind, own = scopes
        if self._own is None or own in self._own:
            return await merged(self._state, scopes)
        if kind not in self._of_class:
            self._of_class[kind] = await merged(self._state, scopes)
        return self._of_class[kind]

    def answer(self, doc, tag, now):
        """The ASGI messages that tell `doc`. A tag names revisions, and no revision is given twice: it names them too."""
        found = self._answers.get(tag)
        if found is None or found[0] != now:
            facts = json.dumps(doc), tag, now, self.alarms
            body = '{"state": %s, "tag": "%s", "time": %d, "alarms": %d}' % facts
            found = self._answers[tag] = now, tuple(messages(200, body.encode(), [_etag(tag)]))
        return found[1]


def _etag(tag):
    """The header that names what an answer tells."""
    return b"etag", b'"%s"' % tag.encode()
