"""Host only: the table reader for gates with a page cache: mapped memory instead of reads, the same answers.

Each block's tag is checked when it is first looked at, not at every look; ListStore.scrub goes on checking them all.
"""

import mmap
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .errors import MediumError
from .table import LISTED, NOT_LISTED, Table
from .table_format import BLOCK_HEADER, HEADER_BYTES

_HEAD = struct.Struct("<HHH")
_LEADING = struct.Struct(">I")
_WINDOW = 20  # entries either side of where an even spread puts the key: three standard deviations and more


class MappedTable(Table):
    """A Table over a FileMedium, mapped. The interface of Table."""

    def __init__(self, medium, list_key):
        super().__init__(medium, list_key)
        try:
            with open(medium.path, "rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        except (OSError, ValueError) as error:
            raise MediumError("%s cannot be mapped (%s): use Table" % (medium.path, error)) from None
        self._map.madvise(mmap.MADV_RANDOM)
        self._checked = bytearray(self.header.home_blocks + 1)
        self._encrypt = Cipher(algorithms.AES(bytes(list_key)), modes.ECB()).encryptor().update
        self._place = (
            32 - self.header.k, self.header.block_size, self.header.skip, self.header.skip + self.header.key_bytes,
            self.header.key_bytes, self.header.values_at, self.header.value_bytes,
        )  # fmt: skip

    def permuted(self, token16):
        return self._encrypt(token16)

    def load(self, number):
        """Reads and checks the block anew: what a scrub, a repair or a first look does."""
        holds = super().load(number)
        self._checked[number] = holds
        return holds

    def look_permuted(self, h):
        shift, block_size, skip, key_end, key_bytes, values_at, value_bytes = self._place
        listing = self._listing
        if listing.state != NOT_LISTED:
            self.forget()
        number = _LEADING.unpack_from(h)[0] >> shift
        if not self._checked[number] and not self._load_into(listing, number):
            return listing
        listing.block = number
        content = self._map
        at = HEADER_BYTES + number * block_size
        count, spin, spout = _HEAD.unpack_from(content, at)
        key = bytes(h[skip:key_end])
        found = self._find(content, at, key, spin, count, h)
        if found < 0:
            keys_end = at + BLOCK_HEADER + count * key_bytes
            if not spout or (count > spin and key < content[keys_end - key_bytes : keys_end]):
                return listing
            if not self._checked[number + 1] and not self._load_into(listing, number + 1):
                return listing
            listing.block = number + 1
            at += block_size
            found = self._exact(content, at, key, 0, _HEAD.unpack_from(content, at)[1])
            if found < 0:
                return listing
        value_at = at + values_at + found * value_bytes
        listing.record[:] = content[value_at : value_at + value_bytes]
        listing.state = LISTED
        return listing

    def _find(self, content, at, key, first, last, h):
        """Index of the key among the entries [first, last) of the block at `at`, or -1: likely places first."""
        shift = self._place[0]
        middle = first + ((_LEADING.unpack_from(h)[0] & (1 << shift) - 1) * (last - first) >> shift)
        found = self._exact(content, at, key, max(first, middle - _WINDOW), min(last, middle + _WINDOW))
        return found if found >= 0 else self._exact(content, at, key, first, last)

    def _exact(self, content, at, key, first, last):
        key_bytes = self._place[4]
        keys = at + BLOCK_HEADER
        start, end = keys + first * key_bytes, keys + last * key_bytes
        while True:
            start = content.find(key, start, end)
            if start < 0:
                return -1
            index, straddles = divmod(start - keys, key_bytes)
            if not straddles:
                return index
            start += 1
