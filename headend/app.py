"""The head-end's HTTP face: records in, desired state out, health."""

import asyncio
import contextlib
import logging
import time

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from headend import metrics
from headend.errors import BodyTooLong, Impersonation, NotStored, Overloaded
from headend.ledger import alarm_count, is_revoked
from headend.state import EVERYBODY, Nudge, merged
from terminal.errors import WireMalformed
from terminal.wire import MAX_BODY, Reply, make_reply, parse_batch

BODY_TIMEOUT_S = 20
LONGEST_WAIT_S = 240
_LOOK_S = 0.25
_log = logging.getLogger("gatepost.headend")


class HeadendApp:
    """Routes over the ports (headend/ports.py) and one reading connection. `flush`: (max_n, max_age_s) for terminals."""

    def __init__(self, log, state, blobs, reader, flush=(20, 1)):
        self._event_log = log
        self._state = state
        self._blobs = blobs
        self._reader = reader
        self._flush = flush
        self._nudge = None

    def routes(self):
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/v1/txn", self.take_records, methods=["POST"]),
                Route("/v1/state", self.give_state, methods=["GET"]),
                Route("/v1/blob/{digest}", self.give_blob, methods=["GET"]),
                Route("/healthz", self.health, methods=["GET"]),
                Route("/metrics", self.give_metrics, methods=["GET"]),
            ],
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app):
        self._nudge = Nudge()
        watching = asyncio.create_task(self._watch())
        yield
        watching.cancel()

    async def _watch(self):
        """Other programs publish too: a look each quarter of a second serves all waiting terminals."""
        seen = self._state.newest()
        while True:
            await asyncio.sleep(_LOOK_S)
            newest = self._state.newest()
            if newest != seen:
                seen = newest
                self._nudge.publish("state")

    async def take_records(self, request):
        """One batch; answered after its commit."""
        try:
            body = await asyncio.wait_for(_read_body(request), BODY_TIMEOUT_S)
            batch = parse_batch(body)
            self._check_peer(request, batch.terminal)
            ack, want = await self._event_log.append(batch)
            metrics.TAKEN.inc(len(batch.records))
        except BodyTooLong as error:
            return _refusal(413, error)
        except WireMalformed as error:
            _log.warning("batch refused: %s", error)
            return _refusal(400, error)
        except Impersonation as error:
            _log.error("%s", error)
            return _refusal(403, error)
        except Overloaded as error:
            return _refusal(429, error, {"Retry-After": "1"})
        except NotStored as error:
            _log.error("%s", error)
            return _refusal(503, error, {"Retry-After": "5"})
        except (asyncio.TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        max_n, max_age_s = self._flush
        reply = Reply(ack, want, max_n, max_age_s, int(time.time()))
        return Response(make_reply(reply), media_type="application/json")

    def _check_peer(self, request, terminal=None):
        """Over TLS the certificate says who speaks. `terminal`: the name that the request itself gives."""
        peer = getattr(request.state, "peer", None)
        if peer is None:
            return
        if is_revoked(self._reader, peer.serial):
            raise Impersonation("certificate %s of %s is revoked" % (peer.serial, peer.name))
        if terminal not in (None, peer.name):
            raise Impersonation("terminal %s speaks with the certificate of %s" % (terminal, peer.name))

    async def give_state(self, request):
        """What holds for this terminal, and its tag; with `since`=tag waits up to `wait` s for news (304: none)."""
        try:
            self._check_peer(request, request.query_params.get("terminal"))
        except Impersonation as error:
            return _refusal(403, error)
        scopes = _scopes(request)
        known = request.query_params.get("since")
        wait = request.query_params.get("wait", "0")
        end = time.monotonic() + (min(int(wait), LONGEST_WAIT_S) if wait.isdecimal() and len(wait) < 9 else 0)
        while True:
            doc, tag = await merged(self._state, scopes)
            left = end - time.monotonic()
            if tag != known or left <= 0:
                break
            await self._nudge.wait("state", left)
        if tag == known:
            return Response(status_code=304, headers={"ETag": '"%s"' % tag})
        answer = {"state": doc, "tag": tag, "time": int(time.time()), "alarms": alarm_count(self._reader)}
        return JSONResponse(answer, headers={"ETag": '"%s"' % tag})

    async def give_blob(self, request):
        """A blob, whole or the Range that is asked for."""
        try:
            self._check_peer(request)
        except Impersonation as error:
            return _refusal(403, error)
        digest = request.path_params["digest"]
        path = self._blobs.path(digest)
        if path is None:
            return Response(status_code=404)
        forever = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": '"%s"' % digest}
        return FileResponse(path, headers=forever, media_type="application/octet-stream")

    async def give_metrics(self, _request):
        """Prometheus text."""
        return Response(metrics.page(self._reader), media_type=metrics.CONTENT_TYPE)

    async def health(self, _request):
        """200 while records can be stored."""
        alive = self._event_log.is_alive
        return JSONResponse({"ok": alive, "alarms": alarm_count(self._reader)}, 200 if alive else 503)


async def _read_body(request):
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > MAX_BODY:
        raise BodyTooLong("announced body is longer than %d bytes" % MAX_BODY)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise BodyTooLong("body is longer than %d bytes" % MAX_BODY)
    return bytes(body)


def _scopes(request):
    peer = getattr(request.state, "peer", None)
    name = peer.name if peer else request.query_params.get("terminal", "")
    return EVERYBODY, "class:%s" % request.query_params.get("class", ""), "terminal:%s" % name


def _refusal(status, error, headers=None):
    metrics.REFUSED.labels(error.code).inc()
    return JSONResponse({"error": error.code, "message": str(error)}, status, headers)
