"""A stateless head-end before NATS JetStream; as many as one likes. python -m headend.nats_gateway FOLDER [HOST [PORT]]"""

import argparse
import asyncio
import contextlib
import logging
import os
import sys

import uvicorn

from headend.app import HeadendApp
from headend.engine_nats import NatsEngine
from headend.errors import HeadendError, NotStored
from headend.logs import log_as_json
from headend.nats_config import FLEET, unset
from headend.operator_keys import signing_key
from headend.platforms import open_platforms
from headend.server import listen, served
from headend.store import memory_store

_LOOK_S = 10
_log = logging.getLogger("gatepost.headend")


async def _follow_alarms(engine, store):
    """Keeps the alarms of the fleet at hand, for /healthz and /metrics."""
    while True:
        try:
            alarms = await engine.log.alarms()
        except NotStored as error:
            _log.error("alarms cannot be read: %s", error)
        else:
            store.executemany("INSERT OR REPLACE INTO alarms VALUES (?, ?, ?, ?, ?, ?)", alarms)
        await asyncio.sleep(_LOOK_S)


async def serve_gateway(fleet, folder, host="127.0.0.1", port=8470, flush=(20, 1), tls_names=(), sign=None):
    """Serves until told to stop; prints the URL once it takes records. `folder`: packages kept near, and certificates.

    `fleet` names the servers (NatsEngine.of); `sign(message)`: the key of the role settings, for signed time;
    platforms.json in `folder` as for the embedded head-end. HeadendError when it cannot start.
    """
    with contextlib.closing(listen(host, port)) as listening, contextlib.closing(memory_store()) as store:
        engine = await NatsEngine.of(fleet, folder)
        try:
            app = HeadendApp(
                engine.log, engine.state, engine.blobs, store, flush, nudge=lambda: engine.nudge,
                reports=engine.reports, sign=sign, platforms=open_platforms(folder),
            )  # fmt: skip
            server = uvicorn.Server(served(app, folder, tls_names))
            following = asyncio.create_task(_follow_alarms(engine, store))
            scheme = "https" if tls_names else "http"
            print("Gateway at %s://%s:%d" % (scheme, *listening.getsockname()[:2]), flush=True)
            await server.serve(sockets=[listening])
            following.cancel()
        finally:
            await engine.close()


def main(arguments=None):
    """One gateway, until it is stopped.

    The servers come from GATEPOST_NATS and GATEPOST_NATS_SYSTEM; GATEPOST_TLS_NAMES (by commas) turns TLS on.

    GATEPOST_TIME_KEY is the file of the key that signs the time (the operator page's keys/operation.sm2).
    """
    names = os.environ
    parser = argparse.ArgumentParser(prog="python -m headend.nats_gateway", description="A gateway of a fleet.")
    parser.add_argument("folder", metavar="FOLDER", help="its data: authority, packages it has read")
    parser.add_argument("host", metavar="HOST", nargs="?", default="127.0.0.1")
    parser.add_argument("port", metavar="PORT", nargs="?", type=int, default=8470)
    chosen = parser.parse_args(arguments)
    lacking = unset(names, FLEET[:2])
    if lacking:
        parser.error(lacking)
    log_as_json()
    tls_names = tuple(name for name in names.get("GATEPOST_TLS_NAMES", "").split(",") if name)
    key = names.get("GATEPOST_TIME_KEY")
    try:
        sign = signing_key(key)[1] if key else None
        asyncio.run(serve_gateway(names, chosen.folder, chosen.host, chosen.port, tls_names=tls_names, sign=sign))
    except KeyboardInterrupt:
        return 0
    except HeadendError as error:
        print("%s: %s" % (error.code, error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
