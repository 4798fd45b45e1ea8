"""The outside check over the real client and a real server that takes its time: the lane goes on, a late answer is nobody's."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from drivers.bus.socket import TcpLink
from terminal.clock import SystemClock
from terminal.http_client import HttpClient
from terminal.media.opaque_code import Resolver
from terminal.tap import outside_check

SLOW, QUICK = bytes(16), bytes(range(16))


@pytest.fixture
def triage():
    """A platform that answers yes about SLOW when it is `let_go`, and no about anybody else at once."""
    held, let_go = threading.Event(), threading.Event()

    class Platform(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            slow = asked["code"] == SLOW.hex()
            if slow:
                held.set()
                assert let_go.wait(20)
            body = json.dumps({"eligible": slow}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Platform) as server:
        server.held, server.let_go = held, let_go
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        let_go.set()
        server.shutdown()
        thread.join()


async def _talk(server):
    clock = SystemClock()
    link = TcpLink("127.0.0.1", server.server_address[1], clock)
    resolver = Resolver(HttpClient(link, clock, "triage"), clock)
    breaths = []

    async def breathe():
        breaths.append(clock.ticks())

    check = outside_check.OutsideCheck(resolver, "triage", breathe)
    running = asyncio.create_task(resolver.run())
    said = [await check.ask(SLOW)]
    assert server.held.is_set() and len(breaths) > 2  # it was asked, and the fire input was looked at meanwhile
    server.let_go.set()
    await clock.sleep_ms(100)  # the yes about SLOW comes now, when nobody asks any more
    while said[-1] is None:
        said.append(await check.ask(QUICK))
        assert len(said) < 50
    running.cancel()
    link.close()
    return said


def test_who_is_asked_about_too_long_falls_back_and_the_late_yes_is_not_the_next_persons(triage, monkeypatch):
    monkeypatch.setattr(outside_check, "PATIENCE_MS", 300)
    said = asyncio.run(_talk(triage))
    assert said[0] is None and said[-1] is False and True not in said
