"""Runs the head-end: in the foreground for `gatepost headend`, or in a thread beside the simulator and tests."""

import socket
import threading
import time

import uvicorn

from headend.app import HeadendApp
from headend.errors import PortTaken
from headend.ledger import open_reader
from headend.store import EventLog, open_store
from headend.writer import GroupWriter

KEEP_ALIVE_S = 120


class _Service:
    """Store, writer and server, opened in an order in which each failure leaves nothing behind."""

    def __init__(self, folder, host, port, flush=(20, 1)):
        connection = open_store(folder)
        try:
            self._socket = _listen(host, port)
        except PortTaken:
            connection.close()
            raise
        self.host, self.port = self._socket.getsockname()[:2]
        self._writer = GroupWriter(EventLog(connection))
        self._reader = open_reader(folder)
        app = HeadendApp(self._writer, self._reader, flush).routes()
        self.server = uvicorn.Server(
            uvicorn.Config(
                app, http="h11", loop="asyncio", lifespan="off", log_config=None, access_log=False,
                timeout_keep_alive=KEEP_ALIVE_S, timeout_graceful_shutdown=2,
            )
        )  # fmt: skip

    @property
    def url(self):
        return "http://%s:%d" % (self.host, self.port)

    def run(self):
        """Serves until told to stop, then commits what is under way and lets go of everything."""
        try:
            self.server.run(sockets=[self._socket])
        finally:
            self._writer.stop()
            self._reader.close()
            self._socket.close()


def serve(folder, host="127.0.0.1", port=8470, flush=(20, 1)):
    """Serves from `folder` until interrupted; prints the URL first. HeadendError when it cannot start."""
    service = _Service(folder, host, port, flush)
    print("Head-end at %s, records in %s" % (service.url, folder), flush=True)
    service.run()


class BackgroundServer:
    """The head-end in a thread: `with BackgroundServer(folder) as headend: headend.url`. HeadendError as `serve`."""

    def __init__(self, folder, host="127.0.0.1", port=0, flush=(20, 1)):
        self._service = _Service(folder, host, port, flush)
        self.url = self._service.url
        self.host, self.port = self._service.host, self._service.port
        self._thread = threading.Thread(target=self._service.run, name="headend", daemon=True)
        self._thread.start()
        while not self._service.server.started and self._thread.is_alive():
            time.sleep(0.002)

    def stop(self):
        """Ends the server; what it acknowledged is stored."""
        self._service.server.should_exit = True
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def _listen(host, port):
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortTaken("cannot listen on %s: %s" % (host, error)) from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise PortTaken(
            "cannot listen on %s port %d (%s): stop what uses it or choose another port" % (host, port, error.strerror)
        ) from None
    return listening
