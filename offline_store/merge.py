"""Base and overlay to a new table in the inactive region, in idle time, block by block, resumable after a cut.

The result is the head-end's table, bit by bit: its header travels in the delta. Blocks nobody touched are copied
without looking inside.
"""

import struct
from binascii import crc32

from micropython import const

from .errors import MergeError
from .table_blocks import BlockReader
from .table_format import BLOCK_HEADER, Header, tombstone
from .table_write import TableWriter, clear_header

_CHECKPOINT = "<4sQQI"  # magic, from epoch, to epoch, next block; then crc32
_CHECKPOINT_BYTES = const(24)
_CHECKPOINTS_AT = const(2048)  # two sectors of the region's header area, unused otherwise
_SECTOR = const(512)
_EVERY = const(256)  # blocks between two checkpoints


class Merge:
    """Merges `base` and `overlay` (both open Tables) into `region`, towards the table whose header is `target_raw`.

    `steps()` is a generator: one block each, yields (done, total). Afterwards the region holds the new table, read
    back and compared with the root. MergeError when it cannot be: the old list stays in force. Takes the memory of
    eight blocks, whole: on a board, gc.collect() before.
    """

    def __init__(self, base, overlay, region, target_raw):
        self._base = base
        self._overlay = overlay
        self._region = region
        target = self.target = Header(target_raw)
        ours = base.header
        if (target.k, target.block_size, target.value_bytes) != (ours.k, ours.block_size, ours.value_bytes):
            raise MergeError("the new list has another geometry: fetch the whole table instead of a delta")
        if region.size < target.size:
            raise MergeError("the inactive region has %d bytes, the table needs %d" % (region.size, target.size))
        self.rewritten = 0  # blocks that were not copied

    def steps(self):
        target = self.target
        total = 2 * (target.home_blocks + 1)
        writer = TableWriter(self._region, bytearray(target.raw), self._base.token_key)
        writer.number = start = self._resume_point()
        if start == 0:
            clear_header(self._region)
        for _ in self._blocks(writer):
            if writer.number - start >= _EVERY and writer.spilled == 0 and writer.number < target.home_blocks:
                start = writer.number
                self._checkpoint(start)
            yield writer.number, total
        self._region.sync()
        for done in self._read_back():
            yield target.home_blocks + 1 + done, total
        clear_header(self._region)
        self._region.write(0, target.raw)
        self._region.sync()

    # -- checkpoints

    def _resume_point(self):
        """The block to go on with; 0 when there is no checkpoint of just this merge."""
        best = 0
        raw = bytearray(_CHECKPOINT_BYTES + 4)
        for side in (0, 1):
            self._region.read_into(_CHECKPOINTS_AT + side * _SECTOR, raw)
            magic, from_epoch, to_epoch, number = struct.unpack_from(_CHECKPOINT, raw, 0)
            sound = crc32(memoryview(raw)[:_CHECKPOINT_BYTES]) == struct.unpack_from("<I", raw, _CHECKPOINT_BYTES)[0]
            if sound and (magic, from_epoch, to_epoch) == (b"WLP1", self._base.epoch, self.target.epoch):
                best = max(best, number)
        return best

    def _checkpoint(self, number):
        self._region.sync()  # what it vouches for is durable first
        raw = struct.pack(_CHECKPOINT, b"WLP1", self._base.epoch, self.target.epoch, number)
        side = number // _EVERY & 1
        self._region.write(_CHECKPOINTS_AT + side * _SECTOR, raw + struct.pack("<I", crc32(raw)))
        self._region.sync()

    # -- blocks

    def _blocks(self, writer):
        base = self._base
        header = base.header
        now = BlockReader(base.medium, header, base.token_key)
        after = BlockReader(base.medium, header, base.token_key)
        group = _Group(header)
        start = writer.number
        overlay = self._overlay  # taps go on looking into it: the merge reads it through a buffer of its own
        changes = BlockReader(overlay.medium, overlay.header, overlay.token_key).entries()
        change = _next_from(changes, start, header)
        now.fetch(start)
        for number in range(start, header.home_blocks):
            after.fetch(number + 1)  # what is only copied is checked when it is read back
            if _home(change, header) == number or not _same_spill(writer, now.block, header):
                now.must_hold(number)
                after.must_hold(number + 1)
                group.fill(now.block, after.block)
                while _home(change, header) == number:
                    group.apply(change)
                    change = next(changes, None)
                writer.group(group.keys, group.values, group.count, memoryview(now.block))
                self.rewritten += 1
            else:
                writer.put(memoryview(now.block))
                spout = now.block[4] | now.block[5] << 8
                keys_end = BLOCK_HEADER + spout * header.key_bytes
                values_end = header.values_at + spout * header.value_bytes
                view = memoryview(after.block)
                writer.keep_spilled(view[BLOCK_HEADER:keys_end], view[header.values_at : values_end], spout)
            now, after = after, now
            yield
        writer.group(group.keys, group.values, 0, memoryview(now.block))
        yield

    def _read_back(self):
        reader = BlockReader(self._region, self.target, self._base.token_key)
        root = reader.begin_root()
        for number in range(self.target.home_blocks + 1):
            if not reader.load(number):
                break
            reader.add_to_root(root)
            yield number
        if root.digest() != self.target.root:
            for side in (0, 1):
                self._region.write(_CHECKPOINTS_AT + side * _SECTOR, bytes(_SECTOR))
            self._region.sync()
            raise MergeError("what was merged differs from the signed list: merge again or fetch the whole table")


