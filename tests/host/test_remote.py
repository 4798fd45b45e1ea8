"""Remote control: a real socket, a real world, no window."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from simulator.errors import PortTaken
from simulator.remote import RemoteControl
from simulator.world import World
from technician.play import open_world

TOKEN = "a-token-for-tests"


@contextlib.contextmanager
def _served(world):
    """The remote control of a world, served by a thread of its own."""
    control = RemoteControl(world, TOKEN)
    stopped = threading.Event()

    def serve():
        while not stopped.is_set():
            control.poll(0.02)

    thread = threading.Thread(target=serve)
    thread.start()
    yield control
    stopped.set()
    thread.join()
    control.close()


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("world"), headend=False)
    world.advance(1000)
    with _served(world) as control:
        yield control
    world.close()


class Visitor:
    def __init__(self, control, token=TOKEN):
        self._socket = socket.create_connection(("127.0.0.1", control.port), timeout=20)
        self._file = self._socket.makefile("rwb")
        self.welcome = self.ask(token=token)

    def ask(self, **request):
        return self.raw(json.dumps(request).encode())

    def raw(self, line):
        try:
            self._file.write(line + b"\n")
            self._file.flush()
            answer = self._file.readline()
        except ConnectionError:  # hung up, and what was sent lay unread
            return None
        return json.loads(answer) if answer else None

    def close(self):
        with contextlib.suppress(ConnectionError):
            self._file.close()
        self._socket.close()


@pytest.fixture
def visitor(remote):
    one = Visitor(remote)
    yield one
    one.close()


def test_a_tap_is_presented_seen_and_walked(visitor):
    assert visitor.welcome == {"ok": True}
    assert visitor.ask(do="card adult expect show accepted fare=200") == {"ok": True}
    seen = visitor.ask(ask="screen")
    assert seen["screen"] == "accepted" and seen["leaves"] == "open" and seen["lamps"]["green"]
    assert "请通行" in seen["text"]
    before = seen["events"]
    assert visitor.ask(do="walk expect passage state=passed") == {"ok": True}
    events = visitor.ask(ask="events", since=before)["events"]
    assert {"walk", "passage"} <= {event["event"] for event in events}


def test_the_plug_is_pulled_and_put_back(visitor):
    visitor.ask(do="power off")
    assert visitor.ask(ask="screen")["text"] == []
    assert visitor.ask(do="power on expect show idle") == {"ok": True}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"hello", "one JSON object"),
        (b"[1]", "one JSON object"),
        (b'{"do": "dance"}', "dance is not understood"),
        (b'{"do": "card nobody"}', "no card nobody"),
        (b'{"ask": "weather"}', "ask"),
        (b'{"ask": "events", "since": -1}', "since"),
    ],
)
def test_bad_requests_are_answered_and_the_next_one_works(line, words, visitor):
    answer = visitor.raw(line)
    assert words in answer["error"] and answer["code"]
    assert visitor.ask(ask="screen")["clock"]


def test_without_the_token_nothing_is_told(remote):
    stranger = Visitor(remote, "guess")
    assert "token" in stranger.welcome["error"] and TOKEN not in stranger.welcome["error"]
    assert stranger.ask(ask="screen") is None
    stranger.close()


def test_a_taken_port_is_said(remote):
    with pytest.raises(PortTaken, match="--remote"):
        RemoteControl(None, TOKEN, remote.port)


def test_the_simulator_serves_it_from_its_own_process(tmp_path):
    command = [sys.executable, "-m", "technician.cli", "sim", "--headless", "--remote", "0", "--folder", tmp_path]
    environment = {**os.environ, "GATEPOST_TOKEN": TOKEN}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            words = process.stdout.readline().split()
            visitor = Visitor(SimpleNamespace(port=int(words[words.index("port") + 1])))
            assert visitor.ask(do="expect show idle") == {"ok": True}
            visitor.close()
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_a_kiosk_is_led_from_outside(tmp_path):
    with contextlib.closing(open_world(tmp_path, 1, "kiosk480")) as world, _served(world) as control:
        visitor = Visitor(control)
        assert visitor.ask(do="insert elder expect show kiosk.home") == {"ok": True}
        said = visitor.ask(ask="screen")
        assert said["screen"] == "kiosk.home" and "tile.health" in said["targets"]
        assert visitor.ask(do="press tile.pension expect show kiosk.group group=pension") == {"ok": True}
        assert visitor.ask(do="press moon")["code"] == "DESK-13"
        visitor.close()
