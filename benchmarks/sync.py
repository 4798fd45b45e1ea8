"""Records per second into the head-end, beside FastAPI and pydantic on the same store; bytes on the wire; hotlist fan-out.

python -m benchmarks sync [sqlite] [jetstream] [postgresql] [bytes] [fan-out]
"""

import asyncio
import base64
import contextlib
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from sqlalchemy import func, select

from benchmarks import _fan_out
from benchmarks._processes import ROOT, cpu_seconds, serving
from drivers.bus.socket import TcpLink
from headend.ports import Entry
from headend.projector import GROUP, Projector
from headend.schema import open_ledger, reader_of, records
from headend.server import BackgroundServer
from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator.link import SelectPace, SwitchedLink
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import HttpClient
from terminal.records import TAP, pack, plain
from terminal.sync import Sync
from terminal.wire import BatchWriter, parse_reply
from tests.engines import NatsCluster, PostgresServer
from tests.storms.field import PARTS

_SIZES = (1, 20, 100)
_TERMINALS = 32
_SECONDS = 2.0
_ROUNDS = 3
_PAYLOAD = pack(plain(TAP, 1_800_000_000, bytes(16)))
_FACES = ("gatepost", "FastAPI")
_EMBEDDED = "import sys; from headend.server import serve; serve(sys.argv[1], port=int(sys.argv[2]))"
_names = itertools.count(1)


def _binary_body(writer, first, count):
    writer.start(1, 1)
    for seq in range(first, first + count):
        writer.add(seq, 1, _PAYLOAD)
    return bytes(writer.finish())


def _json_body(name, first, count):
    payload = base64.b64encode(_PAYLOAD).decode()
    records = [{"seq": seq, "span": 1, "payload": payload} for seq in range(first, first + count)]
    return json.dumps({"terminal": name, "journal": 1, "oldest": 1, "records": records}).encode()


