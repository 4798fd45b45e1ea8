"""The head-end's HTTP face: records in, desired state out, health."""

import asyncio
import binascii
import json
import logging
import time

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from headend.errors import BodyTooLong, Impersonation, NotStored, Overloaded
from headend.ledger import alarm_count, is_revoked, versions
from terminal.errors import WireMalformed
from terminal.wire import MAX_BODY, Reply, make_reply, parse_batch

BODY_TIMEOUT_S = 20
LONGEST_WAIT_S = 240
_log = logging.getLogger("gatepost.headend")


class HeadendApp:
    """Routes over one GroupWriter and one reading connection. `flush`: (max_n, max_age_s) wished from terminals."""

    def __init__(self, writer, reader, flush=(20, 1)):
        self._writer = writer
        self._reader = reader
        self._flush = flush

    def routes(self):
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/v1/txn", self.take_records, methods=["POST"]),
                Route("/v1/state", self.give_state, methods=["GET"]),
                Route("/healthz", self.health, methods=["GET"]),
            ]
        )

    async def take_records(self, request):
        """One batch; answered after its commit."""
        try:
            body = await asyncio.wait_for(_read_body(request), BODY_TIMEOUT_S)
            batch = parse_batch(body)
            self._check_peer(request, batch.terminal)
            ack, want = await self._writer.submit(batch)
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
        """The versions in force and their tag; with `since`=tag waits up to `wait` seconds for news first (304: none)."""
        try:
            self._check_peer(request)
        except Impersonation as error:
            return _refusal(403, error)
        known = request.query_params.get("since")
        wait = request.query_params.get("wait", "0")
        end = time.monotonic() + (min(int(wait), LONGEST_WAIT_S) if wait.isdigit() else 0)
        while True:
            current = versions(self._reader)
            tag = "%08x" % (binascii.crc32(json.dumps(current, sort_keys=True).encode()))
            left = end - time.monotonic()
            if tag != known or left <= 0:
                break
            await asyncio.sleep(min(left, 0.25))
        if tag == known:
            return Response(status_code=304, headers={"ETag": tag})
        state = {"versions": current, "time": int(time.time()), "alarms": alarm_count(self._reader)}
        return JSONResponse(state, headers={"ETag": tag})

    async def health(self, _request):
        """200 while records can be stored."""
        alive = self._writer.is_alive
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


def _refusal(status, error, headers=None):
    return JSONResponse({"error": error.code, "message": str(error)}, status, headers)
