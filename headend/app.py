"""The head-end's HTTP face: records in, desired state out, health."""

import asyncio
import contextlib
import logging
import re
import sqlite3
import time

from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from headend import metrics
from headend.errors import Impersonation, NotStored, PlatformAway
from headend.ingest import Ingest
from headend.ledger import alarm_count
from headend.peer import check_peer
from headend.state import EVERYBODY, Nudge, SharedView, merged
from terminal.errors import WireMalformed
from terminal.signed_time import time_text
from terminal.wire import load_json

LONGEST_WAIT_S = 240
_LOOK_S = 0.25
_VIEW_S = 0.1
_LONGEST_QUESTION = 2048
_ASKED = re.compile(r"[!-~]{1,512}")
_NONCE = re.compile(r"[0-9a-f]{16}")
_log = logging.getLogger("gatepost.headend")


class HeadendApp:
    """The ASGI application over the ports (headend/ports.py) and one reading connection.

    `flush`: (max_n, max_age_s) for terminals; `nudge()` makes the nudge in the server's loop; `reports`: the
    engine's, which hear how terminals stand; `sign(message)` of the key of the role settings, for signed time;
    `platforms`: who resolves opaque codes, shaped like headend.platforms.Platforms; `desk`: the ServiceDesk of kiosks.
    """

    def __init__(
        self, log, state, blobs, reader, flush=(20, 1), nudge=Nudge, reports=None, sign=None, platforms=None, desk=None
    ):
        self._event_log = log
        self._state = state
        self._blobs = blobs
        self._reader = reader
        self._make_nudge = nudge
        self._nudge = None
        self._view = SharedView(state)  # since the last change
        self._reports = reports
        self._sign = sign
        self._platforms = platforms
        self._desk = desk
        self._ingest = Ingest(log, reader, flush)
        self._rest = self._routes()

    async def __call__(self, scope, receive, send):
        target = self._ingest if scope["type"] == "http" and scope["path"] == "/v1/txn" else self._rest
        await target(scope, receive, send)

    def _routes(self):
        return Starlette(
            routes=[
                Route("/v1/state", self.give_state, methods=["GET"]),
                Route("/v1/blob/{digest}", self.give_blob, methods=["GET"]),
                Route("/v1/time", self.give_time, methods=["GET"]),
                Route("/v1/codes/resolve", self.resolve_code, methods=["POST"]),
                Route("/healthz", self.health, methods=["GET"]),
                Route("/metrics", self.give_metrics, methods=["GET"]),
                *(self._desk.routes(self._reader) if self._desk is not None else ()),
            ],
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app):
        self._nudge = self._make_nudge()
        watching = asyncio.create_task(self._watch(await self._state.newest()))
        yield
        watching.cancel()

    async def _watch(self, seen):
        """Other programs publish too: a look each quarter of a second serves all waiting terminals."""
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                newest = await self._state.newest()
                if self._reports is not None:
                    await self._reports.flush()
            except (sqlite3.OperationalError, NotStored) as error:  # a failing disk must not end the watch
                _log.error("desired state cannot be read: %s", error)
                continue
            if newest != seen:
                seen = newest
                self._view = SharedView(self._state)
                self._nudge.publish("state")

    async def give_state(self, request):
        """What holds for this terminal, and its tag; with `since`=tag waits up to `wait` s for news (304: none)."""
        try:
            check_peer(request.scope["state"], self._reader, request.query_params.get("terminal"))
        except Impersonation as error:
            return _refusal(403, error)
        scopes = _scopes(request)
        if self._reports is not None:
            self._reports.heard(scopes[2].partition(":")[2], request.query_params)
        known = request.query_params.get("since")
        wait = request.query_params.get("wait", "0")
        end = time.monotonic() + (min(int(wait), LONGEST_WAIT_S) if wait.isdecimal() and len(wait) < 9 else 0)
        view = SharedView(self._state)
        while True:
            doc, tag = await merged(view, scopes)
            left = end - time.monotonic()
            if tag != known or left <= 0:
                break
            await self._nudge.wait("state", left)
            if time.monotonic() - self._view.made > _VIEW_S:
                self._view = SharedView(self._state)
            view = self._view
        if tag == known:
            return Response(status_code=304, headers={"ETag": '"%s"' % tag})
        facts = view.text(doc, tag), tag, time.time(), alarm_count(self._reader)
        answer = '{"state": %s, "tag": "%s", "time": %d, "alarms": %d}' % facts
        return Response(answer, headers={"ETag": '"%s"' % tag}, media_type="application/json")

    async def give_time(self, request):
        """The time, signed over the terminal's nonce (terminal/signed_time.py); 404 while no key is there for it."""
        nonce = request.query_params.get("nonce", "")
        if self._sign is None or not _NONCE.fullmatch(nonce):
            return Response(status_code=404)
        now = int(time.time())
        return JSONResponse({"time": now, "signature": self._sign(time_text(nonce, now).encode()).hex()})

    async def resolve_code(self, request):
        """Whose the opaque code {"service", "code"} is; 404 when nobody knows it, 503 when its platform is away."""
        try:
            check_peer(request.scope["state"], self._reader, None)
            service, code = await _question(request)
            told = None if self._platforms is None else await self._platforms.resolve(service, code)
        except Impersonation as error:
            return _refusal(403, error)
        except PlatformAway as error:
            _log.warning("%s", error)
            return _refusal(503, error)
        except WireMalformed:
            return Response(status_code=400)
        return Response(status_code=404) if told is None else JSONResponse(told)

    async def give_blob(self, request):
        """A blob, whole or the Range that is asked for."""
        try:
            check_peer(request.scope["state"], self._reader, None)
        except Impersonation as error:
            return _refusal(403, error)
        digest = request.path_params["digest"]
        try:
            path = await self._blobs.path(digest)
        except NotStored as error:
            return _refusal(503, error, {"Retry-After": "5"})
        if path is None:
            return Response(status_code=404)
        forever = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": '"%s"' % digest}
        return FileResponse(path, headers=forever, media_type="application/octet-stream")

    async def give_metrics(self, _request):
        """Prometheus text; while servers are away with the number of terminals that was last known."""
        try:
            terminals = await self._event_log.terminals()
        except NotStored:
            terminals = None
        return Response(metrics.page(self._reader, terminals), media_type=metrics.CONTENT_TYPE)

    async def health(self, _request):
        """200 while records can be stored."""
        alive = self._event_log.is_alive
        return JSONResponse({"ok": alive, "alarms": alarm_count(self._reader)}, 200 if alive else 503)


async def _question(request):
    """(service, code) of a question; WireMalformed when it is none."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_QUESTION:
            raise WireMalformed("a question of more than %d bytes" % _LONGEST_QUESTION)
    asked = load_json(body)
    asked = asked if isinstance(asked, dict) else {}
    for name in ("service", "code"):
        if not isinstance(asked.get(name), str) or not _ASKED.fullmatch(asked[name]):
            raise WireMalformed("a question without service and code in printable ASCII")
    return asked["service"], asked["code"]


def _scopes(request):
    peer = request.scope["state"]["peer"]
    name = peer.name if peer else request.query_params.get("terminal", "")
    return EVERYBODY, "class:%s" % request.query_params.get("class", ""), "terminal:%s" % name


def _refusal(status, error, headers=None):
    metrics.REFUSED.labels(error.code).inc()
    return JSONResponse({"error": error.code, "message": str(error)}, status, headers)
