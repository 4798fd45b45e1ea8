"""UDP to the terminals of one site: a non-blocking socket, looked at and never waited for, on both interpreters."""

import socket

from micropython import const

_AGAIN = (11, 35)
_AWAY = (101, 111, 113)  # network or host unreachable, port refused: neighbours come and go


class Datagrams:
    """Bound to `port` (0: any, see `port`) on `host`; `peers`: [(host, port)] of the others, addresses in numbers."""

    LONGEST = const(256)

    def __init__(self, host, port, peers=()):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(socket.getaddrinfo(host, port)[0][-1])
        self._socket.setblocking(False)
        self._peers = []
        for peer in peers:
            self.add(peer[0], peer[1])

    def add(self, host, port):
        """One more peer."""
        self._peers.append(socket.getaddrinfo(host, port)[0][-1])

    @property
    def port(self):
        """The port it is bound to; CPython only."""
        return self._socket.getsockname()[1]

    def send(self, data):
        """To every peer; who is away does not hear it."""
        for peer in self._peers:
            try:
                self._socket.sendto(data, peer)
            except OSError as error:
                if error.args[0] not in _AGAIN + _AWAY:
                    raise

    def receive(self):
        """The bytes of one datagram, None when none is there."""
        try:
            return self._socket.recvfrom(self.LONGEST)[0]
        except OSError as error:
            if error.args[0] in _AGAIN + _AWAY:
                return None
            raise

    def close(self):
        self._socket.close()
