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
from headend.desired import Desired
from headend.errors import Impersonation, NotStored, PlatformAway
from headend.ingest import Ingest
from headend.ledger import alarm_count
from headend.peer import check_peer
from headend.revocation import REVOKED, Revoked
from headend.state import Nudge
from terminal.errors import WireMalformed
from terminal.signed_time import time_text
from terminal.wire import load_json

_FLUSH_S = 0.25
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
        self._reports = reports
        self._sign = sign
        self._platforms = platforms
        self._desk = desk
        self._revoked = Revoked()
        self._desired = Desired(state, reader, self._revoked, reports)
        self._bare = {"/v1/txn": Ingest(log, self._revoked, flush), "/v1/state": self._desired}
        self._rest = self._routes()

    async def __call__(self, scope, receive, send):
        target = self._bare.get(scope["path"], self._rest) if scope["type"] == "http" else self._rest
        await target(scope, receive, send)

    def _routes(self):
        return Starlette(
            routes=[
                Route("/v1/blob/{digest}", self.give_blob, methods=["GET"]),
                Route("/v1/time", self.give_time, methods=["GET"]),
                Route("/v1/codes/resolve", self.resolve_code, methods=["POST"]),
                Route("/healthz", self.health, methods=["GET"]),
                Route("/metrics", self.give_metrics, methods=["GET"]),
                *(self._desk.routes(self._revoked) if self._desk is not None else ()),
            ],
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app):
        nudge = self._make_nudge()
        self._desired.open()
        seen, scopes = await self._state.changed(0)
        await self._heed(scopes)
        watching = asyncio.create_task(self._watch(nudge, seen))
        yield {"dismiss": self._desired.dismiss}
        watching.cancel()

    async def _heed(self, scopes):
        if REVOKED in scopes:
            self._desired.refuse(await self._revoked.read(self._state))
        self._desired.news(scopes)

    async def _watch(self, nudge, seen):
        """Other programs publish too: one look, now and then or at a nudge, serves all waiting terminals."""
        flushed = 0
        while True:
            await nudge.wait("state", self._state.look_s)
            try:
                newest, scopes = await self._state.changed(seen)
                if newest != seen:
                    await self._heed(scopes)
                    seen = newest
                    nudge.publish("state")  # gateways beside this one look at once
                if self._reports is not None and time.monotonic() - flushed >= _FLUSH_S:
                    flushed = time.monotonic()
                    await self._reports.flush()
            except (sqlite3.OperationalError, NotStored) as error:  # a failing disk must not end the watch
                _log.error("desired state cannot be read: %s", error)

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
            check_peer(request.scope["state"], self._revoked, None)
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
            check_peer(request.scope["state"], self._revoked, None)
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


def _refusal(status, error, headers=None):
    metrics.REFUSED.labels(error.code).inc()
    return JSONResponse({"error": error.code, "message": str(error)}, status, headers)
