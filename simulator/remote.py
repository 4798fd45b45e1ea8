"""Host only: remote control of a running simulator on this machine: JSON lines over TCP, behind a token.

Requests, one a line, each answered by one line:
    {"token": TOKEN}        first of all; {"ok": true}
    {"do": "card adult"}    a line of a day script, `expect` too; {"ok": true} or {"error": TEXT, "code": CODE}
    {"ask": "screen"}       screen, text (visible, in reading order), targets, lamps, leaves, online, queued, clock, events
    {"ask": "events", "since": N}    the events from number N on
"""

import hmac
import json
import select
import socket

from simulator.errors import PortTaken, RemoteMalformed, SimulatorError
from simulator.script import Player, parse

_LONGEST = 4096
_BACKLOG = 4


class _Visitor:
    """One connection: what it sent so far, and whether it said the token."""

    def __init__(self, connection):
        self.connection = connection
        self.known = False
        self._given = b""

    def lines(self):
        """The whole lines that arrived; None when the connection is over."""
        try:
            data = self.connection.recv(_LONGEST)
        except ConnectionError:
            return None
        if not data or len(self._given) > _LONGEST:
            return None
        *whole, self._given = (self._given + data).split(b"\n")
        return whole

    def answer(self, facts):
        try:
            self.connection.sendall(json.dumps(facts, ensure_ascii=False).encode() + b"\n")
        except OSError:
            self.connection.close()  # it left without waiting; its end is seen at the next look


class RemoteControl:
    """Listens on 127.0.0.1:`port` (0: any, see `port`); `poll` does what visitors ask. PortTaken when it cannot."""

    def __init__(self, world, token, port=0):
        self._world = world
        self._token = token.encode()
        self._player = Player(world, "remote")
        self._visitors = []
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind(("127.0.0.1", port))
        except OSError as error:
            self._listener.close()
            raise PortTaken("port %d cannot be listened on (%s): choose another with --remote" % (port, error.strerror))
        self._listener.listen(_BACKLOG)
        self.port = self._listener.getsockname()[1]

    def poll(self, wait_s=0.0):
        """Does what has been asked since the last call; waits up to `wait_s` seconds for something to be asked."""
        sockets = [self._listener, *[visitor.connection for visitor in self._visitors]]
        ready = select.select(sockets, [], [], wait_s)[0]
        for visitor in [one for one in self._visitors if one.connection in ready]:
            self._serve(visitor)
        if self._listener in ready:
            connection, _ = self._listener.accept()
            connection.settimeout(1)
            self._visitors.append(_Visitor(connection))

    def close(self):
        for visitor in list(self._visitors):
            self._leave(visitor)
        self._listener.close()

    def _serve(self, visitor):
        lines = visitor.lines()
        if lines is None:
            self._leave(visitor)
            return
        for line in lines:
            try:
                visitor.answer(self._work(visitor, line))
            except SimulatorError as error:
                visitor.answer({"error": str(error), "code": error.code})
                if not visitor.known:
                    self._leave(visitor)
                    return

    def _leave(self, visitor):
        self._visitors.remove(visitor)
        visitor.connection.close()

    def _work(self, visitor, line):
        try:
            request = json.loads(line)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            raise RemoteMalformed("a request is one JSON object a line")
        if not visitor.known:
            visitor.known = hmac.compare_digest(str(request.get("token", "")).encode(), self._token)
            if not visitor.known:
                raise RemoteMalformed("the token is missing or wrong: it was printed when the simulator started")
            return {"ok": True}
        if isinstance(request.get("do"), str):
            for step in parse(request["do"], "remote"):
                self._player.play(step)
            return {"ok": True}
        if request.get("ask") == "screen":
            return self._screen()
        if request.get("ask") == "events":
            since = request.get("since", 0)
            if not isinstance(since, int) or since < 0:
                raise RemoteMalformed("since is a number of events, 0 or more")
            return {"events": self._world.events[since:]}
        raise RemoteMalformed('a request is {"do": SCRIPT LINE}, {"ask": "screen"} or {"ask": "events"}')

    def _screen(self):
        world = self._world
        ops = world.display_list
        return {
            "screen": (world.view or {}).get("screen"),
            "text": [op[-1] for op in ops if op[0] == "t"],
            "targets": [op[-1] for op in ops if op[0] == "hit"],
            "lamps": world.lamps,
            "leaves": world.leaves,
            "online": world.is_online,
            "queued": world.queued,
            "clock": world.clock_text,
            "events": len(world.events),
        }
