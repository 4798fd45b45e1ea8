"""Writes a WLT1 table block by block from sorted home groups: the builder on a host, overlay and merge on a board."""

import hashlib
import struct

from .errors import MergeError
from .table_format import (
    BLOCK_HEADER,
    HEADER_BYTES,
    ROOTED_BYTES,
    TAG_AT,
    Header,
    first_of_tag,
    seal_header,
    tagger,
)


def check_spill(header, number, rest):
    """MergeError when `rest` entries that block `number` cannot hold do not fit into the next block either."""
    if rest > header.capacity or (rest and number == header.home_blocks):
        raise MergeError(
            "block %d would spill %d entries over more than one block: build a new table with more room"
            % (number, rest)
        )


def clear_header(medium):
    """From now on, durably, the medium holds no table: the first thing to do before its blocks are overwritten."""
    zeros = bytes(512)
    for offset in range(0, HEADER_BYTES, 512):
        medium.write(offset, zeros)
    medium.sync()


_ZEROS = bytes(16)  # block sizes are multiples of it


class TableWriter:
    """Turns home groups, handed over in order, into blocks. The header is written last: before, there is no table.

    `raw_header`: bytes of pack_header. Owns one block and room for what spills over into the next one.
    """

    def __init__(self, medium, raw_header, token_key):
        self._medium = medium
        self._raw = raw_header
        seal_header(raw_header, bytes(32))
        header = self.header = Header(raw_header)
        self._root = hashlib.sha256(memoryview(raw_header)[:ROOTED_BYTES])
        self.block = memoryview(bytearray(header.block_size))
        self._tagger = tagger(header, token_key, self.block)
        self._first16 = bytearray(16)
        first_of_tag(self._first16, header)
        self._spilled_keys = memoryview(bytearray(header.capacity * header.key_bytes))
        self._spilled_values = memoryview(bytearray(header.capacity * header.value_bytes))
        self.spilled = 0
        self.number = 0  # the next block

    def group(self, keys, values, count, old=None):
        """Writes the next block: what the group before spilled, then as much of this group as fits.

        `keys`, `values`: memoryviews of `count` keys and records. `old`: this block in the parent table; equal content
        keeps its change mark. MergeError when more spills than one block holds.
        """
        header = self.header
        key_bytes, value_bytes, values_at = header.key_bytes, header.value_bytes, header.values_at
        spin = self.spilled
        take = min(header.capacity - spin, count)
        rest = count - take
        check_spill(header, self.number, rest)
        block = self.block
        for start in range(0, header.block_size, 16):
            block[start : start + 16] = _ZEROS
        full = spin + take
        at = BLOCK_HEADER + spin * key_bytes
        block[BLOCK_HEADER:at] = self._spilled_keys[: spin * key_bytes]
        block[at : BLOCK_HEADER + full * key_bytes] = keys[: take * key_bytes]
        at = values_at + spin * value_bytes
        block[values_at:at] = self._spilled_values[: spin * value_bytes]
        block[at : values_at + full * value_bytes] = values[: take * value_bytes]
        self._spilled_keys[: rest * key_bytes] = keys[take * key_bytes : count * key_bytes]
        self._spilled_values[: rest * value_bytes] = values[take * value_bytes : count * value_bytes]
        self.spilled = rest
        struct.pack_into("<HHHH", block, 0, full, spin, rest, header.epoch & 0xFFFF)
        self.seal(old)

    def seal(self, old):
        """Marks, tags and writes the block in the writer's buffer."""
        block = self.block
        first16 = self._first16
        if old is not None and old[:6] == block[:6] and old[BLOCK_HEADER:] == block[BLOCK_HEADER:]:
            block[6:8] = old[6:8]
        struct.pack_into("<I", first16, 0, self.number)
        first16[8:16] = block[:8]
        block[TAG_AT:BLOCK_HEADER] = self._tagger.tag(first16)[:8]
        self.put(block)

    def put(self, blocks):
        """Writes blocks that are sealed already."""
        size = self.header.block_size
        self._medium.write(HEADER_BYTES + self.number * size, blocks)
        for start in range(0, len(blocks), size):
            self._root.update(blocks[start + TAG_AT : start + BLOCK_HEADER])
        self.number += len(blocks) // size

    def take_spilled(self):
        """Keys and records that wait for the next block."""
        header = self.header
        keys = bytes(self._spilled_keys[: self.spilled * header.key_bytes])
        return keys, bytes(self._spilled_values[: self.spilled * header.value_bytes])

    def keep_spilled(self, keys, values, count):
        """What take_spilled will give next: the other half of whoever lays out blocks by itself."""
        self._spilled_keys[: len(keys)] = keys
        self._spilled_values[: len(values)] = values
        self.spilled = count

    def finish(self, sign=None, old=None, header_last=True):
        """Writes the overflow block and, after a sync, the header. `sign(root)` -> (algorithm, key id, signature).

        With header_last=False one sync is for both: where a manifest decides what counts.
        """
        self.group(memoryview(b""), memoryview(b""), 0, old)
        root = self._root.digest()
        seal_header(self._raw, root, sign(root) if sign else None)
        if header_last:
            self._medium.sync()
        self._medium.write(0, self._raw)
        self._medium.sync()
        return Header(self._raw)


def write_sorted(medium, raw_header, token_key, entries):
    """A whole table from an iterable of (permuted token, record) in ascending order, in the memory of two blocks.

    Durable on return, undefined before. Returns the Header; MergeError as TableWriter.group.
    """
    writer = TableWriter(medium, raw_header, token_key)
    header = writer.header
    room = 2 * header.capacity
    keys = memoryview(bytearray(room * header.key_bytes))
    values = memoryview(bytearray(room * header.value_bytes))
    count = 0
    for h, record in entries:
        home = (h[0] << 16 | h[1] << 8 | h[2]) >> (24 - header.k)
        while writer.number < home:
            writer.group(keys, values, count)
            count = 0
        check_spill(header, home, count - header.capacity + 1)
        keys[count * header.key_bytes : (count + 1) * header.key_bytes] = h[
            header.skip : header.skip + header.key_bytes
        ]
        values[count * header.value_bytes : (count + 1) * header.value_bytes] = record
        count += 1
    while writer.number < header.home_blocks:
        writer.group(keys, values, count)
        count = 0
    return writer.finish(header_last=False)
