"""Records per second into the head-end, beside FastAPI and pydantic on the same store, and bytes on the wire."""

import asyncio
import base64
import contextlib
import json
import os
import pathlib
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from sqlalchemy import func, select

from drivers.bus.socket import TcpLink
from headend.engine_nats import NatsEngine
from headend.ports import Entry
from headend.projector import GROUP, Projector
from headend.schema import open_ledger, reader_of, records
from headend.server import BackgroundServer
from headend.state import State
from headend.store import open_store
from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator.link import SelectPace, SwitchedLink
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import HttpClient
from terminal.records import TAP, pack, plain
from terminal.sync import Sync
from terminal.wire import BatchWriter, parse_reply
from tests.engines import NatsCluster, PostgresServer
from tests.storms.field import PARTS, Gateway

_ROOT = pathlib.Path(__file__).resolve().parent.parent
_SIZES = (1, 20, 100)
_TERMINALS = 32
_WAITING = 10_000
_SECONDS = 2.0
_AT_REST_S = 0.05  # a look at the file, twenty times a second
_ROUNDS = 3
_PAYLOAD = pack(plain(TAP, 1_800_000_000, bytes(16)))
_SERVERS = {
    "gatepost": [
        "-c",
        "import sys; from headend.server import serve; serve(sys.argv[1], port=int(sys.argv[2]))",
    ],
    "FastAPI": ["-m", "benchmarks._json_headend"],
}


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


async def _load(kind, port, count, name="t"):
    end = time.monotonic() + _SECONDS
    names = ["%s%d" % (name, number) for number in range(_TERMINALS)]
    return sum(await asyncio.gather(*(_terminal(kind, port, name, count, end) for name in names))) / _SECONDS


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _cpu_seconds(pid):
    """What a process has used so far; a busy machine does not change it much, unlike the rate."""
    fields = pathlib.Path("/proc/%d/stat" % pid).read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def _server(kind, folder):
    """(pid, port) of a fresh server process on `folder`."""
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, *_SERVERS[kind], folder, str(port)],
        cwd=_ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        _await_port(port)
        yield server.pid, port
    finally:
        server.terminate()
        server.wait()


def _rate(kind, count):
    """(acknowledged records a second, server's CPU us a record) of a fresh server process on a fresh store."""
    with tempfile.TemporaryDirectory() as folder, _server(kind, folder) as (pid, port):
        before = _cpu_seconds(pid)
        rate = asyncio.run(_load(kind, port, count))
        return rate, (_cpu_seconds(pid) - before) * 1e6 / (rate * _SECONDS)


def _await_port(port):
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise TimeoutError("the server did not start")


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


async def _told(ports, pids, number, publish, credentials="-"):
    """(seconds from the publication of a hotlist until the last of `number` waiting terminals had read the news, CPU us
    of the processes `pids` for each of them, and of the process in which the terminals are). `credentials`: as _waiters."""
    waiters = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks._waiters",
        str(number),
        credentials,
        *map(str, ports),
        cwd=_ROOT,
        stdout=subprocess.PIPE,
    )
    assert await waiters.stdout.readline() == b"waiting\n"
    await _idle(pids)
    processes = [*pids, waiters.pid]
    before = [_cpu_seconds(pid) for pid in processes]
    start = time.monotonic()
    await publish("all", {"hotlist": {"version": 1}}, 0)
    end = float(await waiters.stdout.readline())
    used = [(_cpu_seconds(pid) - was) * 1e6 / number for pid, was in zip(processes, before, strict=True)]
    await waiters.wait()
    return end - start, sum(used[:-1]), used[-1]


async def _idle(pids):
    """Until these processes did next to nothing for a second: every question was taken, and waits."""
    before = -1
    while (used := sum(map(_cpu_seconds, pids))) - before > _AT_REST_S:
        before = used
        await asyncio.sleep(1)


