"""Reads blocks of a table and checks their tags, in one buffer made once."""

import hashlib

from .errors import MediumError, TableError
from .table_format import BLOCK_HEADER, HEADER_BYTES, ROOTED_BYTES, TAG_AT, first_of_tag, tagger


class BlockReader:
    """Loads the blocks of the table that `header` describes into `block`, a bytearray valid until the next load.

    `block`: a buffer to use when it has the size of this table's blocks; a heap in pieces may have no room for another.
    """

    def __init__(self, medium, header, token_key, block=None):
        self.medium = medium
        self.header = header
        self.token_key = token_key
        self.reads = 0  # blocks read, for the benchmark and the technician
        fits = block is not None and len(block) == header.block_size
        self.block = block if fits else bytearray(header.block_size)
        self._tagger = tagger(header, token_key, memoryview(self.block))
        self._first16 = bytearray(16)
        first_of_tag(self._first16, header)

    def load(self, number):
        """True when the block could be read and its tag holds."""
        try:
            self.fetch(number)
        except (MediumError, OSError):
            return False
        return self.holds(number)

    def fetch(self, number):
        """Reads a block without asking whether it is sound."""
        self.reads += 1
        self.medium.read_into(HEADER_BYTES + number * self.header.block_size, self.block)

    def holds(self, number):
        """True when the buffer is block `number` of this table."""
        first16 = self._first16
        block = self.block
        first16[0] = number & 255
        first16[1] = number >> 8 & 255
        first16[2] = number >> 16
        for i in range(8):
            first16[8 + i] = block[i]
        tag = self._tagger.tag(first16)
        for i in range(8):
            if tag[i] != block[TAG_AT + i]:
                return False
        return True

    def must_load(self, number):
        if not self.load(number):
            raise _damaged(number)

    def must_hold(self, number):
        """TableError unless the buffer is block `number`."""
        if not self.holds(number):
            raise _damaged(number)

    def entries(self, numbers=None):
        """Yields (permuted token, record) of all entries (of the blocks `numbers`) in ascending order.

        TableError at a damaged block. A fingerprint's token has its 8 bytes only. Nothing else may be loaded meanwhile.
        """
        header = self.header
        key_bytes, value_bytes = header.key_bytes, header.value_bytes
        for number in range(header.home_blocks + 1) if numbers is None else numbers:
            self.must_load(number)
            block = self.block
            spin = block[2] | block[3] << 8
            value_at = header.values_at
            for i in range(block[0] | block[1] << 8):
                home = number - 1 if i < spin else number
                leading = (home << (24 - header.k)).to_bytes(3, "big")[: header.skip]
                key_at = BLOCK_HEADER + i * key_bytes
                yield (
                    leading + bytes(block[key_at : key_at + key_bytes]),
                    bytes(block[value_at : value_at + value_bytes]),
                )
                value_at += value_bytes

    def begin_root(self):
        """The hash that add_to_root takes all blocks into, in order; its digest is the table's root."""
        return hashlib.sha256(memoryview(self.header.raw)[:ROOTED_BYTES])

    def add_to_root(self, root):
        root.update(memoryview(self.block)[TAG_AT:BLOCK_HEADER])


def _damaged(number):
    return TableError("block %d of the list is damaged: repair it first" % number)
