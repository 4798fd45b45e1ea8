"""Mutual TLS on both interpreters: who has no business here is refused, and the refusal is an OSError."""

import gc
import http.client
import socket
import sys
import time
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from drivers.bus.tls import TlsLink, client_context
from headend import logs, peer, server
from headend.certificates import Authority, private_der, serial_of
from headend.ledger import ledger, open_reader
from headend.server import BackgroundServer
from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator.link import SelectPace, SwitchedLink
from simulator.virtual_time import Scheduler, VirtualClock
from technician import cli
from technician.operator import app
from terminal.http_client import HttpClient
from terminal.records import TAP, pack, plain
from terminal.sync import Sync
from tests import board_interpreter

SERVER = "headend.test"

HEAP = "128k"  # code in the heap included, which a board keeps in flash; 96 KB is too near the edge on 64 bits


class Credentials:
    """What a provisioned terminal holds."""

    def __init__(self, authority, name, days=30, believes=None):
        key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = authority.terminal(name, key.public_key(), days)
        self.key = private_der(key)
        self.authority = (believes or authority).certificate

    def save(self, path):
        for suffix, content in ((".ca", self.authority), (".crt", self.certificate), (".key", self.key)):
            path.with_suffix(suffix).write_bytes(content)
        return path


@pytest.fixture(scope="module")
def headend(tmp_path_factory):
    folder = tmp_path_factory.mktemp("headend")
    with BackgroundServer(folder, tls_names=(SERVER, "127.0.0.1")) as server:
        server.folder = folder
        server.authority = Authority(folder / "authority")
        yield server


def stored(headend, name):
    reader = open_reader(headend.folder)
    try:
        return [row.seq for row in ledger(reader, name)]
    finally:
        reader.close()


def ship(headend, context, name, server=SERVER, count=5, cuts=()):
    """What the terminal `name` heard; each of `cuts` breaks the network after so many bytes."""
    clock = VirtualClock(utc0=1_800_000_000)
    scheduler = Scheduler(clock)
    tls = TlsLink(headend.host, headend.port, clock, context, server, SelectPace(clock))
    link = SwitchedLink(tls)
    client = HttpClient(link, clock, headend.host)
    journal = Journal(RamMedium(1 << 17), journal_id=7)
    events = []
    sync = Sync(journal, client, clock, name, lambda event, **facts: events.append((event, facts)))
    scheduler.spawn(sync.run())
    for cut in (None, *cuts):
        if cut is not None:
            link.cut_after(cut)
        for _ in range(count):
            journal.append(pack(plain(TAP, clock.utc(), bytes(16))))
        scheduler.run_until(lambda: journal.queued == 0, 8_000)
    scheduler.stop()
    client.close()
    assert link.faults == len(cuts)
    return events, journal.queued


def own_context(credentials):
    return client_context(credentials.authority, credentials.certificate, credentials.key)


def test_records_travel_encrypted_and_under_the_right_name(headend):
    assert headend.url.startswith("https://")
    events, queued = ship(headend, own_context(Credentials(headend.authority, "gate-1")), "gate-1")
    assert queued == 0 and stored(headend, "gate-1") == [1, 2, 3, 4, 5]


def test_the_network_vanishes_inside_tls(headend):
    cuts = (0, 1, 60, 137, 250, 400)
    _, queued = ship(headend, own_context(Credentials(headend.authority, "gate-2")), "gate-2", cuts=cuts)
    assert queued == 0 and stored(headend, "gate-2") == list(range(1, 36))


def test_a_server_of_another_authority_is_not_believed(headend, tmp_path):
    other = Authority(tmp_path / "other")
    events, queued = ship(headend, own_context(Credentials(headend.authority, "gate-3", believes=other)), "gate-3")
    assert queued == 5 and "CERTIFICATE_VERIFY_FAILED" in events[0][1]["reason"]


def test_a_server_under_another_name_is_not_believed(headend):
    credentials = Credentials(headend.authority, "gate-3")
    events, queued = ship(headend, own_context(credentials), "gate-3", server="elsewhere.test")
    assert queued == 5 and "Hostname mismatch" in events[0][1]["reason"]


def test_foreign_expired_and_absent_certificates_get_nowhere(headend, tmp_path):
    stranger = Credentials(Authority(tmp_path / "other"), "gate-3", believes=headend.authority)
    expired = Credentials(headend.authority, "gate-3", days=-1)
    absent = client_context(headend.authority.certificate)
    for context in (own_context(stranger), own_context(expired), absent):
        events, queued = ship(headend, context, "gate-3")
        assert queued == 5 and events[0][0] == "offline"
    assert stored(headend, "gate-3") == []


def test_a_terminal_cannot_speak_for_another(headend):
    events, queued = ship(headend, own_context(Credentials(headend.authority, "gate-4")), "gate-5")
    assert queued == 5 and ("refused", {"status": 403}) in events
    assert stored(headend, "gate-5") == []


