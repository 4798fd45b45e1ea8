"""Runs the operator page beside the head-end, over the same folder: in the foreground or in a thread."""

import threading
import time
from contextlib import closing

import uvicorn

from headend.accounts import Accounts
from headend.audit import Audit
from headend.blobs import Blobs
from headend.commands import CommandDesk
from headend.errors import NotStarted
from headend.ledger import open_reader
from headend.operator import Desk, OperatorApp
from headend.operator_store import open_operator_store
from headend.registry import Registry
from headend.registry_lists import ListPublisher
from headend.rollout import Rollouts
from headend.server import listen
from headend.state import State
from headend.store import open_store


class _Service:
    """Everything a Desk needs, opened over `folder`. Signers are (key, sign(message))."""

    def __init__(self, folder, list_key, list_signer, command_signer, host, port):
        self._socket = listen(host, port)
        self.host, self.port = self._socket.getsockname()[:2]
        self._store = open_store(folder)
        self._reader = open_reader(folder)
        self._db = open_operator_store(folder)
        self._registry = Registry(folder, list_key)
        state, blobs = State(self._store), Blobs(folder / "blobs")
        desk = Desk(
            self._reader, self._db, self._registry, ListPublisher(self._registry, folder, state, blobs, list_signer),
            CommandDesk(self._db, state, self._reader, command_signer), Rollouts(self._db, state, blobs),
            Accounts(self._db), Audit(self._db),
        )  # fmt: skip
        self.server = uvicorn.Server(
            uvicorn.Config(
                OperatorApp(desk), loop="asyncio", lifespan="on", ws="none", log_config=None, access_log=False
            )
        )

    def run(self):
        """Serves until told to stop."""
        with closing(self._socket), closing(self._store), closing(self._reader), closing(self._db):
            with closing(self._registry):
                self.server.run(sockets=[self._socket])


def serve_operator(folder, list_key, list_signer, command_signer, host="127.0.0.1", port=8471):
    """Serves the page until interrupted; prints its URL first. HeadendError when it cannot start."""
    service = _Service(folder, list_key, list_signer, command_signer, host, port)
    print("Operator page at http://%s:%d" % (service.host, service.port), flush=True)
    service.run()


class BackgroundOperator:
    """The page in a thread: `with BackgroundOperator(...) as page: page.url`."""

    def __init__(self, folder, list_key, list_signer, command_signer, host="127.0.0.1", port=0):
        self._service = _Service(folder, list_key, list_signer, command_signer, host, port)
        self.url = "http://%s:%d" % (self._service.host, self._service.port)
        self._thread = threading.Thread(target=self._service.run, name="operator", daemon=True)
        self._thread.start()
        while not self._service.server.started and self._thread.is_alive():
            time.sleep(0.002)
        if not self._service.server.started:
            raise NotStarted("the operator page on %s did not start: its log says why" % self.url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._service.server.should_exit = True
        self._thread.join()
