"""TCP as a link (terminal/ports.py): a non-blocking socket that waits by the clock, on MicroPython and CPython."""

import select
import socket

from micropython import const

# OSError numbers: MicroPython's `errno` does not name them all, and some boards have lwIP's own EINPROGRESS.
_AGAIN = const((11, 35))
_IN_PROGRESS = const((11, 36, 115, 119))
_NOT_CONNECTED = const(107)
_RESET = const(104)
_TIMED_OUT = const(110)
_NOT_SUPPORTED = const((22, 92, 95, 109))
_IPPROTO_TCP = const(6)
_TCP_NODELAY = const(1)
_POLL_MS = const(5)
_LOOK_UP_AGAIN = const(8)
_BROKEN = const(8 | 16)  # POLLERR | POLLHUP


class TcpLink:
    """A connection to `host`:`port`. Every call ends within `timeout_ms`, or raises OSError.

    `pace`, when given, replaces the sleep between two looks at the socket: `await pace.wait(socket, writing)`.
    Looking up a name is the one call that waits for the system, so the address found is kept for later connections
    and looked up again only after some failures; give a numeric address where even that is too long.
    """

    def __init__(self, host, port, clock, pace=None, timeout_ms=10000):
        self._host = host
        self._port = port
        self._clock = clock
        self._pace = pace
        self._timeout_ms = timeout_ms
        self._socket = None
        self._resolved = None
        self._failures = 0

    async def open(self):
        """Connects; an earlier connection is dropped."""
        self.close()
        connected = False
        try:
            await self._connect()
            connected = True
        finally:  # also when the task is stopped half-way: no socket is left behind
            self._failures = 0 if connected or self._failures == _LOOK_UP_AGAIN else self._failures + 1
            if not connected:
                self.close()

    async def _connect(self):
        if self._resolved is None or self._failures >= _LOOK_UP_AGAIN:
            self._resolved = socket.getaddrinfo(self._host, self._port, 0, socket.SOCK_STREAM)[0]
        family, kind, protocol, _, address = self._resolved
        self._socket = opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        _send_at_once(opened)
        try:
            opened.connect(address)
        except OSError as error:
            if error.args[0] not in _IN_PROGRESS:
                raise
        await self._until_connected(opened)

    async def _until_connected(self, opened):
        poll = select.poll()
        poll.register(opened, select.POLLOUT)
        deadline = self._clock.deadline(self._timeout_ms)
        while True:
            events = poll.poll(0)
            if events:
                break
            await self._wait(opened, True, deadline)
        if events[0][1] & _BROKEN:
            opened.send(b"")  # raises the reason where the system tells it
            raise OSError(_RESET)

    async def write(self, data):
        """Sends all of `data`."""
        deadline = self._clock.deadline(self._timeout_ms)
        view = memoryview(data)
        while len(view):
            current = self._current()
            count, writing = self._send(current, view)
            if count:
                view = view[count:]
            else:
                await self._wait(current, writing, deadline)

    async def read_into(self, buffer):
        """Waits for bytes and returns how many are in `buffer` now; 0 when the peer closed."""
        deadline = self._clock.deadline(self._timeout_ms)
        while True:
            current = self._current()
            count, writing = self._receive(current, buffer)
            if count is not None:
                return count
            await self._wait(current, writing, deadline)

    def close(self):
        """Ends the connection; whoever waits on it gets an OSError."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, current, view):
        """Bytes taken (0 or None: none yet), and whether to wait until the socket can be written to."""
        try:
            return current.send(view), True
        except OSError as error:
            if error.args[0] not in _AGAIN:
                raise
            return 0, True

    def _receive(self, current, buffer):
        """Bytes received or None, and what to wait for. MicroPython's sockets are streams, CPython's are not."""
        if hasattr(current, "readinto"):
            return current.readinto(buffer), False
        try:
            return current.recv_into(buffer), False
        except OSError as error:
            if error.args[0] not in _AGAIN:
                raise
            return None, False

    def _current(self):
        if self._socket is None:
            raise OSError(_NOT_CONNECTED)
        return self._socket

    async def _wait(self, waiting, writing, deadline):
        if self._clock.passed(deadline):
            raise OSError(_TIMED_OUT)
        if self._pace is None:
            await self._clock.sleep_ms(_POLL_MS)
        else:
            await self._pace.wait(waiting, writing)
        if self._socket is not waiting:
            raise OSError(_NOT_CONNECTED)


def _send_at_once(opened):
    """Head and body of a request go out without waiting for each other (Nagle), where the port can be told so."""
    try:
        opened.setsockopt(_IPPROTO_TCP, _TCP_NODELAY, 1)
    except OSError as error:
        if error.args[0] not in _NOT_SUPPORTED:
            raise
