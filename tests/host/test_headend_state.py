"""Desired state and blobs over HTTP: long-polls, tags, ranges, publishing by another program."""

import asyncio
import hashlib
import http.client
import json
import threading
import time
import urllib.parse
from contextlib import closing

import pytest

from headend.blobs import Blobs
from headend.desired import Desired
from headend.ledger import open_reader
from headend.packages import build_package
from headend.peer import _HeadWithBody
from headend.publish import publish
from headend.server import BackgroundServer
from headend.state import State
from headend.store import open_store
from terminal.more_errors import PackageMalformed


@pytest.fixture
def headend(tmp_path):
    with BackgroundServer(tmp_path) as server:
        server.folder = tmp_path
        yield server


def get(headend, path, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", headend.port, timeout=30)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def put_state(headend, scope, doc):
    """As another program would."""
    connection = open_store(headend.folder)
    state = State(connection)

    async def put():
        _, revision = await state.get(scope)
        await state.put(scope, doc, revision)

    asyncio.run(put())
    connection.close()


def test_the_tag_names_what_is_known(headend):
    answer, body = get(headend, "/v1/state?terminal=gate-1&class=gate")
    state = json.loads(body)
    assert state["state"] == {} and answer.headers["ETag"] == '"%s"' % state["tag"]
    answer, body = get(headend, "/v1/state?terminal=gate-1&class=gate&since=%s" % state["tag"])
    assert (answer.status, body) == (304, b"")
    put_state(headend, "class:gate", {"hotlist": {"version": 5}})
    _, body = get(headend, "/v1/state?terminal=gate-1&class=gate&since=%s" % state["tag"])
    assert json.loads(body)["state"] == {"hotlist": {"version": 5}}
    _, body = get(headend, "/v1/state?terminal=gate-1&class=kiosk")
    assert json.loads(body)["state"] == {}


@pytest.mark.parametrize("wait", ["-1", "x", "9" * 50, "\u0663", ""])
def test_nonsense_waits_are_no_error(headend, wait):
    answer, _ = get(headend, "/v1/state?since=other&wait=%s" % urllib.parse.quote(wait))
    assert answer.status == 200


def test_news_end_every_long_poll(headend):
    _, body = get(headend, "/v1/state")
    tag = json.loads(body)["tag"]
    seen = []

    def wait():
        answer, body = get(headend, "/v1/state?since=%s&wait=25" % tag)
        seen.append((answer.status, json.loads(body)["state"]))

    threads = [threading.Thread(target=wait) for _ in range(20)]
    for thread in threads:
        thread.start()
    put_state(headend, "all", {"tariff": {"version": 2}})
    for thread in threads:
        thread.join()
    assert seen == [(200, {"tariff": {"version": 2}})] * 20


def test_a_server_that_ends_answers_who_waits(tmp_path, caplog):
    with BackgroundServer(tmp_path) as headend:
        _, body = get(headend, "/v1/state")
        connections = []
        for _ in range(20):
            connection = http.client.HTTPConnection("127.0.0.1", headend.port, timeout=10)
            connection.request("GET", "/v1/state?wait=60&since=" + json.loads(body)["tag"])
            connections.append(connection)
        waiting, end = headend._service.server.config.app._desired._room._waiting, time.monotonic() + 10
        while len(waiting.get("all", ())) < 20 and time.monotonic() < end:
            time.sleep(0.01)
    for connection in connections:
        answer = connection.getresponse()
        assert (answer.status, answer.headers["connection"]) == (304, "close")
        connection.close()
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


PLAIN = {"peer": None}


def test_only_whom_a_change_concerns_is_woken(tmp_path):
    async def play():
        with closing(open_store(tmp_path)) as connection, closing(open_reader(tmp_path)) as reader:
            state = State(connection)
            desired = Desired(state, reader)
            desired.open()
            asked = {
                name: asyncio.create_task(
                    desired._answer(PLAIN, {"terminal": name, "class": kind, "since": "0-0-0", "wait": "60"})
                )
                for name, kind in (("gate-1", "gate"), ("gate-2", "gate"), ("bus-1", "bus"))
            }
            await asyncio.sleep(0)
            seen = 0
            for scope, concerned in (("terminal:gate-2", ["gate-2"]), ("class:bus", ["bus-1"]), ("all", ["gate-1"])):
                await state.put(scope, {"tariff": {"version": 1}}, 0)
                seen, scopes = await state.changed(seen)
                assert scopes == [scope] and await state.changed(seen) == (seen, [])
                desired.news(scopes)
                await asyncio.sleep(0)
                done = [name for name, task in asked.items() if task.done()]
                assert done == concerned
                head, body = asked.pop(done[0]).result()
                told = json.loads(body["body"])
                assert head["status"] == 200 and told["state"] == {"tariff": {"version": 1}}
                assert dict(head["headers"])[b"etag"] == b'"%s"' % told["tag"].encode()
            assert desired._room._waiting == {}

    asyncio.run(play())


def test_who_is_told_the_same_is_told_it_with_the_same_bytes(tmp_path):
    async def play():
        with closing(open_store(tmp_path)) as connection, closing(open_reader(tmp_path)) as reader:
            state = State(connection)
            desired = Desired(state, reader)
            desired.open()
            questions = [{"terminal": "g%d" % n, "since": "0-0-0", "wait": "60"} for n in range(50)]
            tasks = [asyncio.create_task(desired._answer(PLAIN, question)) for question in questions]
            await asyncio.sleep(0)
            await state.put("all", {"hotlist": {"version": 1}}, 0)
            desired.news(["all"])
            answers = await asyncio.gather(*tasks)
            assert len({id(body) for _, body in answers}) <= 2  # two, where a second ended in between

    asyncio.run(play())


class Wire:
    """A transport that keeps what is written."""

    def __init__(self):
        self.pieces, self.is_closed = [], False

    def write(self, data):
        self.pieces.append(data)

    def close(self):
        self.is_closed = True


def test_an_answers_head_leaves_with_its_body():
    wire = Wire()
    transport = _HeadWithBody(wire)
    for data in (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"body", b"more"):
        transport.write(data)
    assert wire.pieces == [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nbody", b"more"]
    transport.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert len(wire.pieces) == 3
    transport.flush()
    transport.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    transport.close()
    assert wire.pieces[3:] == [b"HTTP/1.1 304 Not Modified\r\n\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"]
    assert wire.is_closed


def test_an_answer_without_a_body_is_not_held_back(headend):
    connection = http.client.HTTPConnection("127.0.0.1", headend.port, timeout=5)
    for method in ("HEAD", "GET", "HEAD"):
        connection.request(method, "/healthz")
        assert connection.getresponse().read() == (b"" if method == "HEAD" else b'{"ok":true,"alarms":0}')
    connection.close()


def test_published_packages_are_fetched_in_pieces(headend):
    payload = bytes(range(256)) * 40
    package = build_package("whitelist", "gate", 7, payload, [], valid=(0, 100))
    connection = open_store(headend.folder)
    scope, _ = asyncio.run(publish(State(connection), Blobs(headend.folder / "blobs"), package))
    connection.close()
    assert scope == "class:gate"
    _, body = get(headend, "/v1/state?class=gate")
    line = json.loads(body)["state"]["whitelist"]
    assert line == {"version": 7, "blob": hashlib.sha256(package).hexdigest(), "length": len(package)}
    path = "/v1/blob/%s" % line["blob"]
    pieces = b""
    while len(pieces) < len(package):
        answer, piece = get(headend, path, {"Range": "bytes=%d-%d" % (len(pieces), len(pieces) + 3999)})
        assert answer.status == 206
        assert answer.headers["Content-Range"].endswith("/%d" % len(package))
        pieces += piece
    assert pieces == package
    answer, whole = get(headend, path)
    assert (answer.status, whole) == (200, package) and "immutable" in answer.headers["Cache-Control"]
    assert get(headend, path, {"Range": "bytes=%d-" % len(package)})[0].status == 416


def test_blobs_that_are_not_there(headend):
    for digest in ("0" * 64, "x", "..%2F..%2Fheadend.sqlite", "%2Fetc%2Fpasswd"):
        assert get(headend, "/v1/blob/%s" % digest)[0].status == 404


def test_only_packages_are_published(headend):
    connection = open_store(headend.folder)
    with pytest.raises(PackageMalformed):
        asyncio.run(publish(State(connection), Blobs(headend.folder / "blobs"), b"no package"))
    connection.close()
