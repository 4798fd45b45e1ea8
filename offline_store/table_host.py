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

    def __init__(self, medium, list_key):
        super().__init__(medium, list_key)
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
        self.look_permuted = self._looker()

    def permuted(self, token16):
        return self._encrypt(token16)

    def look(self, token16):
        """The Listing of a 16-byte token."""
        return self.look_permuted(self._encrypt(token16))

    def load(self, number):
        """Reads and checks the block anew: what a scrub, a repair or a first look does."""
        holds = super().load(number)
        self._checked[number] = holds
        return holds

    def _looker(self):
        """look_permuted with everything it needs at hand: twice as fast as through attributes."""
        header, listing, content, checked = self.header, self._listing, self._map, self._checked
        skip, key_bytes, value_bytes = header.skip, header.key_bytes, header.value_bytes
        block_size, values_at, record = header.block_size, header.values_at, listing.record
        key_end, shift = skip + key_bytes, 32 - header.k
        below = (1 << shift) - 1
        head, leading, find = _HEAD.unpack_from, _LEADING.unpack_from, content.find
        load_into, forget = self._load_into, self.forget

        def index_of(key, keys, first, last):
            start, end = keys + first * key_bytes, keys + last * key_bytes
            while True:
                start = find(key, start, end)
                if start < 0:
                    return -1
                index, straddles = divmod(start - keys, key_bytes)
                if not straddles:
                    return index
                start += 1

        def look_permuted(h):
            if listing.state:
                forget()
            (top,) = leading(h)
            number = top >> shift
            if not checked[number] and not load_into(listing, number):
                return listing
            listing.block = number
            at = HEADER_BYTES + number * block_size
            count, spin, spout = head(content, at)
            keys = at + BLOCK_HEADER
            key = h[skip:key_end]
            # An even spread puts the key near here: three standard deviations and more, before all are searched.
            middle = spin + ((top & below) * (count - spin) >> shift)
            first = middle - _WINDOW if middle - _WINDOW > spin else spin
            index = index_of(key, keys, first, middle + _WINDOW if middle + _WINDOW < count else count)
            if index < 0:
                index = index_of(key, keys, spin, count)
            if index < 0:
                keys_end = keys + count * key_bytes
                if not spout or (count > spin and key < content[keys_end - key_bytes : keys_end]):
                    return listing
                number += 1
                if not checked[number] and not load_into(listing, number):
                    return listing
                listing.block = number
                at += block_size
                index = index_of(key, at + BLOCK_HEADER, 0, head(content, at)[1])
                if index < 0:
                    return listing
            value_at = at + values_at + index * value_bytes
            record[:] = content[value_at : value_at + value_bytes]
            listing.state = LISTED
            return listing

        return look_permuted
