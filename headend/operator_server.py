"""Runs the operator page over an engine and a ledger: in the foreground or in a thread beside the head-end."""

import asyncio
import pathlib
import threading
import time
from contextlib import AsyncExitStack, closing

import uvicorn

from headend.accounts import Accounts
from headend.audit import Audit
from headend.commands import CommandDesk
from headend.engine_sqlite import SqliteEngine
from headend.errors import HeadendError, NotStarted
from headend.key_service import open_key_service
from headend.operator import Desk, OperatorApp
from headend.operator_fleet import FleetReports
from headend.operator_store import open_operator_store
from headend.projector import Projector
from headend.reconcile import nightly
from headend.registry import Registry
from headend.registry_lists import ListPublisher
from headend.rollout import Rollouts
from headend.schema import open_ledger
from headend.server import listen

LEDGER = "ledger.sqlite"


async def open_engine(folder, fleet):
    """The engine of the head-end: of the fleet that the names in `fleet` (NatsEngine.of) say, else of `folder`."""
    if not fleet:
        return await SqliteEngine.open(folder)
    from headend.engine_nats import NatsEngine  # the extra `fleet`

    return await NatsEngine.of(fleet, folder)


async def _ended(task):
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class _Service:
    """Everything a Desk needs, opened over `folder`. Signers are (key, sign(message)); `fleet` as in serve_operator."""

    def __init__(self, folder, list_key, list_signer, command_signer, host, port, fleet, psam=None):
        self._folder, self._fleet = pathlib.Path(folder), fleet
        self._list_key, self._list_signer, self._command_signer = list_key, list_signer, command_signer
        self._psam = psam or open_key_service(self._folder)
        self._socket = listen(host, port)
        self.host, self.port = self._socket.getsockname()[:2]
        self.server = None
        self.failure = None

    def run(self):
        """Serves until told to stop; what kept it from starting is in `failure`."""
        try:
            with closing(self._socket):
                asyncio.run(self._serve())
        except HeadendError as error:
            self.failure = error

    async def _serve(self):
        async with AsyncExitStack() as stack:
            engine = await open_engine(self._folder, self._fleet)
            stack.push_async_callback(engine.close)
            ledger = (self._fleet or {}).get("GATEPOST_LEDGER")
            database = open_ledger(ledger or "sqlite:///%s" % (self._folder / LEDGER))
            stack.callback(database.dispose)
            desk = self._desk(stack, engine, database)
            reports = stack.enter_context(closing(FleetReports(self._folder)))
            await engine.reports.follow(reports)
            if not ledger:  # a fleet's ledger has a projector of its own
                projector = Projector(engine.log, database)
                carrying = asyncio.gather(projector.run(), nightly(database, projector, engine.log))
                stack.push_async_callback(_ended, carrying)
            self.server = uvicorn.Server(
                uvicorn.Config(OperatorApp(desk), lifespan="on", ws="none", log_config=None, access_log=False)
            )
            await self.server.serve(sockets=[self._socket])

    def _desk(self, stack, engine, database):
        db = stack.enter_context(closing(open_operator_store(self._folder)))
        registry = stack.enter_context(closing(Registry(self._folder, self._list_key)))
        state, blobs = engine.state, engine.blobs
        return Desk(
            engine.log, database, db, registry,
            ListPublisher(registry, self._folder, state, blobs, self._list_signer),
            CommandDesk(db, state, database, self._command_signer), Rollouts(db, state, blobs),
            Accounts(db), Audit(db), self._psam,
        )  # fmt: skip


def serve_operator(folder, list_key, list_signer, command_signer, host="127.0.0.1", port=8471, fleet=None, psam=None):
    """Serves the page until interrupted; prints its URL first. HeadendError when it cannot start.

    `fleet`: {GATEPOST_NATS, GATEPOST_NATS_SYSTEM, GATEPOST_LEDGER} of a fleet; without it the head-end in `folder` is
    the one, and the page carries its records into a ledger of its own. `psam`: the key service that checks TACs, shaped
    like headend.settlement.SoftwarePsam; without it the one that `folder` names (headend/key_service.py).
    """
    service = _Service(folder, list_key, list_signer, command_signer, host, port, fleet, psam)
    print("Operator page at http://%s:%d" % (service.host, service.port), flush=True)
    service.run()
    if service.failure:
        raise service.failure


class BackgroundOperator:
    """The page in a thread: `with BackgroundOperator(...) as page: page.url`."""

    def __init__(self, folder, list_key, list_signer, command_signer, host="127.0.0.1", port=0, fleet=None):
        self._service = _Service(folder, list_key, list_signer, command_signer, host, port, fleet)
        self.url = "http://%s:%d" % (self._service.host, self._service.port)
        self._thread = threading.Thread(target=self._service.run, name="operator", daemon=True)
        self._thread.start()
        while not self._is_started() and self._thread.is_alive():
            time.sleep(0.002)
        if not self._is_started():
            raise self._service.failure or NotStarted(
                "the operator page on %s did not start: its log says why" % self.url
            )

    def _is_started(self):
        return self._service.server is not None and self._service.server.started

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._service.server.should_exit = True
        self._thread.join()
