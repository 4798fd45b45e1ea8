"""A hotlist on its way to ten thousand long-polls: seconds to the last, CPU and memory for each."""

import asyncio
import contextlib
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks._processes import ROOT, cpu_seconds, resident_bytes, serving
from headend.certificates import Authority, private_der
from headend.engine_nats import NatsEngine
from headend.state import State
from headend.store import open_store
from tests.engines import NatsCluster
from tests.storms.field import PARTS, Gateway

_WAITING = 10_000
_WAITING_TLS = 2_000  # one handshake after the other takes its time
_AT_REST_S = 0.05  # a look at the file, twenty times a second
_EMBEDDED = "import sys; from headend.server import serve; serve(sys.argv[1], port=int(sys.argv[3]), tls_names=sys.argv[2].split())"


async def _told(ports, pids, number, publish, credentials="-"):
    """Publishes a hotlist to `number` waiting terminals and prints what it took; `credentials`: as _waiters."""
    empty = sum(map(resident_bytes, pids))
    waiters = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks._waiters", str(number), credentials, *map(str, ports), cwd=ROOT,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert await waiters.stdout.readline() == b"waiting\n"
    await _rest(pids)
    held = sum(map(resident_bytes, pids)) - empty
    before = cpu_seconds(*pids), cpu_seconds(waiters.pid)
    start = time.monotonic()
    await publish("all", {"hotlist": {"version": 1}}, 0)
    end = float(await waiters.stdout.readline())
    used = cpu_seconds(*pids) - before[0], cpu_seconds(waiters.pid) - before[1]
    await waiters.wait()
    row = end - start, *(seconds * 1e6 / number for seconds in used), held / number / 1000
    print("last told after %.2f s; for each: CPU %.0f us, the terminals' %.0f us, %.0f kB waiting" % row, flush=True)


async def _rest(pids):
    """Until these processes did next to nothing for a second: every question was taken, and waits."""
    before = -1
    while (used := cpu_seconds(*pids)) - before > _AT_REST_S:
        before = used
        await asyncio.sleep(1)


def _allow_descriptors(number):
    """For this process and those it starts; a lower hard limit lets fewer terminals wait."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    number = min(number, hard - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number + 200, hard))
    return number


def _embedded(number, name=""):
    """One process; with the server's `name` everything in mutual TLS."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        if name:
            _certify(pathlib.Path(folder))
        pid, port = stack.enter_context(serving("-c", _EMBEDDED, folder, name))
        connection = stack.enter_context(contextlib.closing(open_store(folder)))
        asyncio.run(_told([port], [pid], number, State(connection).put, folder if name else "-"))


def _certify(folder):
    """What the terminal gate-0 holds."""
    authority, key = Authority(folder / "authority"), ec.generate_private_key(ec.SECP256R1())
    certificate = authority.terminal("gate-0", key.public_key())
    for name, content in (("ca", authority.certificate), ("crt", certificate), ("key", private_der(key))):
        (folder / name).write_bytes(content)


def _gateways(number):
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        cluster = stack.enter_context(NatsCluster(folder))
        gateways = [stack.enter_context(contextlib.closing(Gateway(cluster))) for _ in range(2)]
        for gateway in gateways:
            gateway.await_ready()
        asyncio.run(_told_over_nats(cluster, folder, gateways, number))


async def _told_over_nats(cluster, folder, gateways, number):
    engine = await NatsEngine.open(cluster.url, cluster.system_url, folder, PARTS)
    ports, pids = zip(*((gateway.port, gateway.pid) for gateway in gateways), strict=True)
    try:
        await _told(ports, pids, number, engine.state.put)
    finally:
        await engine.close()


def main():
    number = _allow_descriptors(_WAITING)
    encrypted = min(number, _WAITING_TLS)
    print("\na hotlist to terminals that wait")
    for name, count, work in (
        ("one head-end", number, lambda: _embedded(number)),
        ("two gateways", number, lambda: _gateways(number)),
        ("one head-end, TLS", encrypted, lambda: _embedded(encrypted, "127.0.0.1")),
    ):
        print("%-18s %5d" % (name, count), end=" ", flush=True)
        work()
