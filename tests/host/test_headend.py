"""The head-end by itself: what it stores, what it refuses, how it starts."""

import http.client
import json
import random
import socket
import sqlite3
import struct
import threading
from binascii import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headend.errors import FolderUnusable, NotStarted, PortTaken, StoreDamaged
from headend.ledger import alarms, ledger, open_reader, progress, quarantined
from headend.server import BackgroundServer, serve
from headend.store import FILE, open_store
from terminal.errors import WireMalformed
from terminal.records import TAP, pack, plain
from terminal.wire import MAX_BODY, Batch, BatchWriter, Reply, make_reply, parse_batch, parse_reply


def record(number):
    return pack(plain(TAP, 1_800_000_000, number.to_bytes(16, "big")))


def batch(*entries, terminal="gate-1", journal=7, oldest=1, lost=()):
    writer = BatchWriter(terminal, 200_000)
    writer.start(journal, oldest)
    for seq, payload in entries:
        writer.add(seq, 1, payload)
    for first, last in lost:
        writer.add_lost(first, last)
    return bytes(writer.finish())


def run_of(first, last):
    return [(seq, record(seq)) for seq in range(first, last + 1)]


@pytest.fixture
def headend(tmp_path):
    with BackgroundServer(tmp_path) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        reader = open_reader(tmp_path)
        server.reader = reader

        def post(body, path="/v1/txn"):
            connection.request("POST", path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()

        def get(path):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

        server.post, server.get = post, get
        yield server
        reader.close()
        connection.close()


def reply_to(headend, body):
    status, answer = headend.post(body)
    assert status == 200, answer
    return parse_reply(answer)


def seqs(headend, terminal="gate-1"):
    return [row.seq for row in ledger(headend.reader, terminal)]


def test_the_reply_names_the_last_record_and_the_wishes(headend):
    reply = reply_to(headend, batch(*run_of(1, 3)))
    assert (reply.ack, reply.want, reply.max_n, reply.max_age_s) == (3, None, 20, 1)
    assert seqs(headend) == [1, 2, 3]
    assert [row.record.token for row in ledger(headend.reader)] == [n.to_bytes(16, "big") for n in (1, 2, 3)]
    assert reply_to(headend, batch()).ack is None


def test_a_replay_changes_nothing(headend):
    for _ in range(3):
        assert reply_to(headend, batch(*run_of(1, 5))).ack == 5
    assert reply_to(headend, batch(*run_of(3, 8))).ack == 8
    assert seqs(headend) == list(range(1, 9)) and alarms(headend.reader) == []


def test_reordered_batches_close_their_gaps(headend):
    assert reply_to(headend, batch(*run_of(1, 2))).want is None
    assert reply_to(headend, batch(*run_of(9, 10))).want == (3, 8)
    assert reply_to(headend, batch(*run_of(5, 6))).want == (3, 4)
    assert reply_to(headend, batch(*run_of(3, 4))).want == (7, 8)
    assert reply_to(headend, batch((8, record(8)))).want == (7, 7)
    assert reply_to(headend, batch(lost=[(7, 7)])).want is None
    assert progress(headend.reader)[0][:4] == ("gate-1", 7, 10, 10)
    assert [alarm[:3] for alarm in alarms(headend.reader)] == [("gate-1", "records lost", "7 7-7")]


def test_what_the_ring_overwrote_is_an_alarm_and_not_asked_for(headend):
    reply_to(headend, batch(*run_of(1, 2)))
    assert reply_to(headend, batch(*run_of(50, 51), oldest=40)).want == (40, 49)
    assert [alarm[:3] for alarm in alarms(headend.reader)] == [("gate-1", "records lost", "7 3-39")]


def test_the_same_number_with_other_content_is_quarantined(headend):
    reply_to(headend, batch(*run_of(1, 3)))
    for _ in range(2):
        forged = batch((2, record(99)), (3, record(3)), (4, record(4)))
        assert reply_to(headend, forged).ack == 4  # held, though not in the ledger: the rest is not blocked
    assert [row.record.token[-1] for row in ledger(headend.reader)] == [1, 2, 3, 4]
    assert quarantined(headend.reader) == [("gate-1", 7, 2, record(99))]
    (alarm,) = alarms(headend.reader)
    assert alarm[:3] == ("gate-1", "same seq, other content", "7 2") and alarm[5] == 2
    assert headend.get("/v1/state")[1]["alarms"] == 1


def test_unreadable_records_are_parked_and_acknowledged(headend):
    reply = reply_to(headend, batch((1, b""), (2, b"\xff" * 64), (3, record(3)), (4, bytes(300))))
    assert reply.ack == 4
    assert [(row.seq, row.parked) for row in ledger(headend.reader)] == [
        (1, "record of 0 bytes, expected 64"),
        (2, "record kind 255 is not known"),
        (3, None),
        (4, "record of 300 bytes, expected 64"),
    ]


def test_terminals_and_journals_are_apart(headend):
    for terminal, journal in (("a", 1), ("b", 1), ("a", 2)):
        assert reply_to(headend, batch(*run_of(1, 2), terminal=terminal, journal=journal)).want is None
    assert [(row.terminal, row.journal, row.seq) for row in ledger(headend.reader)] == [
        ("a", 1, 1), ("a", 1, 2), ("a", 2, 1), ("a", 2, 2), ("b", 1, 1), ("b", 1, 2),
    ]  # fmt: skip


def test_extreme_numbers(headend):
    top = 0xFFFFFFFF
    assert reply_to(headend, batch((0, record(0)), (top, record(1)), oldest=0)).want == (1, top - 1)
    assert reply_to(headend, batch(lost=[(1, top - 1)], oldest=0)).want is None
    assert reply_to(headend, batch(*run_of(1, 3), oldest=top)).ack == 3
    assert seqs(headend) == [0, 1, 2, 3, top]


def test_garbage_is_refused_and_the_next_batch_is_taken(headend):
    rng = random.Random(7)
    good = batch(*run_of(1, 3))
    for body in (b"", b"GPT1", bytes(100), rng.randbytes(1000), good[:-1], good + b"x", b'{"records": []}'):
        status, answer = headend.post(body)
        assert status == 400 and json.loads(answer)["error"] == "LINK-2"
    assert seqs(headend) == []
    assert reply_to(headend, good).ack == 3


def test_gigantic_bodies_are_refused_unread(headend):
    status, answer = headend.post(bytes(MAX_BODY + 1))
    assert status == 413 and json.loads(answer)["error"] == "HEADEND-5"
    with socket.create_connection(("127.0.0.1", headend.port), timeout=10) as raw:
        raw.sendall(b"POST /v1/txn HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 413")
    with socket.create_connection(("127.0.0.1", headend.port), timeout=10) as raw:
        raw.sendall(b"POST /v1/txn HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        piece = b"10000\r\n" + bytes(65536) + b"\r\n"
        for _ in range(MAX_BODY // 65536 + 1):
            raw.sendall(piece)
        assert raw.recv(100).startswith(b"HTTP/1.1 413")


def test_nonsense_on_the_wire_leaves_the_server_standing(headend):
    rng = random.Random(11)
    for sent in (
        rng.randbytes(500),
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/txn HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"\x16\x03\x01",
    ):
        with socket.create_connection(("127.0.0.1", headend.port), timeout=10) as raw:
            raw.sendall(sent)
    half = batch(*run_of(1, 3))
    with socket.create_connection(("127.0.0.1", headend.port), timeout=10) as raw:
        raw.sendall(b"POST /v1/txn HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(half) + half[:40])
    assert headend.post(b"x", "/v1/other")[0] == 404
    assert headend.get("/healthz") == (200, {"ok": True, "alarms": 0})
    assert seqs(headend) == []


def test_metrics_name_what_happened(headend):
    reply_to(headend, batch(*run_of(1, 3)))
    headend.post(b"garbage")
    connection = http.client.HTTPConnection("127.0.0.1", headend.port, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    assert "gatepost_terminals 1.0" in text and "gatepost_alarms 0.0" in text
    assert 'gatepost_requests_refused_total{code="LINK-2"}' in text and "gatepost_records_taken_total" in text


def test_many_terminals_at_once_lose_nothing(headend):
    failures = []

    def push(name):
        connection = http.client.HTTPConnection("127.0.0.1", headend.port, timeout=30)
        for first in range(1, 201, 20):
            connection.request("POST", "/v1/txn", batch(*run_of(first, first + 19), terminal=name))
            answer = connection.getresponse()
            if answer.status != 200 or parse_reply(answer.read()).ack != first + 19:
                failures.append(name)
        connection.close()

    threads = [threading.Thread(target=push, args=("gate-%d" % number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for number in range(8):
        assert seqs(headend, "gate-%d" % number) == list(range(1, 201))


def test_a_store_that_cannot_write_answers_503_and_acknowledges_nothing(headend, tmp_path):
    blocker = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    blocker.execute("PRAGMA max_page_count=1")
    blocker.close()
    headend.reader.execute("SELECT 1")
    spoiler = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    spoiler.execute("ALTER TABLE batches RENAME TO hidden")
    status, answer = headend.post(batch(*run_of(1, 2)))
    assert status == 503 and json.loads(answer)["error"] == "HEADEND-6"
    spoiler.execute("ALTER TABLE hidden RENAME TO batches")
    spoiler.close()
    assert reply_to(headend, batch(*run_of(1, 2))).ack == 2
    assert seqs(headend) == [1, 2]


def test_a_busy_port_is_said_in_one_line(headend, tmp_path):
    with pytest.raises(PortTaken, match="choose another port") as seen:
        serve(tmp_path / "other", port=headend.port)
    assert "\n" not in str(seen.value)


def test_a_folder_that_cannot_be_used_is_said_in_one_line(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(FolderUnusable, match="choose another data folder"):
        serve(tmp_path / "file" / "below")


def test_a_foreign_or_newer_store_is_not_touched(tmp_path):
    (tmp_path / FILE).write_bytes(b"something else entirely, long enough to be read as a header" * 20)
    with pytest.raises(StoreDamaged):
        serve(tmp_path)
    (tmp_path / FILE).unlink()
    open_store(tmp_path).close()
    later = sqlite3.connect(tmp_path / FILE)
    later.execute("PRAGMA user_version=99")
    later.close()
    with pytest.raises(StoreDamaged, match="version 99"):
        serve(tmp_path)


def test_what_was_committed_is_there_after_a_restart(tmp_path):
    for first in (1, 11):
        with BackgroundServer(tmp_path) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            connection.request("POST", "/v1/txn", batch(*run_of(first, first + 9)))
            assert connection.getresponse().status == 200
            connection.close()
    reader = open_reader(tmp_path)
    assert [row.seq for row in ledger(reader)] == list(range(1, 21))
    reader.close()


def test_the_store_is_opened_durably(tmp_path):
    connection = open_store(tmp_path)
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
    connection.close()


# -- properties

PAYLOADS = st.binary(max_size=200)
ENTRIES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 3), st.one_of(PAYLOADS, st.none())), max_size=12)


def ascending(steps):
    """(records, lost) with ascending numbers out of (distance, span, payload or None)."""
    records, lost, at = [], [], 0
    for distance, span, payload in steps:
        first, at = at + distance, at + distance + span - 1
        if payload is None:
            lost.append((first, at))
        else:
            records.append((at, span, payload))
    return records, lost


@settings(max_examples=200)
@given(steps=ENTRIES, journal=st.integers(0, 0xFFFFFFFF), oldest=st.integers(0, 0xFFFFFFFF))
def test_batches_come_back_as_they_went(steps, journal, oldest):
    records, lost = ascending(steps)
    writer = BatchWriter("gate-1", 8192)
    writer.start(journal, oldest)
    for _, entry in sorted([(r[0], r) for r in records] + [(r[0], r) for r in lost], key=lambda item: item[0]):
        assert writer.add(*entry) if len(entry) == 3 else writer.add_lost(*entry)
    assert parse_batch(bytes(writer.finish())) == Batch("gate-1", journal, oldest, records, lost)


@settings(max_examples=300)
@given(st.binary(max_size=120))
def test_any_bytes_are_a_batch_or_a_named_error(noise):
    body = b"GPT1\x01g" + noise
    for candidate in (noise, body + struct.pack(">I", crc32(body))):
        try:
            parse_batch(candidate)
        except WireMalformed as error:
            assert error.code == "LINK-2"


@settings(max_examples=100)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists).map(
            lambda value: json.dumps(value).encode()
        ),
    )
)
def test_any_bytes_are_a_reply_or_a_named_error(noise):
    try:
        parse_reply(noise)
    except WireMalformed as error:
        assert error.code == "LINK-2"


def test_replies_fit_what_terminals_take():
    top = 0xFFFFFFFF
    assert parse_reply(make_reply(Reply(top, (0, top), 4000, 86400, top))).ack == top


def test_a_server_that_cannot_start_says_so(tmp_path, monkeypatch):
    def broken(_state, _since):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("headend.state.State.changed", broken)
    for start in (BackgroundServer, serve):
        with pytest.raises(NotStarted, match="did not start"):
            start(tmp_path, port=0)