async def _terminal(kind, port, name, count, end):
    """Sends batches until `end`; returns how many records were acknowledged."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    batch = BatchWriter(name, 100_000)
    done = 0
    content_type = "application/json" if kind == "FastAPI" else "application/octet-stream"
    head = "POST /v1/txn HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %%d\r\n\r\n" % content_type
    while time.monotonic() < end:
        body = _json_body(name, done + 1, count) if kind == "FastAPI" else _binary_body(batch, done + 1, count)
        writer.write((head % len(body)).encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200"), answer
        length = int(answer.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        reply = parse_reply(await reader.readexactly(length))
        assert reply.ack == done + count
        done += count
    writer.close()
    return done


async def _load(kind, port, count, name=None):
    """Records a second that terminals nobody knows yet had acknowledged, each waiting for its answer."""
    end = time.monotonic() + _SECONDS
    name = name or "t%d-" % next(_names)
    names = ["%s%d" % (name, number) for number in range(_TERMINALS)]
    return sum(await asyncio.gather(*(_terminal(kind, port, name, count, end) for name in names))) / _SECONDS


def _taken(kind, port, face, store, count):
    """(acknowledged records a second, CPU us a record of the process `face`, and of those of the store)."""
    before = cpu_seconds(face), cpu_seconds(*store)
    rate = asyncio.run(_load(kind, port, count))
    used = cpu_seconds(face) - before[0], cpu_seconds(*store) - before[1]
    return rate, *(seconds * 1e6 / (rate * _SECONDS) for seconds in used)


def _beside(count, opened, store=()):
    """A line of the table: rounds are interleaved, medians count. `opened`: {face: makes a context of (pid, port)};
    `store`: the store's own processes. Returns the peer's medians."""
    seen = {kind: [] for kind in _FACES}
    for _ in range(_ROUNDS):
        for kind in _FACES:
            with opened[kind]() as (pid, port):
                seen[kind].append(_taken(kind, port, pid, store, count))
    ours, peer = ([statistics.median(column) for column in zip(*seen[kind], strict=True)] for kind in _FACES)
    _line(count, ours, peer)
    return peer


def _line(count, ours, peer):
    cpu = sum(ours[1:]), sum(peer[1:])
    row = count, ours[0], peer[0], ours[0] / peer[0], *ours[1:], *peer[1:], cpu[1] / cpu[0]
    print("%7d %9.0f %9.0f %6.2fx %8.1f +%6.1f %8.1f +%6.1f %6.2fx" % row, flush=True)


def _title(text):
    print("\n%s" % text)
    print("records  gatepost   FastAPI          CPU us/rec: face + store           less")
    print(" a POST     rec/s     rec/s   ratio     gatepost           FastAPI     CPU by", flush=True)


def _sqlite():
    """A fresh server process on a fresh store for each."""
    _title("SQLite: the same group commit behind both")

    @contextlib.contextmanager
    def opened(*face):
        with tempfile.TemporaryDirectory() as folder, serving(*face, folder) as served:
            yield served

    for count in _SIZES:
        _beside(
            count,
            {
                "gatepost": lambda: opened("-c", _EMBEDDED),
                "FastAPI": lambda: opened("-m", "benchmarks._json_headend"),
            },
        )


@contextlib.contextmanager
def _fleet():
    """(cluster, environment, gateway's (pid, port)) of three servers and a gateway on this machine."""
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(NatsCluster(stack.enter_context(tempfile.TemporaryDirectory())))
        names = {
            "GATEPOST_NATS": cluster.url,
            "GATEPOST_NATS_SYSTEM": cluster.system_url,
            "GATEPOST_PARTS": str(PARTS),
        }
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        yield cluster, names, stack.enter_context(serving("-m", "headend.nats_gateway", folder, "127.0.0.1", **names))


def _jetstream():
    """They share the cores with the terminals."""
    _title("JetStream, three replicas: the same engine port behind both")
    with _fleet() as (cluster, names, gateway), serving("-m", "benchmarks._json_headend", "nats", **names) as peer:
        faces = {"gatepost": lambda: contextlib.nullcontext(gateway), "FastAPI": lambda: contextlib.nullcontext(peer)}
        for count in _SIZES:
            _beside(count, faces, cluster.pids)


def _postgresql():
    """Either face straight before the ledger; then the product's own way into it, beside FastAPI straight before it."""
    with PostgresServer(safe=True) as postgres:
        _title("PostgreSQL: the same group commit into the ledger behind both")
        with (
            serving("-m", "benchmarks._ledger_headend", postgres.database()) as ours,
            serving("-m", "benchmarks._json_headend", postgres.database()) as peer,
        ):
            faces = {"gatepost": lambda: contextlib.nullcontext(ours), "FastAPI": lambda: contextlib.nullcontext(peer)}
            direct = {count: _beside(count, faces, [postgres.pid]) for count in _SIZES}
        _title("Until PostgreSQL holds it: through JetStream (three copies) and projector, FastAPI straight as above")
        _whole_way(postgres, direct)
    for database in ("SQLite", "PostgreSQL"):
        print("the projector carried %.0f records a second into %s" % (_carried(database), database), flush=True)


def _whole_way(postgres, direct):
    with contextlib.ExitStack() as stack:
        url = postgres.database()
        ledger = open_ledger(url)
        stack.callback(ledger.dispose)
        cluster, names, (gateway, port) = stack.enter_context(_fleet())
        projector = subprocess.Popen(
            [sys.executable, "-m", "headend.projector"],
            env={**os.environ, **names, "GATEPOST_LEDGER": url},
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(projector.wait)
        stack.callback(projector.terminate)
        behind = [*cluster.pids, projector.pid, postgres.pid]
        _until_held(ledger, port, 1)
        for count in _SIZES:
            before = cpu_seconds(gateway), cpu_seconds(*behind)
            sent, seconds = _until_held(ledger, port, count)
            used = cpu_seconds(gateway) - before[0], cpu_seconds(*behind) - before[1]
            _line(count, (sent / seconds, *(each * 1e6 / sent for each in used)), direct[count])


def _until_held(ledger, port, count):
    """(records that were sent, seconds from the first POST until the ledger holds them all)."""
    name, start = "p%d-" % next(_names), time.monotonic()
    sent = round(asyncio.run(_load("gatepost", port, count, name)) * _SECONDS)
    while (held := _held(ledger, name)) < sent:
        time.sleep(0.1)
    assert held == sent
    return sent, time.monotonic() - start


def _bytes_per_record(count):
    """Bytes on the wire, both ways, heads included, for each record when `count` travel together."""
    with tempfile.TemporaryDirectory() as folder, BackgroundServer(folder) as headend:
        clock = VirtualClock(utc0=1_800_000_000)
        link = SwitchedLink(TcpLink(headend.host, headend.port, clock, SelectPace(clock)))
        journal = Journal(RamMedium(1 << 18), journal_id=1)
        client = HttpClient(link, clock, "headend.example")
        sync = Sync(journal, client, clock, "gate-0001", batch_bytes=16384)
        for _ in range(count):
            journal.append(_PAYLOAD)
        scheduler = Scheduler(clock)
        scheduler.spawn(sync.run())
        assert scheduler.run_until(lambda: journal.queued == 0, 60_000)
        scheduler.stop()
        client.close()
        return link.carried / count


def _held(ledger, name):
    with reader_of(ledger).connect() as connection:
        question = select(func.count()).select_from(records).where(records.c.terminal.startswith(name))
        return connection.execute(question).scalar()


def _carried(database):
    """Records a second from memory into the ledger, in groups as the log gives them."""
    with contextlib.ExitStack() as stack:
        if database == "SQLite":
            url = "sqlite:///%s/ledger" % stack.enter_context(tempfile.TemporaryDirectory())
        else:
            url = stack.enter_context(PostgresServer(safe=True)).database()
        ledger = open_ledger(url)
        stack.callback(ledger.dispose)
        projector = Projector(None, ledger)
        position, end, start = 1, time.monotonic() + _SECONDS, time.monotonic()
        while time.monotonic() < end:
            places = range(position, position + GROUP)
            projector.take(0, [Entry(at, "t%d" % (at % 100), 1, at // 100 + 1, 1, 0, _PAYLOAD) for at in places])
            position += GROUP
        return (position - 1) / (time.monotonic() - start)


def _bytes():
    print("\nbytes on the wire a record, both ways, heads included:", end=" ")
    print(", ".join("%.0f at %d a POST" % (_bytes_per_record(count), count) for count in _SIZES), flush=True)


_PARTS_OF_IT = {
    "sqlite": _sqlite, "jetstream": _jetstream, "postgresql": _postgresql, "bytes": _bytes, "fan-out": _fan_out.main,
}  # fmt: skip


def main(options):
    """All parts, or those that are named."""
    print("%d terminals on this machine too, load %.1f" % (_TERMINALS, os.getloadavg()[0]))
    for name in options or _PARTS_OF_IT:
        _PARTS_OF_IT[name]()