def _home(change, header):
    if change is None:
        return -1
    h = change[0]
    return (h[0] << 16 | h[1] << 8 | h[2]) >> (24 - header.k)


def _next_from(changes, start, header):
    """The first change of home group `start` or later."""
    change = next(changes, None)
    while change is not None and _home(change, header) < start:
        change = next(changes, None)
    return change


def _same_spill(writer, block, header):
    """True when what spilled into this block is what the base has there."""
    spin = block[2] | block[3] << 8
    if writer.spilled != spin:
        return False
    if spin == 0:
        return True
    keys, values = writer.take_spilled()
    at = BLOCK_HEADER
    return block[at : at + len(keys)] == keys and block[header.values_at : header.values_at + len(values)] == values


class _Group:
    """One home group in memory, gathered from its block and the next one, open to changes."""

    def __init__(self, header):
        self._header = header
        self._room = header.capacity * 3 // 2 + 2  # a group of one block and half of the next: more never merges
        self.keys = memoryview(bytearray(self._room * header.key_bytes))
        self.values = memoryview(bytearray(self._room * header.value_bytes))
        self._tombstone = tombstone(header.value_bytes)
        self.count = 0

    def fill(self, block, after):
        self.count = 0
        self._take(block, block[2] | block[3] << 8, block[0] | block[1] << 8)
        self._take(after, 0, block[4] | block[5] << 8)

    def _take(self, block, first, last):
        header = self._header
        if self.count + last - first > self._room:
            raise MergeError("a home group outgrows its block by half: build a new table with more room")
        kb, vb = header.key_bytes, header.value_bytes
        view = memoryview(block)
        count = self.count + last - first
        self.keys[self.count * kb : count * kb] = view[BLOCK_HEADER + first * kb : BLOCK_HEADER + last * kb]
        self.values[self.count * vb : count * vb] = view[header.values_at + first * vb : header.values_at + last * vb]
        self.count = count

    def apply(self, change):
        header = self._header
        kb, vb = header.key_bytes, header.value_bytes
        key = change[0][header.skip : header.skip + kb]
        record = change[1]
        keys, values, count = self.keys, self.values, self.count
        low, high = 0, count
        while low < high:
            middle = (low + high) >> 1
            if bytes(keys[middle * kb : middle * kb + kb]) < key:
                low = middle + 1
            else:
                high = middle
        there = low < count and bytes(keys[low * kb : low * kb + kb]) == key
        if record == self._tombstone:
            if there:
                keys[low * kb : (count - 1) * kb] = keys[(low + 1) * kb : count * kb]
                values[low * vb : (count - 1) * vb] = values[(low + 1) * vb : count * vb]
                self.count -= 1
            return
        if not there:
            if count == self._room:
                raise MergeError("a home group outgrows its block by half: build a new table with more room")
            keys[(low + 1) * kb : (count + 1) * kb] = keys[low * kb : count * kb]
            values[(low + 1) * vb : (count + 1) * vb] = values[low * vb : count * vb]
            keys[low * kb : (low + 1) * kb] = key
            self.count += 1
        values[low * vb : (low + 1) * vb] = record
