"""Real servers for tests: three NATS servers on loopback, PostgreSQL on a port and folder of its own."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from headend.nats_config import Passwords, Server, server_config, urls

PASSWORDS = Passwords("records", "observe", "between", "ledger")


def free_ports(count):
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def await_port(port, seconds=20, host="127.0.0.1"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError("nothing listens on port %d after %d s" % (port, seconds))


def nats_server():
    """The nats-server beside this Python, or on the PATH; it is a dependency of the tests."""
    program = shutil.which("nats-server", path=os.path.dirname(sys.executable)) or shutil.which("nats-server")
    assert program, "no nats-server: install the test extra"
    return program


class NatsCluster:
    """Three servers that can be killed and started again on what they had.

    `hosts`: their addresses; `change`: what is done to a configuration; `prefixes`: what each command begins with.
    """

    def __init__(self, folder, size=3, hosts=None, change=lambda text: text, prefixes=None):
        hosts = hosts or ["127.0.0.1"] * size
        ports = free_ports(2 * size)
        self._folder = pathlib.Path(folder)
        self._prefixes = prefixes or [()] * size
        self.servers = [
            Server("n%d" % n, hosts[n], ports[2 * n], ports[2 * n + 1], str(self._folder / ("data%d" % n)))
            for n in range(size)
        ]
        self.processes = [None] * size
        for server in self.servers:
            text = server_config(server, self.servers, PASSWORDS, listen=server.host)
            (self._folder / (server.name + ".conf")).write_text(change(text))
        self.url, self.system_url = urls(self.servers, PASSWORDS)

    def start(self, *numbers):
        for n in numbers or range(len(self.servers)):
            with (self._folder / ("n%d.log" % n)).open("ab") as log:
                self.processes[n] = subprocess.Popen(
                    [*self._prefixes[n], nats_server(), "-c", self._folder / ("n%d.conf" % n)], stdout=log, stderr=log
                )
        return self

    def kill(self, *numbers):
        """kill -9."""
        for n in numbers or range(len(self.servers)):
            if self.processes[n]:
                self.processes[n].send_signal(signal.SIGKILL)
                self.processes[n].wait()
                self.processes[n] = None

    @property
    def pids(self):
        return [process.pid for process in self.processes]

    def log(self, n):
        return (self._folder / ("n%d.log" % n)).read_text()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()


class PostgresServer:
    """PostgreSQL on a port and in a folder of its own; `database()` makes a fresh database and gives its URL.

    It refuses to run as root: then it runs as the user its package made.
    """

    def __init__(self, safe=False):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        assert programs, "no PostgreSQL: install Debian's postgresql (./run test does)"
        self._programs = programs[-1]
        self._user = "postgres" if os.getuid() == 0 else None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gatepost-postgres-"))
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.port = free_ports(1)[0]
        self._options = [] if safe else ["-c", "fsync=off", "-c", "synchronous_commit=off"]
        self._count = 0
        self._process = None

    def _run(self, program, *arguments):
        done = subprocess.run(
            [self._programs / program, *arguments], user=self._user, cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self):
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "gatepost", "-A", "trust", "-E", "UTF8", "--no-sync")
        arguments = ["-D", data, "-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.folder), *self._options]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", *arguments], user=self._user, cwd=self.folder, stdout=log, stderr=log
            )
        end = time.monotonic() + 20
        ready = [self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready).returncode:
            assert time.monotonic() < end and self._process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)
        return self

    def database(self):
        self._count += 1
        name = "ledger%d" % self._count
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "gatepost", name)
        return "postgresql+psycopg://gatepost@127.0.0.1:%d/%s" % (self.port, name)

    @property
    def pid(self):
        return self._process.pid

    def stop(self):
        if self._process:
            self._process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            self._process.wait()
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
