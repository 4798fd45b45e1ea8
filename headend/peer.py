"""Who is at the other end of a connection: the terminal's certificate, made known to the application."""

import ssl
import time
from collections import namedtuple

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from headend.errors import Impersonation

Peer = namedtuple("Peer", "name serial until")
"""The holder of a connection's certificate: its name, the certificate's serial number in hex, its last second (UTC)."""


class _HeadWithBody:
    """A transport that holds an answer's head until its body comes: one segment, one TLS record, one system call."""

    def __init__(self, transport):
        self._transport = transport
        self._head = b""

    def write(self, data):
        if not self._head and data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100"):
            self._head = data
        else:
            self._transport.write(self._head + data)
            self._head = b""

    def flush(self):
        """Sends the head of an answer that has no body."""
        if self._head:
            self._transport.write(self._head)
            self._head = b""

    def close(self):
        self.flush()
        self._transport.close()

    def __getattr__(self, name):
        return getattr(self._transport, name)


class TerminalProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, which puts `peer` (None without TLS) and `hang_up` into the scope's state."""

    def connection_made(self, transport):
        transport = _HeadWithBody(transport)
        super().connection_made(transport)
        certificate = transport.get_extra_info("peercert")
        peer = None
        if certificate:
            names = [value for part in certificate["subject"] for key, value in part if key == "commonName"]
            until = ssl.cert_time_to_seconds(certificate["notAfter"])
            peer = Peer(names[0] if names else "", certificate["serialNumber"].lstrip("0"), until)
        self.app_state = {**self.app_state, "peer": peer, "hang_up": transport.close}

    def shutdown(self):
        """The server ends: a question that waits for news would be cut off, and logged as an error for each terminal."""
        super().shutdown()
        self.app_state["dismiss"]()

    def on_response_complete(self):
        self.transport.flush()
        super().on_response_complete()


def check_peer(state, revoked, terminal):
    """Impersonation unless the holder of the certificate, if there is one, may speak as `terminal` (None: anybody).

    `revoked`: the serial numbers of certificates that are no longer taken.
    """
    peer = state["peer"]
    if peer is None:
        return
    if time.time() > peer.until:  # TLS looks at it once, and a connection may be kept for months
        raise Impersonation("certificate %s of %s has expired" % (peer.serial, peer.name))
    if peer.serial in revoked:
        raise Impersonation("certificate %s of %s is revoked" % (peer.serial, peer.name))
    if terminal not in (None, peer.name):
        raise Impersonation("terminal %s speaks with the certificate of %s" % (terminal, peer.name))
