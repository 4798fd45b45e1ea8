"""The board's share of benchmarks/stores.py: `micropython stores_board.py TASK ARGUMENTS` prints one JSON object."""

import gc
import json
import sys
import time
from array import array

import micropython


def _p50(samples):
    samples = sorted(samples)
    return samples[len(samples) // 2]


def look(path, tokens_path, count, way):
    from offline_store import search, table
    from offline_store.media import FileMedium

    if way == "portable":
        table.search = search.search_by_interpolation
    gc.collect()
    before = gc.mem_alloc()
    whitelist = table.Table(FileMedium(path, readonly=True), bytes(range(16)))
    gc.collect()
    ram = gc.mem_alloc() - before
    samples = array("I", bytes(4 * count))
    token = bytearray(16)
    listed = 0
    ticks_us, ticks_diff = time.ticks_us, time.ticks_diff
    with open(tokens_path, "rb") as tokens:
        for i in range(count):
            tokens.readinto(token)
            started = ticks_us()
            for _ in range(4):
                listing = whitelist.look(token)
            samples[i] = ticks_diff(ticks_us(), started)
            listed += listing.state == table.LISTED
    micropython.heap_lock()
    whitelist.look(token)
    micropython.heap_unlock()
    return {"p50_us": _p50(samples) / 4, "listed": listed, "ram": ram, "reads": whitelist.reads / (4 * count + 1)}


def append(path, count):
    from offline_store.journal import Journal
    from offline_store.media import FileMedium

    journal = Journal(FileMedium(path))
    payload = bytes(64)
    samples = array("I", bytes(4 * count))
    ticks_us, ticks_diff = time.ticks_us, time.ticks_diff
    for i in range(count):
        started = ticks_us()
        journal.append(payload)
        samples[i] = ticks_diff(ticks_us(), started)
    micropython.heap_lock()
    journal.append(payload)
    micropython.heap_unlock()
    return {"p50_us": _p50(samples)}


def raw(path, count):
    """The floor: one sector in place and flush, on the same file."""
    sector = bytes(512)
    samples = array("I", bytes(4 * count))
    ticks_us, ticks_diff = time.ticks_us, time.ticks_diff
    with open(path, "r+b") as file:
        for i in range(count):
            started = ticks_us()
            file.seek(32768 + i % 64 * 512)
            file.write(sector)
            file.flush()
            samples[i] = ticks_diff(ticks_us(), started)
    return {"p50_us": _p50(samples)}


def merge(folder):
    from offline_store.lists import ListStore
    from offline_store.media import FileMedium

    media = [FileMedium("%s/%s" % (folder, name)) for name in ("manifest", "r0", "r1", "o0", "o1")]
    store = ListStore(media[0], media[1:3], media[3:5], bytes(range(16)))
    gc.collect()
    started = time.ticks_ms()
    for _ in store.merge():
        pass
    return {"ms": time.ticks_diff(time.ticks_ms(), started), "epoch": store.epoch}


class CountedFlash:
    """A RAM block device with offsets, counting what littlefs does to it."""

    def __init__(self, blocks):
        self.data = bytearray(b"\xff" * (blocks * 4096))
        self.blocks = blocks
        self.programmed = self.erases = 0

    def readblocks(self, number, buffer, offset=0):
        at = number * 4096 + offset
        buffer[:] = memoryview(self.data)[at : at + len(buffer)]

    def writeblocks(self, number, data, offset=0):
        at = number * 4096 + offset
        self.data[at : at + len(data)] = data
        self.programmed += len(data)

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.blocks
        if operation == 5:
            return 4096
        if operation == 6:
            at = argument * 4096
            self.data[at : at + 4096] = b"\xff" * 4096
            self.erases += 1
        return 0


def littlefs(count):
    import vfs

    flash = CountedFlash(64)
    vfs.VfsLfs2.mkfs(flash)
    vfs.mount(vfs.VfsLfs2(flash), "/flash")
    flash.programmed = flash.erases = 0
    payload = bytes(64)
    with open("/flash/journal", "ab") as file:
        for _ in range(count):
            file.write(payload)
            file.flush()
    return {"bytes": flash.programmed / count, "erases": flash.erases / count}


def nor(count):
    from offline_store.journal_nor import NorJournal
    from offline_store.media_nor import NorDevice

    flash = CountedFlash(64)
    journal = NorJournal(NorDevice(flash))
    payload = bytes(64)
    for number in range(1, count + 1):
        journal.append(payload)
        if number % 50 == 0:
            journal.acknowledge(number)
    return {"bytes": flash.programmed / count, "erases": flash.erases / count}


TASKS = {"look": look, "append": append, "raw": raw, "merge": merge, "littlefs": littlefs, "nor": nor}

if __name__ == "__main__":
    arguments = [int(text) if text.isdigit() else text for text in sys.argv[2:]]
    print(json.dumps(TASKS[sys.argv[1]](*arguments)))
