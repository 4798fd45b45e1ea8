"""Host only: the table reader for gates with a page cache: mapped memory instead of reads, the same answers.

Each block's tag is checked when it is first looked at, not at every look; ListStore.scrub goes on checking them all.
"""

import mmap
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .errors import MediumError
from .table import LISTED, Table
from .table_format import BLOCK_HEADER, HEADER_BYTES

_HEAD = struct.Struct("<HHH")
_LEADING = struct.Struct(">I")
_WINDOW = 20


class MappedTable(Table):
    """A Table over a FileMedium, mapped. The interface of Table."""

    def __init__(self, medium, list_key, block=None):
        super().__init__(medium, list_key, block)
        if not hasattr(medium, "path"):
            raise MediumError("only a file can be mapped: use Table")
        try:
            with open(medium.path, "rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        except (OSError, ValueError) as error:
            raise MediumError("%s cannot be mapped (%s): use Table" % (medium.path, error)) from None
        self._map.madvise(mmap.MADV_RANDOM)
        self._checked = bytearray(self.header.home_blocks + 1)
        self._encrypt = Cipher(algorithms.AES(bytes(list_key)), modes.ECB()).encryptor().update
        self.look = self._looker()

    def look_permuted(self, h):
        """The Listing of a token that is permuted already."""
        return self.look(h, _as_it_is)

    def permuted(self, token16):
        return self._encrypt(token16)

    def load(self, number):
        """Reads and checks the block anew: what a scrub, a repair or a first look does."""
        holds = super().load(number)
        self._checked[number] = holds
        return holds

    def _looker(self):
        """look(token16) with everything it needs at hand: twice as fast as through attributes."""
        header, listing, content, checked = self.header, self._listing, self._map, self._checked
        skip, key_bytes, value_bytes = header.skip, header.key_bytes, header.value_bytes
        block_size, values_at, record = header.block_size, header.values_at, listing.record
        key_end, shift = skip + key_bytes, 32 - header.k
        below = (1 << shift) - 1
        head, leading, find, load_into = _HEAD.unpack_from, _LEADING.unpack_from, content.find, self._load_into

        def look(token16, permuted=self._encrypt):
            h = permuted(token16)
            (top,) = leading(h)
            number = top >> shift
            if not checked[number]:
                self.forget()
                if not load_into(listing, number):
                    return listing
            at = HEADER_BYTES + number * block_size
            count, spin, spout = head(content, at)
            keys = at + BLOCK_HEADER
            key = h[skip:key_end]
            # An even spread puts the key near here: three standard deviations and more, before all are searched.
            near = spin + ((top & below) * (count - spin) >> shift)
            first = near - _WINDOW if near - _WINDOW > spin else spin
            last = near + _WINDOW if near + _WINDOW < count else count
            start = find(key, keys + first * key_bytes, keys + last * key_bytes)
            index, straddles = divmod(start - keys, key_bytes)
            if start < 0 or straddles:
                index = _index_of(content, key, keys, keys + spin * key_bytes, keys + count * key_bytes)
            if index < 0:
                keys_end = keys + count * key_bytes
                if spout and (count == spin or key > content[keys_end - key_bytes : keys_end]):
                    number += 1
                    if not checked[number]:
                        self.forget()
                        if not load_into(listing, number):
                            return listing
                    at += block_size
                    keys = at + BLOCK_HEADER
                    index = _index_of(content, key, keys, keys, keys + head(content, at)[1] * key_bytes)
                if index < 0:
                    listing.block = number
                    self.forget()
                    return listing
            value_at = at + values_at + index * value_bytes
            record[:] = content[value_at : value_at + value_bytes]
            listing.block = number
            listing.state = LISTED
            return listing

        return look


def _index_of(content, key, keys, start, end):
    """Index of `key` among the keys that begin at `keys`, looked for from `start` to `end`; -1 when it is not there."""
    while True:
        start = content.find(key, start, end)
        if start < 0:
            return -1
        index, straddles = divmod(start - keys, len(key))
        if not straddles:
            return index
        start += 1


def _as_it_is(h):
    return bytes(h)