def _allow_descriptors(number):
    """For this process and those it starts; a lower hard limit lets fewer terminals wait."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    number = min(number, hard - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number + 200, hard))
    return number


def _fan_out(number):
    """To one embedded head-end, and to two gateways before three NATS servers."""
    number = _allow_descriptors(number)
    said = "a hotlist reached the last of %d waiting terminals after %.2f s; CPU us for each: %.0f, theirs %.0f; %s"
    with tempfile.TemporaryDirectory() as folder, _server("gatepost", folder) as (pid, port):
        with contextlib.closing(open_store(folder)) as connection:
            told = asyncio.run(_told([port], [pid], number, State(connection).put))
        print(said % (number, *told, "one process"), flush=True)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        cluster = stack.enter_context(NatsCluster(folder))
        gateways = [stack.enter_context(contextlib.closing(Gateway(cluster))) for _ in range(2)]
        for gateway in gateways:
            gateway.await_ready()
        told = asyncio.run(_told_over_nats(cluster, folder, gateways, number))
        print(said % (number, *told, "two gateways"), flush=True)


async def _told_over_nats(cluster, folder, gateways, number):
    engine = await NatsEngine.open(cluster.url, cluster.system_url, folder, PARTS)
    ports, pids = zip(*((gateway.port, gateway.pid) for gateway in gateways), strict=True)
    try:
        return await _told(ports, pids, number, engine.state.put)
    finally:
        await engine.close()


def _jetstream():
    """One gateway and three servers on this machine: they share its cores with the terminals."""
    with tempfile.TemporaryDirectory() as folder, NatsCluster(folder) as cluster:
        for count in _SIZES:
            with contextlib.closing(Gateway(cluster)) as gateway:
                gateway.await_ready()
                before = [_cpu_seconds(pid) for pid in (gateway.pid, *cluster.pids)]
                rate = asyncio.run(_load("JetStream", gateway.port, count, name="j%d-" % count))
                used = [
                    _cpu_seconds(pid) - start for pid, start in zip((gateway.pid, *cluster.pids), before, strict=True)
                ]
            each = 1e6 / (rate * _SECONDS)
            row = count, rate, used[0] * each, sum(used[1:]) * each
            print("%7d %9.0f rec/s into JetStream, R3; CPU us/rec: gateway %.1f, servers %.1f" % row, flush=True)


def _into_postgresql():
    """The whole way: a gateway, three servers and a projector, from the first POST until PostgreSQL holds all of it."""
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(NatsCluster(stack.enter_context(tempfile.TemporaryDirectory())))
        url = stack.enter_context(PostgresServer(safe=True)).database()
        ledger = open_ledger(url)
        stack.callback(ledger.dispose)
        gateway = stack.enter_context(contextlib.closing(Gateway(cluster)))
        gateway.await_ready()
        names = {"GATEPOST_NATS": cluster.url, "GATEPOST_NATS_SYSTEM": cluster.system_url, "GATEPOST_LEDGER": url}
        projector = subprocess.Popen(
            [sys.executable, "-m", "headend.projector"],
            env={**os.environ, **names, "GATEPOST_PARTS": str(PARTS)},
            cwd=_ROOT,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(projector.wait)
        stack.callback(projector.terminate)
        asyncio.run(_load("JetStream", gateway.port, 1, name="warm-"))
        while not _held(ledger, "warm-"):
            time.sleep(0.1)
        for count in _SIZES:
            name, start, before = "p%d-" % count, time.monotonic(), _cpu_seconds(projector.pid)
            sent = round(asyncio.run(_load("JetStream", gateway.port, count, name=name)) * _SECONDS)
            while (held := _held(ledger, name)) < sent:
                time.sleep(0.1)
            assert held == sent
            used = (_cpu_seconds(projector.pid) - before) * 1e6 / sent
            row = count, sent / (time.monotonic() - start), used
            print("%7d %9.0f rec/s through JetStream into PostgreSQL; projector's CPU us/rec: %.1f" % row, flush=True)


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


def main(_options):
    """Rounds are interleaved, medians count; 32 terminals, each waiting for its acknowledgement."""
    print("records  gatepost  FastAPI           gatepost  FastAPI         bytes on the wire")
    print(" a POST     rec/s    rec/s   ratio  CPU us/rec  CPU us/rec ratio         a record")
    for count in _SIZES:
        seen = {kind: [] for kind in _SERVERS}
        for _ in range(_ROUNDS):
            for kind in _SERVERS:
                seen[kind].append(_rate(kind, count))
        ours, peer = ([statistics.median(column) for column in zip(*seen[kind], strict=True)] for kind in _SERVERS)
        row = (
            count,
            ours[0],
            peer[0],
            ours[0] / peer[0],
            ours[1],
            peer[1],
            peer[1] / ours[1],
            _bytes_per_record(count),
        )
        print("%7d %9.0f %8.0f %6.2fx %11.1f %11.1f %5.2fx %16.1f" % row, flush=True)
    _jetstream()
    _into_postgresql()
    for database in ("SQLite", "PostgreSQL"):
        print("the projector carried %.0f records a second into %s" % (_carried(database), database), flush=True)
    _fan_out(_WAITING)
