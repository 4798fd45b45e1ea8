"""POST /v1/txn as a bare ASGI application: a framework's request and response objects would cost as much again."""

import asyncio
import time

from headend import metrics
from headend.answers import refuse, send_answer
from headend.errors import BodyTooLong, HeadendError
from headend.peer import check_peer
from terminal.errors import WireMalformed
from terminal.wire import MAX_BODY, Reply, make_reply, parse_batch

BODY_TIMEOUT_S = 20


class Ingest:
    """Takes one batch a request and answers after its commit. `revoked`: as for check_peer; `flush`: (max_n, max_age_s)
    wished from terminals."""

    def __init__(self, event_log, revoked, flush):
        self._event_log = event_log
        self._revoked = revoked
        self._flush = flush

    async def __call__(self, scope, receive, send):
        try:
            if scope["method"] != "POST":
                await send_answer(send, 405, b"", [(b"allow", b"POST")])
                return
            body = await _read_body(scope, receive)
            if body is None:
                return
            reply = await self._take(body, scope["state"])
        except (WireMalformed, HeadendError) as error:
            await refuse(send, error)
            return
        await send_answer(send, 200, make_reply(reply))

    async def _take(self, body, state):
        batch = parse_batch(body)
        check_peer(state, self._revoked, batch.terminal)
        ack, want = await self._event_log.append(batch)
        metrics.TAKEN.inc(len(batch.records))
        return Reply(ack, want, *self._flush, int(time.time()))


async def _read_body(scope, receive):
    """The whole body, or None when the terminal went away or took too long; BodyTooLong."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if not announced.isdigit() or int(announced[:12]) > MAX_BODY:
        raise BodyTooLong("announced body is longer than %d bytes" % MAX_BODY)
    timer = asyncio.get_running_loop().call_later(BODY_TIMEOUT_S, scope["state"]["hang_up"])
    body = b""
    try:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message["body"]
            if len(body) > MAX_BODY:
                raise BodyTooLong("body is longer than %d bytes" % MAX_BODY)
            if not message["more_body"]:
                return body
    finally:
        timer.cancel()
