"""Runs the head-end: in the foreground for `gatepost headend`, or in a thread beside the simulator and tests."""

import pathlib
import socket
import ssl
import threading
import time
from asyncio import sslproto

import uvicorn

from headend.app import HeadendApp
from headend.blobs import Blobs
from headend.certificates import Authority
from headend.errors import NotStarted, PortTaken
from headend.event_log import EventLog
from headend.ledger import open_reader
from headend.operator_fleet import FleetReports
from headend.peer import TerminalProtocol
from headend.platforms import open_platforms
from headend.state import State
from headend.store import open_store
from headend.writer import GroupWriter

_KEEP_ALIVE_S = 120
_READ_AT_ONCE = 4096


def _tls_options(folder, names):
    """uvicorn's options for mutual TLS under `names` with the authority in `folder`; none without names."""
    if not names:
        return {}
    # asyncio makes this buffer whole for each connection: 256 KB for a terminal that waits, 2.5 GB for ten thousand.
    sslproto.SSLProtocol.max_size = _READ_AT_ONCE
    authority = Authority(pathlib.Path(folder) / "authority")
    certificate, key = authority.server(names)
    return {
        "ssl_certfile": certificate,
        "ssl_keyfile": key,
        "ssl_ca_certs": str(authority.path),
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
    }


def served(app, folder, tls_names):
    """uvicorn's configuration for a head-end: `app` over TerminalProtocol, in mutual TLS under `tls_names`, if any."""
    return uvicorn.Config(
        app, http=TerminalProtocol, loop="asyncio", lifespan="on", log_config=None, access_log=False,
        server_header=False, proxy_headers=False, timeout_keep_alive=_KEEP_ALIVE_S, timeout_graceful_shutdown=2,
        **_tls_options(folder, tls_names),
    )  # fmt: skip


class _Service:
    """Store, writer and server, opened in an order in which each failure leaves nothing behind."""

    def __init__(self, folder, host, port, flush, tls_names, sign=None, platforms=None, desk=None):
        platforms = platforms or open_platforms(folder)
        connection = open_store(folder)
        try:
            self._socket = listen(host, port)
        except PortTaken:
            connection.close()
            raise
        self.host, self.port = self._socket.getsockname()[:2]
        self._reader = open_reader(folder)
        self._writer = GroupWriter(EventLog(connection), self._reader)
        self._desired = open_store(folder)
        blobs = Blobs(pathlib.Path(folder) / "blobs")
        self._desk = desk
        self._reports = FleetReports(folder)
        app = HeadendApp(
            self._writer, State(self._desired), blobs, self._reader, flush, reports=self._reports, sign=sign,
            platforms=platforms, desk=desk,
        )  # fmt: skip
        self._scheme = "https" if tls_names else "http"
        self.server = uvicorn.Server(served(app, folder, tls_names))

    @property
    def url(self):
        return "%s://%s:%d" % (self._scheme, self.host, self.port)

    def run(self):
        """Serves until told to stop, commits what is under way, lets go of everything; True unless it never started."""
        try:
            self.server.run(sockets=[self._socket])
        except SystemExit:  # how uvicorn says that the start failed, after it logged why
            return False
        except KeyboardInterrupt:  # uvicorn raises it again after an orderly end
            return True
        finally:
            self._writer.stop()
            self._reader.close()
            self._desired.close()
            self._reports.close()
            if self._desk is not None:
                self._desk.close()
            self._socket.close()
        return True


def serve(folder, host="127.0.0.1", port=8470, flush=(20, 1), tls_names=(), sign=None, desk=None):
    """Serves from `folder` until interrupted; prints the URL first. HeadendError when it cannot start.

    With `tls_names`, the names and addresses under which terminals know this server, it speaks mutual TLS with
    certificates of the authority in folder/authority. `sign(message)`: the key of the role settings, for signed time.
    Opaque codes are resolved by the platforms of folder/platforms.json. `desk`: the ServiceDesk of kiosks, closed at
    the end.
    """
    service = _Service(folder, host, port, flush, tls_names, sign, desk=desk)
    print("Head-end at %s, records in %s" % (service.url, folder), flush=True)
    if not service.run():
        raise _not_started(service)


class BackgroundServer:
    """The head-end in a thread: `with BackgroundServer(folder) as headend: headend.url`. HeadendError as `serve`.

    `platforms` instead of those that the folder names, shaped like headend.platforms.Platforms. `desk` as for `serve`.
    """

    def __init__(
        self, folder, host="127.0.0.1", port=0, flush=(20, 1), tls_names=(), sign=None, platforms=None, desk=None
    ):
        self._service = _Service(folder, host, port, flush, tls_names, sign, platforms, desk)
        self.url = self._service.url
        self.host, self.port = self._service.host, self._service.port
        self._thread = threading.Thread(target=self._service.run, name="headend", daemon=True)
        self._thread.start()
        while not self._service.server.started and self._thread.is_alive():
            time.sleep(0.002)
        if not self._service.server.started:
            raise _not_started(self._service)

    def stop(self):
        """Ends the server; what it acknowledged is stored."""
        self._service.server.should_exit = True
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def _not_started(service):
    return NotStarted("the head-end on %s did not start: its log says why" % service.url)


def listen(host, port):
    """A listening socket; PortTaken."""
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
