"""`python -m tests.storms [ROUNDS]`: the long storms; as root also partitions and power cuts. Exit 1 when one fails."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from tests import board_interpreter
from tests.engines import NatsCluster
from tests.storms import boards, power, weather

_NETWORK = "10.77.0.%d"  # exists only inside a network namespace made here


def _ip(*arguments, namespace=None):
    enter = ["nsenter", "-t", str(namespace), "-n"] if namespace else []
    subprocess.run([*enter, "ip", *arguments], check=True)


class Wires:
    """Three network namespaces on a bridge of this one, each with a wire that can be cut."""

    def __init__(self):
        self._holders = []
        _ip("link", "set", "lo", "up")
        _ip("link", "add", "bridge0", "type", "bridge")
        _ip("addr", "add", _NETWORK % 254 + "/24", "dev", "bridge0")
        _ip("link", "set", "bridge0", "up")
        for number in range(3):
            self._lay(number)
        self.hosts = [_NETWORK % (number + 1) for number in range(3)]
        self.prefixes = [["nsenter", "-t", str(holder.pid), "-n"] for holder in self._holders]

    def _lay(self, number):
        holder = subprocess.Popen(["unshare", "-n", "sleep", "3600"])
        self._holders.append(holder)
        while os.readlink("/proc/%d/ns/net" % holder.pid) == os.readlink("/proc/self/ns/net"):
            time.sleep(0.01)
        near, far = "wire%d" % number, "end%d" % number
        _ip("link", "add", near, "type", "veth", "peer", "name", far)
        _ip("link", "set", far, "netns", str(holder.pid))
        _ip("link", "set", near, "master", "bridge0", "up")
        _ip("addr", "add", _NETWORK % (number + 1) + "/24", "dev", far, namespace=holder.pid)
        for name in (far, "lo"):
            _ip("link", "set", name, "up", namespace=holder.pid)

    def cut(self, number, away):
        _ip("link", "set", "wire%d" % number, "down" if away else "up")

    def close(self):
        for holder in self._holders:
            holder.kill()
            holder.wait()


def _partitions(rounds):
    wires = Wires()
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            NatsCluster(folder, hosts=wires.hosts, prefixes=wires.prefixes) as cluster,
        ):
            print("partitions:", weather.partitions(cluster, seed=7, rounds=rounds, cut=wires.cut), flush=True)
    finally:
        wires.close()


def _power(rounds):
    storms = (
        ("SQLite without sync", lambda folder: power.without_sync(folder, seed=7)),
        ("SQLite", lambda folder: power.embedded(folder, seed=7, rounds=rounds)),
        ("JetStream", lambda folder: power.jetstream(folder, seed=7, rounds=rounds)),
    )
    for name, storm in storms:
        with tempfile.TemporaryDirectory() as folder:
            print("power cut, %s:" % name, storm(folder), flush=True)


# Name: what blows inside, the option of unshare that makes the room for it, the programs it needs.
_ROOMS = {
    "partitions": (_partitions, "-n", ("ip", "unshare", "nsenter")),
    "power": (_power, "-m", ("unshare", "mkfs.ext4", "mount")),
}


def _everywhere(rounds):
    for name, storm in (("kills", weather.kills), ("bad lines", weather.bad_lines)):
        with tempfile.TemporaryDirectory() as folder, NatsCluster(folder) as cluster:
            print("%s:" % name, storm(cluster, seed=7, rounds=rounds), flush=True)
    with tempfile.TemporaryDirectory() as tree, tempfile.TemporaryDirectory() as folder:
        compiled = board_interpreter.compile_tree(pathlib.Path(tree))
        print("MicroPython:", boards.storm(compiled, folder, seed=7, count=80, rounds=rounds), flush=True)


def main(arguments):
    """Rounds: how often each storm blows, 3 unless said."""
    rounds = int(arguments[0]) if arguments else 3
    if arguments[1:]:
        _ROOMS[arguments[1]][0](rounds)
        return 0
    _everywhere(rounds)
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    failed = 0
    for name, (_, option, programs) in _ROOMS.items():
        if os.geteuid() or not all(map(shutil.which, programs)):
            print("%s: not run, it needs root and the programs %s" % (name, ", ".join(programs)), flush=True)
            continue
        command = ["unshare", option, sys.executable, "-m", "tests.storms", str(rounds), name]
        failed |= subprocess.run(command, cwd=root).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
