"""The stores ours are measured against, each with the settings its makers recommend for the job."""

import os
import shutil
import sqlite3
from bisect import bisect_left

try:
    import lmdb
except ImportError:
    lmdb = None
try:
    import cdblib
except ImportError:
    cdblib = None
try:
    import rocksdict
except ImportError:
    rocksdict = None


def size_of(path):
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(path) for name in names)


class Sqlite:
    """WITHOUT ROWID, sorted load: its best case."""

    name = "SQLite WITHOUT ROWID"

    def __init__(self, path, cache=None):
        self.path = path
        self.db = sqlite3.connect(path, isolation_level=None)
        if cache is not None:
            self.db.execute("PRAGMA cache_size=-%d" % cache)

    def build(self, rows):
        self.db.execute("PRAGMA page_size=4096")
        self.db.execute("CREATE TABLE t(k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID")
        self.db.execute("BEGIN")
        self.db.executemany("INSERT INTO t VALUES(?, ?)", rows)
        self.db.execute("COMMIT")

    def get(self, key):
        return self.db.execute("SELECT v FROM t WHERE k=?", (key,)).fetchone()

    def apply(self, puts, deletes):
        """A delta as one durable transaction in WAL mode."""
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("BEGIN")
        self.db.executemany("INSERT OR REPLACE INTO t VALUES(?, ?)", puts)
        self.db.executemany("DELETE FROM t WHERE k=?", deletes)
        self.db.execute("COMMIT")

    def close(self):
        self.db.close()


class Lmdb:
    """Sorted append: its best case. One read transaction per look, as a tap would."""

    name = "LMDB"

    def __init__(self, path, room=1 << 33):
        self.path = path
        self.env = lmdb.open(path, map_size=room, subdir=True)

    def build(self, rows):
        with self.env.begin(write=True) as txn:
            txn.cursor().putmulti(rows, append=True)
        self.env.sync(True)

    def get(self, key):
        with self.env.begin() as txn:
            return txn.get(key)

    def apply(self, puts, deletes):
        with self.env.begin(write=True) as txn:
            for key, value in puts:
                txn.put(key, value)
            for (key,) in deletes:
                txn.delete(key)

    def close(self):
        self.env.close()


class Cdb:
    name = "cdb (pure-cdb)"

    def __init__(self, path):
        self.path = path
        self.reader = cdblib.Reader.from_file_path(path) if os.path.exists(path) else None

    def build(self, rows):
        with open(self.path, "wb") as file:
            with cdblib.Writer(file) as writer:
                for key, value in rows:
                    writer.put(key, value)
            file.flush()
            os.fsync(file.fileno())
        self.reader = cdblib.Reader.from_file_path(self.path)

    def get(self, key):
        return self.reader.get(key)

    def close(self):
        self.reader.close()


class Rocks:
    """One bulk load, then compaction; bloom filter of 10 bits."""

    name = "RocksDB (rocksdict)"

    def __init__(self, path):
        self.path = path
        options = rocksdict.Options(raw_mode=True)
        table = rocksdict.BlockBasedOptions()
        table.set_bloom_filter(10, False)
        options.set_block_based_table_factory(table)
        self.db = rocksdict.Rdict(path, options)

    def build(self, rows):
        batch = rocksdict.WriteBatch(raw_mode=True)
        for number, (key, value) in enumerate(rows, 1):
            batch.put(key, value)
            if number % 100_000 == 0:
                self.db.write(batch)
                batch = rocksdict.WriteBatch(raw_mode=True)
        self.db.write(batch)
        self.db.flush(True)
        self.db.compact_range(None, None)

    def get(self, key):
        return self.db.get(key)

    def close(self):
        self.db.close()


class Dict:
    name = "dict (all in RAM)"
    path = None

    def build(self, rows):
        self.rows = dict(rows)
        self.get = self.rows.get

    def close(self):
        del self.rows, self.get


class Bisect:
    name = "sorted list, bisect (all in RAM)"
    path = None

    def build(self, rows):
        self.keys = [key for key, _ in rows]
        self.values = [value for _, value in rows]

    def get(self, key):
        at = bisect_left(self.keys, key)
        return self.values[at] if at < len(self.keys) and self.keys[at] == key else None

    def close(self):
        del self.keys, self.values


def table_peers(folder):
    """Peers that are installed, opened on fresh files in `folder`."""
    yield lambda: Sqlite(folder + "/sqlite.db")
    if lmdb:
        yield lambda: Lmdb(folder + "/lmdb")
    if cdblib:
        yield lambda: Cdb(folder + "/table.cdb")
    if rocksdict:
        yield lambda: Rocks(folder + "/rocks")
    yield Dict
    yield Bisect


def missing():
    return [name for name, module in (("lmdb", lmdb), ("pure-cdb", cdblib), ("rocksdict", rocksdict)) if not module]


# -- durable appends


class SqliteAppends:
    def __init__(self, folder, journal, synchronous):
        self.name = "SQLite %s %s" % (journal, synchronous)
        self.db = sqlite3.connect("%s/%s-%s.db" % (folder, journal, synchronous), isolation_level=None)
        self.db.execute("PRAGMA journal_mode=" + journal)
        self.db.execute("PRAGMA synchronous=" + synchronous)
        self.db.execute("CREATE TABLE j(seq INTEGER PRIMARY KEY, data BLOB)")

    def append(self, payload):
        self.db.execute("INSERT INTO j(data) VALUES(?)", (payload,))

    def close(self):
        self.db.close()


class LmdbAppends:
    name = "LMDB"

    def __init__(self, folder):
        self.env = lmdb.open(folder + "/lmdb-journal", map_size=1 << 30)
        self.seq = 0

    def append(self, payload):
        self.seq += 1
        with self.env.begin(write=True) as txn:
            txn.put(self.seq.to_bytes(8, "big"), payload, append=True)

    def close(self):
        self.env.close()


class RocksAppends:
    name = "RocksDB sync"

    def __init__(self, folder):
        self.db = rocksdict.Rdict(folder + "/rocks-journal", rocksdict.Options(raw_mode=True))
        options = rocksdict.WriteOptions()
        options.sync = True
        self.db.set_write_options(options)
        self.seq = 0

    def append(self, payload):
        self.seq += 1
        self.db[self.seq.to_bytes(8, "big")] = payload

    def close(self):
        self.db.close()


class RawInPlace:
    """The floor: one 512-byte sector written in place, then fdatasync."""

    name = "raw write + fdatasync"

    def __init__(self, folder):
        path = folder + "/raw"
        with open(path, "wb") as file:
            for _ in range(256):  # page by page: one large write makes the kernel count a megabyte per sector
                file.write(bytes(4096))
                file.flush()
            os.fsync(file.fileno())
        self.fd = os.open(path, os.O_RDWR)
        self.at = 0
        self.sector = bytes(512)

    def append(self, payload):
        os.pwrite(self.fd, self.sector, self.at)
        os.fdatasync(self.fd)
        self.at = (self.at + 512) % (1 << 20)

    def close(self):
        os.close(self.fd)


def append_peers(folder):
    yield RawInPlace(folder)
    yield SqliteAppends(folder, "WAL", "FULL")
    yield SqliteAppends(folder, "DELETE", "FULL")
    if lmdb:
        yield LmdbAppends(folder)
    if rocksdict:
        yield RocksAppends(folder)


def wipe(path):
    if path and os.path.isdir(path):
        shutil.rmtree(path)
    elif path and os.path.exists(path):
        os.remove(path)
