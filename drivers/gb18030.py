"""Text for printers in GB 18030, which no board's Python can encode. The table lies in data/gb18030.bin.

One page of 64 characters is read at a time, so that the table takes no heap. Source: GB 18030-2005; made and checked
against CPython's codec by data/build.py.
"""

import struct

from micropython import const

_DIRECTORY = const(4096)
_PAGE = const(128)
_UNKNOWN = b"?"
_SUPPLEMENT = const(189000)  # rank of the first character beyond the basic plane: 90 30 81 30


class Gb18030:
    """`path`: the table. Keeps one page in memory; the file is open only while a text needs it."""

    def __init__(self, path):
        self._path = path
        self._file = None
        self._entry = bytearray(4)
        self._page = bytearray(_PAGE)
        self._held = -1  # which 64 characters the page holds
        self._number = self._rank = 0

    def encode(self, text):
        """The bytes of `text`. Half of a surrogate pair becomes a question mark."""
        out = bytearray()
        try:
            for character in text:
                self._add(out, ord(character))
        finally:
            if self._file is not None:
                self._file.close()
                self._file = None
        return bytes(out)

    def _add(self, out, number):
        if number < 0x80:
            out.append(number)
        elif number >= 0x10000:
            out.extend(_four(_SUPPLEMENT + number - 0x10000))
        elif 0xD800 <= number < 0xE000:
            out.extend(_UNKNOWN)
        else:
            out.extend(self._basic(number))

    def _basic(self, number):
        block, at = number >> 6, number & 63
        if block != self._held:
            self._load(block)
        rank = self._rank
        if not self._number:
            return _four(rank + at)
        code = self._page[2 * at : 2 * at + 2]
        if code != b"\0\0":
            return code
        for before in range(0, 2 * at, 2):
            if not self._page[before] and not self._page[before + 1]:
                rank += 1
        return _four(rank)

    def _load(self, block):
        if self._file is None:
            self._file = open(self._path, "rb")
        self._file.seek(4 * block)
        self._file.readinto(self._entry)
        self._number, self._rank = struct.unpack(">HH", self._entry)
        if self._number:
            self._file.seek(_DIRECTORY + (self._number - 1) * _PAGE)
            self._file.readinto(self._page)
        self._held = block


def _four(rank):
    """The four-byte code of the character that is number `rank` among those that have four."""
    rank, last = divmod(rank, 10)
    rank, third = divmod(rank, 126)
    first, second = divmod(rank, 10)
    return bytes((0x81 + first, 0x30 + second, 0x81 + third, 0x30 + last))