def test_a_revoked_certificate_is_refused(headend):
    credentials = Credentials(headend.authority, "gate-6")
    assert ship(headend, own_context(credentials), "gate-6")[1] == 0
    waiting = connected(headend, credentials)
    waiting.request("GET", "/v1/state?terminal=gate-6&class=gate&since=0-0-0&wait=60")
    done = CliRunner().invoke(app, ["revoke", serial_of(credentials.certificate), "--folder", str(headend.folder)])
    assert done.output == "revoked\n"
    answer = waiting.getresponse()  # a question that was to wait for a minute
    assert answer.status == 403 and b"revoked" in answer.read() and answer.will_close
    waiting.close()
    events, queued = ship(headend, own_context(credentials), "gate-6")
    assert queued == 5 and ("refused", {"status": 403}) in events


def connected(headend, credentials):
    connection = http.client.HTTPConnection("127.0.0.1", headend.port, timeout=10)
    connection.sock = own_context(credentials).wrap_socket(
        socket.create_connection(("127.0.0.1", headend.port), timeout=10), server_hostname=SERVER
    )
    return connection


def test_a_certificate_that_expires_on_a_kept_connection_is_refused(headend, monkeypatch):
    credentials = Credentials(headend.authority, "gate-7", days=1)
    connection = connected(headend, credentials)
    now = time.time()
    for later_s, status in ((0, 200), (86400 - 60, 200), (86400 + 60, 403)):
        monkeypatch.setattr(peer, "time", SimpleNamespace(time=lambda later_s=later_s: now + later_s))
        connection.request("GET", "/v1/state?terminal=gate-7&class=gate")
        answer = connection.getresponse()
        assert (answer.status, b"expired" in answer.read()) == (status, status == 403)
    connection.close()


def test_a_terminal_that_waits_costs_the_head_end_no_more_than_it_needs(headend):
    connection = connected(headend, Credentials(headend.authority, "gate-8"))
    for length in (0, 200_000):  # one large body comes in many pieces
        connection.request("POST", "/v1/txn", b"x" * length)
        assert connection.getresponse().read().startswith(b'{"error": "LINK-2", "message": "%d bytes' % length)
    buffers = [len(found._ssl_buffer) for found in gc.get_objects() if hasattr(found, "_ssl_buffer")]
    if sys.version_info >= (3, 11):  # where asyncio has a buffer for each
        assert buffers and max(buffers) <= 4096
    connection.close()


def test_the_command_line_turns_mutual_tls_on(tmp_path, monkeypatch):
    seen = {}
    monkeypatch.setattr(server, "serve", lambda *_, **options: seen.update(options))
    monkeypatch.setattr(logs, "log_as_json", lambda: None)
    arguments = ["headend", "--folder", str(tmp_path), "--tls-name", SERVER, "--tls-name", "10.0.0.5"]
    assert CliRunner().invoke(cli.app, arguments).exit_code == 0
    assert seen["tls_names"] == (SERVER, "10.0.0.5")


def test_the_authority_is_kept_and_its_keys_are_private(tmp_path):
    first = Authority(tmp_path / "authority")
    first.server([SERVER])
    assert Authority(tmp_path / "authority").certificate == first.certificate
    modes = {path.name: path.stat().st_mode & 0o777 for path in first.folder.glob("*.key.pem")}
    assert modes == {"authority.key.pem": 0o600, "server.key.pem": 0o600}


def run_board(headend, compiled_tree, tmp_path, credentials, name, seconds=30, server=SERVER):
    path = credentials.save(tmp_path / "credentials")
    client = "tests/portable/sync_over_tcp.py"
    arguments = [client, "127.0.0.1", headend.port, name, 60, tmp_path / "journal", seconds, path, server]
    return board_interpreter.run(arguments, compiled_tree, heap=HEAP, timeout=60)


def test_micropython_ships_over_tls_with_a_small_heap(headend, compiled_tree, tmp_path):
    done = run_board(headend, compiled_tree, tmp_path, Credentials(headend.authority, "board-1"), "board-1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert stored(headend, "board-1") == list(range(1, 61))


@pytest.mark.parametrize("fault", ["authority", "server", "certificate"])
def test_micropython_refuses_and_is_refused(headend, compiled_tree, tmp_path, fault):
    other = Authority(tmp_path / "other")
    issuer = other if fault == "certificate" else headend.authority
    believes = other if fault == "authority" else headend.authority
    credentials = Credentials(issuer, "board-2", believes=believes)
    server = "elsewhere.test" if fault == "server" else SERVER
    done = run_board(headend, compiled_tree, tmp_path, credentials, "board-2", 2, server)
    assert done.returncode == 1 and "offline" in done.stdout, done.stdout + done.stderr
    assert done.stderr == "" and stored(headend, "board-2") == []
