"""Power cuts: the stores lie on file systems in files, which are copied while records come in, and mounted as they are.

What the kernel had not written to the image by then is gone, as when the power goes. Needs root and a mount namespace
of its own (python -m tests.storms makes one).
"""

import collections
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import threading

from headend.ledger import ledger
from headend.store import open_store
from tests.engines import NatsCluster
from tests.host.test_sync_processes import SERVE, HeadendProcess
from tests.storms.field import Fleet, judged, payload_of
from tests.storms.weather import gateways

_MARKER = "not-synced-%d"
_BETWEEN = 40
_CARELESS = """
import sys
from headend import server
careful = server.open_store
def careless(folder):
    connection = careful(folder)
    connection.execute("PRAGMA synchronous=OFF")
    return connection
server.open_store = careless
server.serve(sys.argv[1], port=int(sys.argv[2]))
"""
Mark = collections.namedtuple("Mark", "terminal acknowledged")
Marks = collections.namedtuple("Marks", "senders")


class AcknowledgedLost(AssertionError):
    """What was acknowledged is gone."""


class Disk:
    """An ext4 file system in a file, mounted at `place`. Journal commits of its own are far apart: we want to lose."""

    def __init__(self, image, place, megabytes=192):
        self.image, self.place = pathlib.Path(image), pathlib.Path(place)
        self.place.mkdir(parents=True, exist_ok=True)
        with self.image.open("wb") as file:
            file.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", self.image], check=True)
        self.mount(self.image)

    def mount(self, image):
        subprocess.run(["mount", "-o", "loop,noatime,commit=300", image, self.place], check=True)

    def unmount(self):
        subprocess.run(["umount", self.place], check=True)

    def mark(self, number):
        """Writes a new file and does not sync it: truncating an old one would make ext4 write it."""
        (self.place / (_MARKER % number)).write_bytes(os.urandom(4096))

    def cut(self, copy):
        """Copies what the power cut would leave."""
        shutil.copyfile(self.image, copy)

    def assert_something_was_lost(self, number):
        marker = self.place / (_MARKER % number)
        assert not marker.exists() or not marker.read_bytes().strip(b"\0"), "the image was synced: nothing was tried"


def _cut_power(pids, disks, fleet, folder, number):
    """The Marks at the moment of the cut; the images lie in `folder`."""
    for disk in disks:
        disk.mark(number)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    threading.Event().wait(0.2)  # answers that were sent before the cut reach the terminals
    marks = Marks([Mark(sender.terminal, sender.acknowledged) for sender in fleet.senders])
    for disk in disks:
        disk.cut(_copy(folder, disk, number))
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    return marks


def _copy(folder, disk, number):
    return pathlib.Path(folder) / ("%s.cut%d" % (disk.image.name, number))


def embedded(folder, seed, rounds, program=SERVE):
    """The embedded head-end on SQLite."""
    disk = Disk(pathlib.Path(folder) / "disk.img", pathlib.Path(folder) / "mount")
    marks = []
    headend = HeadendProcess(disk.place / "headend", program=program)
    try:
        with Fleet([("127.0.0.1", headend.port)], seed) as fleet:
            for number in range(rounds):
                fleet.progress(_BETWEEN)
                marks.append(_cut_power([headend.pid], [disk], fleet, folder, number))
    finally:
        headend.kill()
        disk.unmount()
    stored = 0
    for number, mark in enumerate(marks):
        disk.mount(_copy(folder, disk, number))
        try:
            disk.assert_something_was_lost(number)
            with contextlib.closing(open_store(disk.place / "headend")) as store:
                stored += sum(_judge_terminal(store, sender) for sender in mark.senders)
        finally:
            disk.unmount()
    return "%d power cuts, %d acknowledged records, all there" % (rounds, stored)


def without_sync(folder, seed):
    """The same with a head-end that does not sync: it must lose, or these power cuts prove nothing."""
    try:
        embedded(folder, seed, 1, _CARELESS)
    except AcknowledgedLost as loss:
        return "lost, as it must: %s" % loss
    raise AssertionError("a head-end that does not sync lost nothing")


def _judge_terminal(store, sender):
    rows = list(ledger(store, sender.terminal))
    numbers = [row.seq for row in rows]
    assert numbers == list(range(1, len(rows) + 1)), (sender, numbers[-3:])
    if sender.acknowledged > len(rows):
        raise AcknowledgedLost(
            "%s has %d of %d acknowledged records" % (sender.terminal, len(rows), sender.acknowledged)
        )
    assert all(row.payload == payload_of(sender.terminal, row.seq) for row in rows)
    return sender.acknowledged


def jetstream(folder, seed, rounds):
    """Three servers, each on a disk of its own, losing power together."""
    folder = pathlib.Path(folder)
    disks = [Disk(folder / ("disk%d.img" % number), folder / ("data%d" % number)) for number in range(3)]
    cluster, marks = NatsCluster(folder), []
    try:
        cluster.start()
        with gateways(cluster) as doors:
            with Fleet([(door.host, door.port) for door in doors], seed, prefix="power") as fleet:
                for number in range(rounds):
                    fleet.progress(_BETWEEN, seconds=90)
                    marks.append(_cut_power(cluster.pids, disks, fleet, folder, number))
    finally:
        cluster.kill()
        for disk in disks:
            disk.unmount()
    for number, mark in enumerate(marks):
        for disk in disks:
            disk.mount(_copy(folder, disk, number))
        try:
            disks[0].assert_something_was_lost(number)
            cluster.start()
            judged(cluster, mark)
        finally:
            cluster.kill()
            for disk in disks:
                disk.unmount()
    stored = sum(sender.acknowledged for mark in marks for sender in mark.senders)
    return "%d power cuts of three servers, %d acknowledged records, all there" % (rounds, stored)
