"""A listening TCP socket as a bus: one peer at a time, on this machine or in the shop's own network."""

import socket

from micropython import const

_AGAIN = (11, 35)
_MOST_WAITING = const(4096)


class LineServer:
    """any(), readinto(buffer), write(data) of the newest connection. `port` 0 chooses one; see `address`.

    Never waits: what the peer does not take at once waits here, and a peer that takes nothing loses the connection.
    `keep`: who is connected stays so, and whoever comes meanwhile waits; else the newest takes the line over.
    """

    def __init__(self, host="127.0.0.1", port=0, keep=False):
        self._count = 0
        self._keep = keep
        self._listening = socket.socket()
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listening.bind(socket.getaddrinfo(host, port)[0][-1])
        self._listening.listen(1)
        self._listening.setblocking(False)
        self._peer = None
        self._held = b""
        self._out = b""

    @property
    def address(self):
        """(host, port), on hosts."""
        return self._listening.getsockname()

    @property
    def connection(self):
        """A number that each peer has for itself, 0 while there is none: who keeps something of a peer asks for it."""
        return 0 if self._peer is None else self._count

    def any(self):
        self._accept()
        self._flush()
        if not self._held and self._peer is not None:
            try:
                data = self._peer.recv(256)
            except OSError as error:
                if error.args[0] not in _AGAIN:
                    self.hang_up()
                return 0
            if not data:
                self.hang_up()
            else:
                self._held = data
        return len(self._held)

    def readinto(self, buffer):
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        return count

    def write(self, data):
        self._out += bytes(data)
        self._flush()
        return len(data)

    def close(self):
        self.hang_up()
        self._listening.close()

    def hang_up(self):
        """Ends the connection there is; nothing of it is left."""
        if self._peer is not None:
            self._peer.close()
        self._peer, self._held, self._out = None, b"", b""

    def _accept(self):
        if self._keep and self._peer is not None:
            return
        try:
            peer = self._listening.accept()[0]
        except OSError as error:
            if error.args[0] not in _AGAIN:
                raise
            return
        self.hang_up()
        peer.setblocking(False)
        self._peer = peer
        self._count += 1

    def _flush(self):
        if self._peer is None:
            self._out = b""
            return
        try:
            while self._out:
                self._out = self._out[self._peer.send(self._out) :]
        except OSError as error:
            if error.args[0] not in _AGAIN or len(self._out) > _MOST_WAITING:
                self.hang_up()
