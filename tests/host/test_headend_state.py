"""Desired state and blobs over HTTP: long-polls, tags, ranges, publishing by another program."""

import asyncio
import hashlib
import http.client
import json
import threading
import urllib.parse

import pytest

from headend.blobs import Blobs
from headend.packages import build_package
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
