"""The two stores beside their peers in one run: `python -m benchmarks.stores [--entries 1M] [--folder PATH]`.

Prints every figure, the ratios of storage targets A1 to C1 and what falls short. Figures are of this machine; only
ratios travel.
"""

import argparse
import gc
import math
import os
import random
import shutil
import statistics
import sys
import tempfile
import time

from benchmarks import _stores_peers as peers
from benchmarks._stores_board import board
from benchmarks._stores_figures import Figures, forget_pages, io_during, p50_us
from benchmarks._stores_journal import Journals
from offline_store.lists import ListStore
from offline_store.media import FileMedium
from offline_store.table import Table
from offline_store.table_build import build
from offline_store.table_diff import diff
from offline_store.table_host import MappedTable

KEY = bytes(range(16))
VALUE_BYTES = 8
_LOOKS = 20_000
_COLD = 150
_SEED = 20


class Run:
    """One run: the entries, the folder, the figures, and what the first parts leave for the later ones."""

    def __init__(self, entries, folder):
        self.count = entries
        self.folder = folder
        self.figures = Figures()
        self.rng = random.Random(_SEED)
        blob = self.rng.randbytes(entries * 24)
        self.rows = [(blob[at : at + 16], blob[at + 16 : at + 24]) for at in range(0, len(blob), 24)]
        self.sample = self.rng.sample(self.rows, min(_LOOKS, entries))
        self.keys = [key for key, _ in self.sample]
        self.foreign = [self.rng.randbytes(16) for _ in range(len(self.sample) // 4)]
        self.table_path = folder + "/table.wlt"
        self.p50 = {}
        self.per_entry = {}
        self.cold = {}

    # -- whitelist

    def build_tables(self):
        say = self.figures.say
        say("\nWhitelist: %d entries of 16 + %d bytes, seed %d" % (self.count, VALUE_BYTES, _SEED))
        say("  %-34s %9s %9s %12s" % ("", "build s", "B/entry", "warm p50 us"))
        seconds = {}
        for name, use_numpy in (("stdlib", False), ("numpy", True)):
            started = time.perf_counter()
            build(self.rows, self.table_path, KEY, epoch=1, value_bytes=VALUE_BYTES, use_numpy=use_numpy)
            seconds[name] = time.perf_counter() - started
        header = Table(FileMedium(self.table_path, readonly=True), KEY).header
        self.per_entry["ours"] = header.size / self.count
        for name, reader in (("WLT1 Table (tag checked each look)", Table), ("WLT1 MappedTable", MappedTable)):
            table = reader(FileMedium(self.table_path, readonly=True), KEY)
            for key, record in self.sample:
                assert bytes(table.look(key).record) == record
            assert not any(table.look(key) for key in self.foreign)
            self.p50[name] = p50_us(table.look, self.keys)
            if reader is Table:
                self.reads = table.reads / (2 * len(self.keys) + len(self.foreign))
            self._line(name, seconds["numpy"], self.per_entry["ours"])
        self.build_seconds = seconds
        say("  (stdlib build %.1f s; k=%d, block %d, load %.3f)" % (
            seconds["stdlib"], header.k, header.block_size, self.count / header.home_blocks / header.capacity,
        ))  # fmt: skip
        started = time.perf_counter()
        self.rows.sort()
        self.sort_seconds = time.perf_counter() - started
        self._measure_peers()

    def _line(self, name, seconds, per_entry):
        size = "%9.2f" % per_entry if per_entry else "      RAM"
        self.figures.say("  %-34s %9.2f %s %12.2f" % (name, seconds, size, self.p50[name]))

    def _measure_peers(self):
        for make in peers.table_peers(self.folder):
            peer = make()
            started = time.perf_counter()
            peer.build(self.rows)
            seconds = time.perf_counter() - started + (self.sort_seconds if peer.path else 0)
            self.build_seconds[peer.name] = seconds
            if peer.path:
                self.per_entry[peer.name] = _used(peer.path) / self.count
            for key, record in self.sample[:200]:
                found = peer.get(key)
                assert (found[0] if isinstance(found, tuple) else found) == record
            self.p50[peer.name] = p50_us(peer.get, self.keys)
            self._line(peer.name, seconds, self.per_entry.get(peer.name))
            peer.close()
            if peer.path and "cdb" in peer.name or "Rocks" in peer.name:
                peers.wipe(peer.path)
        gc.collect()

    def targets_of_size(self):
        target, ours = self.figures.target, self.per_entry["ours"]
        bound = (128 - math.log2(self.count) + math.log2(math.e)) / 8 + VALUE_BYTES
        target("A1", "bytes per entry / information bound (%.2f)" % bound, ours / bound, at_most=1.12)
        for name, most in (("SQLite WITHOUT ROWID", 0.70), ("LMDB", 0.70), ("cdb (pure-cdb)", 0.50)):
            if name in self.per_entry:
                target("A1", "bytes per entry / " + name, ours / self.per_entry[name], at_most=most)
            else:
                self.figures.absent("A1", "bytes per entry / " + name, "not installed")
        self.figures.absent("A1", "bytes per entry / MicroPython btree", "this interpreter has no btree")

    def targets_of_reads(self):
        target = self.figures.target
        target("A2", "device reads per look, no cache", self.reads, at_most=1.05)
        for cache, most in ((64, 0.42), (16, 0.27)):
            db = peers.Sqlite(self.folder + "/sqlite.db", cache)
            db.get(self.keys[0])
            counted = io_during(lambda get=db.get: [get(key) for key in self.keys[:4000]])
            db.close()
            if "syscr" in counted:
                reads = counted["syscr"] / 4000
                target("A2", "reads / SQLite with %d KB of cache (%.2f)" % (cache, reads), self.reads / reads, most)
        self.figures.absent("A2", "reads / MicroPython btree with 16 KB", "this interpreter has no btree")

    def targets_of_time(self):
        target = self.figures.target
        mapped, sqlite = self.p50["WLT1 MappedTable"], self.p50["SQLite WITHOUT ROWID"]
        target("A4", "warm: sqlite3 p50 / ours (mapped)", sqlite / mapped, at_least=1.8)
        if "LMDB" in self.p50:
            target("A4", "warm: ours (mapped) / LMDB, one transaction per look", mapped / self.p50["LMDB"], 1.3)
        self.cold["ours"] = self._cold(self._cold_table, self.table_path)
        for name, cache, least in (("default cache", None, 1.5), ("64 KB cache", 64, 2.3)):
            db = peers.Sqlite(self.folder + "/sqlite.db", cache)
            self.cold[name] = self._cold(lambda db=db: db.get, db.path)
            target("A4", "cold: SQLite with %s / ours" % name, self.cold[name] / self.cold["ours"], at_least=least)
            db.close()
        if peers.lmdb:
            self.cold["lmdb"] = self._cold(self._cold_lmdb, self.folder + "/lmdb")
            target("A4", "cold: LMDB / ours", self.cold["lmdb"] / self.cold["ours"], at_least=3.5)
        self.figures.say("  (cold p50 us: %s)" % ", ".join("%s %.0f" % item for item in self.cold.items()))
        build_sqlite = self.build_seconds["SQLite WITHOUT ROWID"]
        for name, most in (("numpy", 0.1), ("stdlib", 0.35)):
            ratio = self.build_seconds[name] / build_sqlite
            target("A6", "build with %s / SQLite sorted load" % name, ratio, at_most=most)

    def _cold_table(self):
        return Table(FileMedium(self.table_path, readonly=True), KEY).look

    def _cold_lmdb(self):
        """LMDB's map keeps its pages: a cold look needs a fresh one."""
        self._env = peers.Lmdb(self.folder + "/lmdb")
        return self._env.get

    def _cold(self, opened, path):
        samples = []
        get = None
        for key in self.keys[:_COLD]:
            if get is None or path.endswith("lmdb"):
                if path.endswith("lmdb") and get is not None:
                    self._env.close()
                forget_pages(path)
                get = opened()
            forget_pages(path)
            started = time.perf_counter_ns()
            get(key)
            samples.append(time.perf_counter_ns() - started)
        if path.endswith("lmdb"):
            self._env.close()
        return statistics.median(samples) / 1000

    # -- delta

    def deltas(self):
        """0.1 % of changes: 60 % updates, 20 % inserts, 20 % deletions."""
        count = max(10, self.count // 1000)
        changed = self.rng.sample(range(self.count), count * 8 // 10)
        updates = [(self.rows[i][0], self.rng.randbytes(8)) for i in changed[: count * 6 // 10]]
        deletes = [(self.rows[i][0],) for i in changed[count * 6 // 10 :]]
        inserts = [(self.rng.randbytes(16), self.rng.randbytes(8)) for _ in range(count // 5)]
        now = dict(self.rows)
        now.update(updates + inserts)
        for (key,) in deletes:
            del now[key]
        new_path, delta_path = self.folder + "/new.wlt", self.folder + "/delta"
        base = Table(FileMedium(self.table_path, readonly=True), KEY)
        build(now.items(), new_path, KEY, epoch=2, value_bytes=VALUE_BYTES, base=base)
        diff(base, Table(FileMedium(new_path, readonly=True), KEY), delta_path)
        del now
        store, terminal = self._terminal(base)
        live = io_during(lambda: store.apply(FileMedium(delta_path, readonly=True)))
        assert store.epoch == 2
        db = peers.Sqlite(self.folder + "/sqlite.db")
        commit = io_during(lambda: db.apply(updates + inserts, deletes))
        checkpoint = io_during(db.close)
        self.figures.say("\nDelta of %d changes: live in %.1f ms, %d bytes written; SQLite WAL FULL %.1f ms, %d bytes, "
                         "%d more at its checkpoint" % (count, live["s"] * 1000, live.get("wchar", 0), commit["s"] * 1000,
                                                        commit.get("wchar", 0), checkpoint.get("wchar", 0)))  # fmt: skip
        target = self.figures.target
        target("A5", "delta live / SQLite's commit", live["s"] / commit["s"], at_most=0.1)
        sqlite_bytes = commit.get("wchar", 0) + checkpoint.get("wchar", 0)
        if sqlite_bytes:
            target("A5", "SQLite's bytes / the delta's, live", sqlite_bytes / live["wchar"], at_least=500)
            size = base.header.size
            target("A5", "bytes of a merge / SQLite's", size / sqlite_bytes, at_most=0.75)
        done = board("merge", terminal, heap="160k")
        self.figures.say("  merge in MicroPython, 160 KB heap: %.2f s" % (done["ms"] / 1000))
        seconds = commit["s"] + checkpoint["s"]
        target("A5", "merge in MicroPython / SQLite's delta in CPython", done["ms"] / 1000 / seconds, at_most=3.5)
        target(
            "A5", "merged table equals the head-end's (1: bit by bit)", _same(terminal + "/r1", new_path), at_least=1
        )
        started = time.perf_counter()
        for _ in self._terminal(base, delta_path)[0].merge():
            pass
        self.figures.say("  merge in CPython: %.2f s" % (time.perf_counter() - started))

    def _terminal(self, base, delta_path=None):
        """A list store on files with `base` installed, as a terminal would have it; with the delta if asked."""
        folder = self.folder + "/terminal"
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        sizes = {"manifest": 32768, "r0": base.header.size, "r1": base.header.size, "o0": 1 << 22, "o1": 1 << 22}
        media = [FileMedium("%s/%s" % (folder, name), size) for name, size in sizes.items()]
        store = ListStore(media[0], media[1:3], media[3:5], KEY)
        for _ in store.install(base.medium):
            pass
        if delta_path:
            store.apply(FileMedium(delta_path, readonly=True))
        return store, folder

    def board_looks(self):
        say = self.figures.say
        tokens = self.folder + "/tokens"
        with open(tokens, "wb") as file:
            file.write(b"".join(self.keys[:3000]))
        say("\nWhitelist in MicroPython (64 bits), heap 192 KB")
        for way in ("viper", "portable"):
            done = board("look", self.table_path, tokens, 3000, way)
            assert done["listed"] == 3000
            say("  %-10s p50 %5.1f us, %.3f reads per look, table object and buffers %d bytes" % (
                way, done["p50_us"], done["reads"], done["ram"],
            ))  # fmt: skip
        self.figures.target("A3", "bytes allocated by a look under heap_lock", 0, at_most=0)
        self.figures.target("A3", "RAM of an open table, bytes", done["ram"], at_most=5 * 1024)
        self.figures.absent("A3", "p50 / MicroPython btree, 32 bits", "no btree and no 32-bit interpreter here")


def _used(path):
    """Bytes of a store on its medium; LMDB's file counts by what it occupies."""
    if os.path.isdir(path):
        return sum(min(e.stat().st_blocks * 512, e.stat().st_size) for e in os.scandir(path) if e.is_file())
    return os.path.getsize(path)


def _same(one, other):
    with open(one, "rb") as file, open(other, "rb") as expected:
        return int(file.read() == expected.read())


def _entries(text):
    scale = {"k": 1000, "M": 1_000_000}.get(text[-1:], 1)
    return int(float(text[:-1] if scale > 1 else text) * scale)


def main(arguments=()):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stores", description=__doc__)
    parser.add_argument("--entries", type=_entries, default=1_000_000, help="1M by default; 10M on request")
    parser.add_argument("--folder", help="where the stores lie: a folder on the medium to measure")
    options = parser.parse_args(list(arguments))
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        run = Run(options.entries, folder)
        if peers.missing():
            run.figures.say("not installed: " + ", ".join(peers.missing()))
        run.build_tables()
        run.figures.say("\nTargets of the whitelist")
        run.targets_of_size()
        run.targets_of_reads()
        run.targets_of_time()
        run.deltas()
        run.board_looks()
        journals = Journals(run.figures, folder)
        journals.appends()
        journals.recovery()
        run.figures.say("  B4: power cuts and mutants are counted by `python -m tests.crash`")
        run.figures.summary()


if __name__ == "__main__":
    main(sys.argv[1:])
