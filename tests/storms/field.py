"""A fleet in a storm: terminals that send through gateways into JetStream, and the judge of what is left afterwards."""

import asyncio
import collections
import http.client
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading

from sqlalchemy import func, select

from headend.engine_nats import NatsEngine
from headend.errors import NotStored
from headend.projector import Projector
from headend.schema import doubles, journals, open_ledger, records
from terminal.errors import WireMalformed
from terminal.records import TAP, pack, plain
from terminal.wire import BatchWriter, parse_reply
from tests.board_interpreter import ROOT
from tests.engines import await_port, free_ports

PARTS = 2
_ACCEPTED = 200
_PACE_S = 0.1
BATCH = 20
_PATIENCE = {429, 503}


class Gateway:
    """headend.nats_gateway as a process that can be killed; the next one takes over its port."""

    def __init__(self, cluster, host="127.0.0.1", **names):
        self._cluster, self.host, self._names = cluster, host, names
        self.port = free_ports(1)[0]
        self._folder = tempfile.TemporaryDirectory()
        self._process = None
        self.start()

    def start(self):
        names = {"GATEPOST_NATS": self._cluster.url, "GATEPOST_NATS_SYSTEM": self._cluster.system_url}
        arguments = ["-m", "headend.nats_gateway", self._folder.name, self.host, str(self.port)]
        self._process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, **names, "GATEPOST_PARTS": str(PARTS), **self._names},
        )  # fmt: skip

    @property
    def pid(self):
        return self._process.pid

    def await_ready(self):
        await_port(self.port, 40, self.host)

    def kill(self):
        """kill -9."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def close(self):
        self.kill()
        self._folder.cleanup()


class Sender(threading.Thread):
    """A terminal: sends in order, goes on after what was acknowledged, tries another gateway when one fails."""

    def __init__(self, name, addresses, chance, timeout):
        super().__init__(daemon=True)
        self.terminal, self._addresses, self._chance, self._timeout = name, addresses, chance, timeout
        self.acknowledged = 0
        self.failures = 0
        self.stopping = threading.Event()

    def run(self):
        writer = BatchWriter(self.terminal, 100_000)
        connection = None
        while not self.stopping.is_set():
            writer.start(7, 1)
            for seq in range(self.acknowledged + 1, self.acknowledged + 1 + BATCH):
                writer.add(seq, 1, payload_of(self.terminal, seq))
            try:
                if connection is None:
                    connection = http.client.HTTPConnection(
                        *self._chance.choice(self._addresses), timeout=self._timeout
                    )
                connection.request("POST", "/v1/txn", bytes(writer.finish()))
                answer = connection.getresponse()
                body = answer.read()
                reply = parse_reply(body) if answer.status == _ACCEPTED else None
            except (OSError, http.client.HTTPException, WireMalformed):
                self.failures += 1
                connection.close()
                connection = None
                self.stopping.wait(0.05)
                continue
            if answer.status in _PATIENCE:
                self.failures += 1
                self.stopping.wait(0.1)
                continue
            assert answer.status == _ACCEPTED, (answer.status, body)
            self.acknowledged = reply.ack
            self.stopping.wait(_PACE_S)
        if connection is not None:
            connection.close()


def payload_of(terminal, seq):
    return pack(plain(TAP, 1_800_000_000 + seq, terminal.encode().ljust(16, b"\0"), fare=seq % 1000))


class Fleet:
    """Senders that run while a `with` lasts. `addresses`: [(host, port)] of gateways or proxies before them."""

    def __init__(self, addresses, seed, size=6, prefix="gate", timeout=3):
        self.senders = [
            Sender("%s-%d" % (prefix, number), addresses, random.Random("%d %d" % (seed, number)), timeout)
            for number in range(size)
        ]

    @property
    def failures(self):
        return sum(sender.failures for sender in self.senders)

    def progress(self, records_each, seconds=40):
        """Waits until each terminal had that many more records acknowledged; TimeoutError says how far it came."""
        marks = [sender.acknowledged + records_each for sender in self.senders]
        pause = threading.Event()
        for _ in range(int(seconds / 0.02)):
            if all(sender.acknowledged >= mark for sender, mark in zip(self.senders, marks, strict=True)):
                return
            assert all(sender.is_alive() for sender in self.senders)
            pause.wait(0.02)
        raise TimeoutError("acknowledged: %s, expected: %s" % ([s.acknowledged for s in self.senders], marks))

    def __enter__(self):
        for sender in self.senders:
            sender.start()
        return self

    def __exit__(self, *_):
        for sender in self.senders:
            sender.stopping.set()
        for sender in self.senders:
            sender.join(20)


async def leader_of(cluster, part=0):
    """The number of the server that leads a stream of the log, None while there is none."""
    engine = await NatsEngine.open(cluster.url, cluster.system_url, tempfile.gettempdir(), PARTS)
    try:
        information = await engine.log._js.stream_info("LOG_%02d" % part)
        names = [server.name for server in cluster.servers]
        return names.index(information.cluster.leader) if information.cluster.leader else None
    finally:
        await engine.close()


async def judge(cluster, fleet, folder):
    """Reads the log into a fresh ledger; AssertionError when anything acknowledged is gone, double or out of order."""
    database = open_ledger("sqlite:///%s/judged.sqlite" % folder)
    engine = await NatsEngine.open(cluster.url, cluster.system_url, folder, PARTS)
    try:
        await _patiently(Projector(engine.log, database).catch_up)
        order = await _patiently(lambda: _order(engine.log))
    finally:
        await engine.close()
    try:
        with database.connect() as connection:
            for sender in fleet.senders:
                _judge_terminal(connection, sender, order[sender.terminal])
            names = [sender.terminal for sender in fleet.senders]
            other = select(func.count()).select_from(doubles).where(doubles.c.terminal.in_(names))
            assert connection.execute(other).scalar() == 0
            mine = select(func.count()).select_from(records).where(records.c.terminal.in_(names))
            return connection.execute(mine).scalar()
    finally:
        database.dispose()


async def _patiently(step, seconds=30):
    """Servers that just came back say for a while that they are not there yet."""
    for _ in range(seconds * 5):
        try:
            return await step()
        except NotStored:
            await asyncio.sleep(0.2)
    return await step()


async def _order(log):
    """{terminal: numbers in the order in which they first came into the log}."""
    order = collections.defaultdict(dict)
    for part in range(log.parts):
        start = 0
        while entries := await log.read(part, start, 5000):
            for entry in entries:
                order[entry.terminal].setdefault(entry.seq)
            start = entries[-1].position + 1
    return {terminal: list(numbers) for terminal, numbers in order.items()}


def _judge_terminal(connection, sender, order):
    mine = records.c.terminal == sender.terminal
    rows = connection.execute(select(records.c.seq, records.c.payload).where(mine).order_by(records.c.seq)).all()
    numbers = [row.seq for row in rows]
    assert numbers == list(range(1, len(rows) + 1)), sender.terminal  # no hole, none twice
    assert order == numbers, sender.terminal
    assert sender.acknowledged <= len(rows), (sender.terminal, sender.acknowledged, len(rows))
    assert all(bytes(row.payload) == payload_of(sender.terminal, row.seq) for row in rows)
    mark = connection.execute(select(journals).where(journals.c.terminal == sender.terminal)).one()
    assert (mark.first, mark.highest, mark.numbers) == (1, len(rows), len(rows))


def judged(cluster, fleet):
    """`judge` for callers without a loop; returns how many records there are."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(judge(cluster, fleet, folder))
