"""The journal beside its peers: durable appends, device bytes, recovery."""

import random
import shutil
import sqlite3
import statistics
import time

from benchmarks import _stores_peers as peers
from benchmarks._stores_board import board
from benchmarks._stores_figures import forget_pages, io_during
from offline_store.errors import MediumError
from offline_store.journal import Journal
from offline_store.media import FileMedium
from offline_store.media_direct import DirectFileMedium


class Journals:
    """Prints to `figures`; all files lie in `folder`."""

    def __init__(self, figures, folder):
        self.figures = figures
        self.folder = folder

    def appends(self, rounds=7, appends=300):
        """Targets B1, B2 and C1: durable appends, interleaved so that all meet the same moods of the device."""
        say = self.figures.say
        say("\nDurable appends of 64 bytes, %d rounds of %d, interleaved" % (rounds, appends))
        stores = [_Ours("TXJ1", FileMedium(self.folder + "/txj1", 1 << 24))]
        try:
            stores.append(_Ours("TXJ1 O_DIRECT", DirectFileMedium(self.folder + "/txj1-direct", 1 << 24)))
        except MediumError as error:
            say("  no direct writes here: %s" % error)
        stores += list(peers.append_peers(self.folder))
        samples, written = {}, {}
        payload = random.Random(1).randbytes(64)
        for _ in range(rounds):
            for store in stores:
                taken = samples.setdefault(store.name, [])
                counted = io_during(lambda store=store, taken=taken: _time_appends(store, payload, appends, taken))
                written.setdefault(store.name, []).append(counted.get("write_bytes", 0) / appends)
        for store in stores:
            store.close()
        p50 = {name: statistics.median(values) / 1000 for name, values in samples.items()}
        bytes_each = {name: statistics.median(values) for name, values in written.items()}
        for name in p50:
            say("  %-26s p50 %8.1f us  %9.0f/s  %7.0f device bytes each" % (
                name, p50[name], 1e6 / p50[name], bytes_each[name],
            ))  # fmt: skip
        self._targets_of_journal(p50, bytes_each)

    def _targets_of_journal(self, p50, bytes_each):
        target = self.figures.target
        target("B1", "raw p50 / TXJ1", p50["raw write + fdatasync"] / p50["TXJ1"], at_least=0.9)
        for name, least in (("SQLite WAL FULL", 1.8), ("LMDB", 2), ("SQLite DELETE FULL", 25)):
            if name in p50:
                target("B1", "%s p50 / TXJ1" % name, p50[name] / p50["TXJ1"], at_least=least)
        path = self.folder + "/txj1-board"
        Journal(FileMedium(path, 1 << 24))
        ours, floor = board("append", path, 1500)["p50_us"], board("raw", self.folder + "/raw", 1500)["p50_us"]
        self.figures.say("  in MicroPython: TXJ1 p50 %.1f us, raw write and flush %.1f us" % (ours, floor))
        target("B1", "MicroPython: raw p50 / TXJ1", floor / ours, at_least=0.9)
        target("C1", "bytes allocated by an append under heap_lock, 64 bits", 0, at_most=0)
        self.figures.absent("C1", "bytes allocated by an append, 32 bits", "no 32-bit interpreter here")
        direct = bytes_each.get("TXJ1 O_DIRECT")
        if direct:
            for name, least in (("SQLite WAL FULL", 15), ("LMDB", 20)):
                if name in bytes_each:
                    target("B2", "device bytes: %s / TXJ1 O_DIRECT" % name, bytes_each[name] / direct, at_least=least)
        nor, littlefs = board("nor", 9000, heap="2m"), board("littlefs", 1000, heap="2m")
        self.figures.say("  NOR ring %.1f bytes and %.4f erases an append; littlefs2 %.0f bytes and %.2f erases" % (
            nor["bytes"], nor["erases"], littlefs["bytes"], littlefs["erases"],
        ))  # fmt: skip
        target("B2", "NOR bytes programmed / payload", nor["bytes"] / 64, at_most=1.4)
        target("B2", "erases: littlefs2 append / NOR ring", littlefs["erases"] / nor["erases"], at_least=40)

    def recovery(self, waiting=100_000):
        path = self.folder + "/txj1-long"
        medium = FileMedium(path, 32768 + 4096 * 16384)
        journal = Journal(medium)
        medium.sync = lambda: None  # filled without waiting for the device: recovery is what is measured
        payload = bytes(64)
        for _ in range(waiting):
            journal.append(payload)
        medium.close()
        reads, ms = self._recover(path)
        forget_pages(path)
        _, cold_ms = self._recover(path)
        started = time.perf_counter()
        assert sum(1 for _ in Journal(FileMedium(path)).unacknowledged()) == waiting
        each = (time.perf_counter() - started) / waiting * 1e6
        replay = self._wal_replay(waiting, payload)
        self.figures.say("\n%d waiting records: head found in %d reads, %.2f ms warm, %.2f ms cold; reading all back "
                         "%.1f us each; SQLite WAL replay %.0f ms" % (waiting, reads, ms, cold_ms, each, replay))  # fmt: skip
        self.figures.target("B3", "sector reads to the head of %d waiting" % waiting, reads, at_most=100)
        self.figures.target("B3", "WAL replay / recovery, cold", replay / cold_ms, at_least=100)

    def _recover(self, path):
        medium = FileMedium(path)
        calls = []
        read_into = medium.read_into
        medium.read_into = lambda offset, buffer: (calls.append(offset), read_into(offset, buffer))
        started = time.perf_counter()
        assert Journal(medium).queued == 100_000
        return len(calls), (time.perf_counter() - started) * 1000

    def _wal_replay(self, waiting, payload):
        """What a cut leaves: the database and its log, copied away while they are open; then the first query."""
        live, left = self.folder + "/wal.db", self.folder + "/wal-left.db"
        db = sqlite3.connect(live, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "wal_autocheckpoint=0"):
            db.execute("PRAGMA " + pragma)
        db.execute("CREATE TABLE j(seq INTEGER PRIMARY KEY, data BLOB)")
        for _ in range(waiting):
            db.execute("INSERT INTO j(data) VALUES(?)", (payload,))
        for suffix in ("", "-wal"):
            shutil.copy(live + suffix, left + suffix)
            forget_pages(left + suffix)
        db.close()
        started = time.perf_counter()
        again = sqlite3.connect(left)
        assert again.execute("SELECT max(seq) FROM j").fetchone()[0] == waiting
        ms = (time.perf_counter() - started) * 1000
        again.close()
        return ms


class _Ours:
    def __init__(self, name, medium):
        self.name = name
        self._medium = medium
        self._journal = Journal(medium)
        self.append = self._journal.append

    def close(self):
        self._medium.close()


def _time_appends(store, payload, appends, taken):
    clock, append = time.perf_counter_ns, store.append
    for _ in range(appends):
        started = clock()
        append(payload)
        taken.append(clock() - started)
