"""A stateless head-end before NATS JetStream; as many as one likes. python -m headend.nats_gateway FOLDER [HOST [PORT]]"""

import asyncio
import contextlib
import logging
import os
import sys

import uvicorn

from headend.app import HeadendApp
from headend.engine_nats import NatsEngine
from headend.errors import HeadendError, NotStored
from headend.nats_log import PARTS
from headend.peer import TerminalProtocol
from headend.platforms import open_platforms
from headend.server import KEEP_ALIVE_S, listen, tls_options
from headend.store import memory_store

REVOKED = "fleet:revoked"
_LOOK_S = 1
_log = logging.getLogger("gatepost.headend")


async def revoke(state, serial):
    """No gateway takes the certificate of this serial number (hex) any more, a second from now."""
    doc, revision = await state.get(REVOKED)
    serials = sorted({*(doc or {}).get("serials", ()), serial})
    await state.put(REVOKED, {"serials": serials}, revision)


async def _follow_revocations(state, store):
    while True:
        try:
            await state.newest()
            doc, _ = await state.get(REVOKED)
        except NotStored as error:
            _log.error("revocations cannot be read: %s", error)
        else:
            rows = [(serial,) for serial in (doc or {}).get("serials", ())]
            store.executemany("INSERT OR IGNORE INTO revoked VALUES (?, 0)", rows)
        await asyncio.sleep(_LOOK_S)


async def serve_gateway(url, system_url, folder, host="127.0.0.1", port=8470, flush=(20, 1), tls_names=(), parts=PARTS):
    """Serves until told to stop; prints the URL once it takes records. `folder`: packages kept near, and certificates.

    `url` and `system_url` as in NatsEngine.open; platforms.json in `folder` as for the embedded head-end; all gateways of a fleet have the same `parts`. HeadendError when it
    cannot start.
    """
    with contextlib.closing(listen(host, port)) as listening, contextlib.closing(memory_store()) as store:
        engine = await NatsEngine.open(url, system_url, folder, parts)
        try:
            app = HeadendApp(
                engine.log, engine.state, engine.blobs, store, flush, nudge=lambda: engine.nudge,
                platforms=open_platforms(folder),
            )  # fmt: skip
            server = uvicorn.Server(
                uvicorn.Config(
                    app, http=TerminalProtocol, lifespan="on", log_config=None, access_log=False,
                    timeout_keep_alive=KEEP_ALIVE_S, timeout_graceful_shutdown=2, **tls_options(folder, tls_names),
                )
            )  # fmt: skip
            following = asyncio.create_task(_follow_revocations(engine.state, store))
            scheme = "https" if tls_names else "http"
            print("Gateway at %s://%s:%d" % (scheme, *listening.getsockname()[:2]), flush=True)
            await server.serve(sockets=[listening])
            following.cancel()
        finally:
            await engine.close()


def main(folder, host="127.0.0.1", port="8470"):
    """The servers come from GATEPOST_NATS and GATEPOST_NATS_SYSTEM; GATEPOST_TLS_NAMES (by commas) turns TLS on."""
    names = os.environ
    tls_names = tuple(name for name in names.get("GATEPOST_TLS_NAMES", "").split(",") if name)
    parts = int(names.get("GATEPOST_PARTS", PARTS))
    gateway = serve_gateway(
        names["GATEPOST_NATS"], names["GATEPOST_NATS_SYSTEM"], folder, host, int(port), tls_names=tls_names, parts=parts
    )
    try:
        asyncio.run(gateway)
    except KeyboardInterrupt:
        return 0
    except HeadendError as error:
        print("%s: %s" % (error.code, error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
