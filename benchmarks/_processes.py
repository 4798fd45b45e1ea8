"""Servers beside a benchmark: started, waited for, and what they cost the processor."""

import contextlib
import os
import pathlib
import subprocess
import sys

from tests.engines import await_port, free_ports

ROOT = pathlib.Path(__file__).resolve().parent.parent
_OWN, _REAPED = slice(11, 13), slice(13, 15)  # user and system ticks in /proc/PID/stat, behind the name


def cpu_seconds(*pids):
    """What processes and their children have used so far; a busy machine does not change it much, unlike a rate."""
    return sum(_ticks(pid) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _ticks(pid):
    place = pathlib.Path("/proc/%d" % pid)
    try:
        fields = (place / "stat").read_text().rpartition(")")[2].split()
        children = (place / "task" / str(pid) / "children").read_text().split()
    except FileNotFoundError:  # a child that ended just now: its parent has its ticks
        return 0
    return sum(map(int, fields[_OWN] + fields[_REAPED])) + sum(_ticks(int(child)) for child in children)


def resident_bytes(pid):
    """How much memory a process holds."""
    return int(pathlib.Path("/proc/%d/statm" % pid).read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def serving(*arguments, **names):
    """(pid, port) of a fresh Python process, once it listens: its last argument is the port; `names` as its environment."""
    port = free_ports(1)[0]
    server = subprocess.Popen(
        [sys.executable, *map(str, arguments), str(port)], cwd=ROOT, stdout=subprocess.DEVNULL,
        env={**os.environ, **names},
    )  # fmt: skip
    try:
        await_port(port, 60)
        yield server.pid, port
    finally:
        server.terminate()
        server.wait()
