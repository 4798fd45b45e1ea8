"""The other end of the sync inside a page: it keeps in memory what gates send, as long as the page lives. Portable.

It reads and answers what terminal.wire says; the real one, which keeps records for good, is headend/.
"""

import json

from simulator.opaque_codes import DemonstrationPlatform
from terminal import records
from terminal.records import RecordError
from terminal.wire import Reply, make_reply, parse_batch

_MAX_N = 20
_MAX_AGE_S = 2
_LATEST = 50
_NO_NETWORK = 101
_WAY_MS = 20
_SWITCHED_OFF = 104
_RESOLVE = b"/v1/codes/resolve"


class PageHeadend:
    """`held` counts the records received, `latest` has the last of them as (seq, kind, fare), newest at the end."""

    def __init__(self, clock):
        self._clock = clock
        self._platform = DemonstrationPlatform(clock.utc)
        self._have = {}  # journal: the highest number received
        self.held = 0
        self.latest = []

    async def answer(self, path, body):
        """The answer to a POST, as bytes of HTTP."""
        if path != _RESOLVE:
            return _http(200, self._take(body))
        asked = json.loads(body)
        told = await self._platform.resolve(asked["service"], asked["code"])
        return _http(404, b"") if told is None else _http(200, json.dumps(told).encode())

    def _take(self, body):
        """The reply to one batch of records."""
        batch = parse_batch(body)
        before = self._have.get(batch.journal, 0)
        last = before
        for seq, _, payload in batch.records:
            if seq > before:
                self._keep(seq, payload)
            last = max(last, seq)
        for _, gone in batch.lost:
            last = max(last, gone)
        self._have[batch.journal] = last
        ends = [seq for seq, _, _ in batch.records] + [gone for _, gone in batch.lost]
        ack = max(ends) if ends else None
        return make_reply(Reply(ack, None, _MAX_N, _MAX_AGE_S, self._clock.utc()))

    def _keep(self, seq, payload):
        try:
            record = records.unpack(payload)
        except RecordError:
            kind, fare = "?", 0
        else:
            kind, fare = records.KINDS[record.kind], record.fare
        self.held += 1
        self.latest = self.latest[1 - _LATEST :] + [(seq, kind, fare)]


class PageLink:
    """A terminal's network link to a PageHeadend, with a switch."""

    def __init__(self, headend, clock):
        self._headend = headend
        self._clock = clock
        self._asked = self._answer = b""
        self.is_on = True

    async def open(self):
        await self._way(_NO_NETWORK)
        self._asked = self._answer = b""

    async def write(self, data):
        await self._way(_SWITCHED_OFF)
        self._asked += bytes(data)
        head, found, body = self._asked.partition(b"\r\n\r\n")
        if found and len(body) >= _content_length(head):
            self._asked = b""
            self._answer = await self._headend.answer(head.split(b" ", 2)[1], body)

    async def read_into(self, buffer):
        await self._way(_SWITCHED_OFF)
        piece, self._answer = self._answer[: len(buffer)], self._answer[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self):
        self._asked = self._answer = b""

    async def _way(self, failure):
        await self._clock.sleep_ms(_WAY_MS)
        if not self.is_on:
            raise OSError(failure)


def _http(status, body):
    return b"HTTP/1.1 %d \r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body


def _content_length(head):
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
