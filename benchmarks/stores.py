"""The two stores beside their peers in one run: `python -m benchmarks.stores [--entries 1M] [--folder PATH]`.

Prints every figure, the ratios of storage targets A1 to C1 and what falls short. Figures are of this machine; only
ratios travel.
"""

import argparse
import gc
import json
import math
import os
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time

from benchmarks import _stores_peers as peers
from benchmarks._stores_figures import Figures, forget_pages, io_during, p50_us
from offline_store.errors import MediumError
from offline_store.journal import Journal
from offline_store.lists import ListStore
from offline_store.media import FileMedium
from offline_store.media_direct import DirectFileMedium
from offline_store.table import Table
from offline_store.table_build import build
from offline_store.table_diff import diff
from offline_store.table_host import MappedTable
from tests import board_interpreter

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
        done = _board("merge", terminal, heap="160k")
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
            done = _board("look", self.table_path, tokens, 3000, way)
            assert done["listed"] == 3000
            say("  %-10s p50 %5.1f us, %.3f reads per look, table object and buffers %d bytes" % (
                way, done["p50_us"], done["reads"], done["ram"],
            ))  # fmt: skip
        self.figures.target("A3", "bytes allocated by a look under heap_lock", 0, at_most=0)
        self.figures.target("A3", "RAM of an open table, bytes", done["ram"], at_most=5 * 1024)
        self.figures.absent("A3", "p50 / MicroPython btree, 32 bits", "no btree and no 32-bit interpreter here")

    # -- journal

    def journals(self, rounds=7, appends=300):
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
        board = self.folder + "/txj1-board"
        Journal(FileMedium(board, 1 << 24))
        ours, floor = _board("append", board, 1500)["p50_us"], _board("raw", self.folder + "/raw", 1500)["p50_us"]
        self.figures.say("  in MicroPython: TXJ1 p50 %.1f us, raw write and flush %.1f us" % (ours, floor))
        target("B1", "MicroPython: raw p50 / TXJ1", floor / ours, at_least=0.9)
        target("C1", "bytes allocated by an append under heap_lock, 64 bits", 0, at_most=0)
        self.figures.absent("C1", "bytes allocated by an append, 32 bits", "no 32-bit interpreter here")
        direct = bytes_each.get("TXJ1 O_DIRECT")
        if direct:
            for name, least in (("SQLite WAL FULL", 15), ("LMDB", 20)):
                if name in bytes_each:
                    target("B2", "device bytes: %s / TXJ1 O_DIRECT" % name, bytes_each[name] / direct, at_least=least)
        nor, littlefs = _board("nor", 9000, heap="2m"), _board("littlefs", 1000, heap="2m")
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


def _used(path):
    """Bytes of a store on its medium; LMDB's file counts by what it occupies."""
    if os.path.isdir(path):
        return sum(min(e.stat().st_blocks * 512, e.stat().st_size) for e in os.scandir(path) if e.is_file())
    return os.path.getsize(path)


def _same(one, other):
    with open(one, "rb") as file, open(other, "rb") as expected:
        return int(file.read() == expected.read())


_tree = []


def _board(task, *arguments, heap="192k"):
    """Runs a task of on_stores.py under MicroPython; its JSON."""
    if not _tree:
        _tree.append(tempfile.TemporaryDirectory())
        for module in board_interpreter.portable_modules():
            if str(module).startswith("offline_store"):
                source = board_interpreter.pathlib.Path(_tree[0].name) / module
                done = board_interpreter.compile_module(module, source.with_suffix(".mpy"))
                assert done.returncode == 0, done.stderr
    done = board_interpreter.run(["benchmarks/on_stores.py", task, *arguments], _tree[0].name, heap, timeout=900)
    if done.returncode:
        raise RuntimeError("%s under MicroPython failed: %s%s" % (task, done.stdout, done.stderr))
    return json.loads(done.stdout)


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
        run.journals()
        run.recovery()
        run.figures.say("  B4: power cuts and mutants are counted by `python -m tests.crash`")
        run.figures.summary()


if __name__ == "__main__":
    main(sys.argv[1:])
