"""Opaque codes from the phone to the barrier: the head-end's question, its platforms, and a lane that waits."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from headend.errors import PlatformsUnusable
from headend.platforms import FILE, open_platforms
from headend.server import BackgroundServer
from simulator import demo_site, few_taps, opaque_codes
from simulator.opaque_codes import DemonstrationPlatform

NOW = demo_site.START
CODE = opaque_codes.issue("social_card", "20010001", NOW).decode()
KNOWN = {"account": b"20010001".hex(), "class": "elder", "region": "320100", "valid_to": 0}


def ask(port, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/v1/codes/resolve", body)
    answer = connection.getresponse()
    told = answer.status, answer.read()
    connection.close()
    return told


def question(service="social_card", code=CODE):
    return json.dumps({"service": service, "code": code}).encode()


class Adapter(BaseHTTPRequestHandler):
    """An operator's adapter before a platform; `answers` are (status, body), used up one by one."""

    answers = []
    asked = []

    def do_POST(self):
        self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status, body = self.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing."""


@pytest.fixture
def adapter():
    server = HTTPServer(("127.0.0.1", 0), Adapter)
    Adapter.answers, Adapter.asked = [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield "http://127.0.0.1:%d/resolve" % server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_headend_asks_the_adapter_that_its_folder_names(adapter, tmp_path):
    (tmp_path / FILE).write_text(json.dumps({"social_card": adapter, "gone": "http://127.0.0.1:9/"}))
    Adapter.answers[:] = [
        (200, json.dumps(dict(KNOWN, name="stays there")).encode()), (404, b""), (500, b""), (200, b"<html>"), (200, b"[]"),
    ]  # fmt: skip
    with BackgroundServer(tmp_path) as server:
        status, body = ask(server.port, question())
        assert (status, json.loads(body)) == (200, KNOWN)  # and nothing of the holder beyond
        assert [ask(server.port, question())[0] for _ in range(4)] == [404, 503, 503, 503]
        assert Adapter.asked == [{"service": "social_card", "code": CODE}] * 5
        assert ask(server.port, question("gone"))[0] == 503
        assert ask(server.port, question("unknown"))[0] == 404
        strange = [question(code=text) for text in ("", "x" * 513, "essc:\u00b2", "essc:\ud800", "a b")]
        for body in (b"", b"[1]", b'{"service": 1, "code": "x"}', b"[" * 3000, b"[" * 2000, *strange):
            assert ask(server.port, body)[0] == 400


@pytest.mark.parametrize("text", ["{", "[]", '{"social_card": "ftp://x"}', '{"social_card": 5}'])
def test_a_table_of_platforms_that_is_none_is_named(text, tmp_path):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(PlatformsUnusable, match=FILE):
        open_platforms(tmp_path)


def test_the_demonstration_platform_knows_its_phones_for_five_minutes():
    told = {}

    def resolve(service, code, later=0):
        platform = DemonstrationPlatform(lambda: NOW + later)
        with pytest.raises(StopIteration) as done:
            platform.resolve(service, code).send(None)
        return done.value.value

    told = resolve("social_card", CODE)
    assert told == KNOWN
    assert resolve("social_card", CODE, 300) == KNOWN
    assert resolve("social_card", CODE, 301) is None and resolve("social_card", CODE, -1) is None
    assert resolve("medical_voucher", CODE) is None and resolve("parking", CODE) is None
    for forged in (CODE[:-1] + str(9 - int(CODE[-1])), CODE[:-1], CODE.replace("20010001", "20010002"), "essc:x" * 5):
        assert resolve("social_card", forged) is None


class SlowLink:
    """A network that takes everything and says nothing."""

    def __init__(self, clock):
        self._clock = clock

    async def open(self):
        """Opens at once."""

    async def write(self, data):
        """Goes nowhere."""

    async def read_into(self, buffer):
        await self._clock.sleep_ms(60_000)
        return 0

    def close(self):
        """There is nothing to close."""


@pytest.fixture
def gate(listed, tmp_path):
    gate = few_taps.Gate(listed, str(tmp_path / "journal"))
    gate.bench.hardware.link = SlowLink(gate.clock)
    gate.bench.power_off()
    gate.bench.power_on()
    gate.bench.until_idle()
    gate.events.clear()
    return gate


def shown(gate):
    return [(at, dict(facts)) for at, name, facts in gate.events if name == "show"]


def test_a_platform_that_does_not_answer_costs_two_seconds_then_the_card_goes(gate):
    gate.code("e-card")
    gate.bench.run_for(2000)
    (asked, reading), (told, refused) = shown(gate)[:2]
    assert (reading["screen"], refused["screen"], refused["reason"]) == ("reading", "refused", "code_offline")
    assert 2000 <= told - asked <= 2100
    gate.card("adult")
    assert [dict(facts)["admit"] for _, name, facts in gate.events if name == "decision"] == [True]


def test_a_fire_alarm_does_not_wait_for_a_platform(gate):
    gate.bench.scan(gate.people.code("e-card", gate.clock.utc()))
    gate.bench.run_for(500)
    assert gate.bench.state == "reading"
    gate.bench.fire(True)
    gate.bench.run_for(40)
    assert gate.bench.state == "emergency"
    gate.bench.run_for(320)  # the leaves' own time
    assert gate.bench.hardware.gate.state == "open"
