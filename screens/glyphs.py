"""Glyph files of one text size and weight, two bits a pixel, read glyph by glyph: no font stays in RAM.

File: b"GPG2", px u8, ascent u8 (px above the baseline), count u16, bytes of the largest bitmap u16; the code points u16,
sorted; per glyph left i8, top i8 (from the baseline, up is positive), width u8, height u8, offset u32; then the rows,
four pixels a byte, the first in the lowest bits (as framebuf.GS2_HMSB has them, whatever its name says), each row a
whole number of bytes. Numbers are big-endian. Made by screens/fonts/glyph_files.py.
"""

import struct

from micropython import const

from screens.errors import DamagedGlyphs

MAGIC = b"GPG2"
HEADER = ">4sBBHH"
ENTRY = ">bbBBI"
_HEADER_SIZE = const(10)
_ENTRY_SIZE = const(8)


class GlyphFile:
    """One size and weight. What `find` gives is valid until the next `find`: it lies in the file's own buffer."""

    def __init__(self, path):
        try:
            self._file = open(path, "rb")
        except OSError:
            raise DamagedGlyphs("%s is missing: this board has no glyphs of that size" % path)
        head = self._file.read(_HEADER_SIZE)
        if len(head) != _HEADER_SIZE or head[:4] != MAGIC:
            self._file.close()
            raise DamagedGlyphs("%s is no glyph file: build it anew" % path)
        _, self.px, self.ascent, self.count, largest = struct.unpack(HEADER, head)
        self._image = mapped(self._file)
        if self._image:
            self._codes = self._image[_HEADER_SIZE : _HEADER_SIZE + self.count * 2]
        else:
            # Only the code points stay in RAM: half a KB a size.
            self._codes = self._file.read(self.count * 2)
            self._room = memoryview(bytearray(max(largest, _ENTRY_SIZE)))
        if len(self._codes) != self.count * 2:
            self._file.close()
            raise DamagedGlyphs("%s is cut short: build it anew" % path)

    def find(self, code):
        """(left, top, width, height, stride in px, bitmap) of a code point, or None when this file has no such glyph."""
        codes = self._codes
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            found = codes[middle * 2] << 8 | codes[middle * 2 + 1]
            if found == code:
                return self._read(_HEADER_SIZE + self.count * 2 + middle * _ENTRY_SIZE)
            if found < code:
                low = middle + 1
            else:
                high = middle
        return None

    def _read(self, at):
        left, top, width, height, offset = struct.unpack(ENTRY, self._piece(at, _ENTRY_SIZE))
        stride = (width + 3) & ~3
        return left, top, width, height, stride, self._piece(offset, stride * height // 4)

    def _piece(self, offset, size):
        if self._image:
            piece = self._image[offset : offset + size]
            read = len(piece)
        else:
            piece = self._room[:size]
            self._file.seek(offset)
            read = self._file.readinto(piece)
        if read != size:
            raise DamagedGlyphs("a glyph of %d px is cut short: build the glyph files anew" % self.px)
        return piece

    def close(self):
        self._file.close()


def mapped(file):
    """The memory in which a file of a ROMFS image lies, without a copy; None for files that lie elsewhere."""
    try:
        image = memoryview(file)
    except TypeError:
        return None
    import uctypes  # where there is ROMFS there is this

    # framebuf takes nothing that could not be written, although it only reads glyphs.
    return memoryview(uctypes.bytearray_at(uctypes.addressof(image), len(image)))


class GlyphStore:
    """The glyph files of a folder, opened as sizes are used, the last `keep` of them kept open."""

    def __init__(self, folder, keep=6):
        self._folder = folder
        self._keep = keep
        self._open = []  # (px, weight, file), last used at the end

    def of(self, px, weight):
        for at, entry in enumerate(self._open):
            if entry[0] == px and entry[1] == weight:
                self._open.append(self._open.pop(at))
                return entry[2]
        if len(self._open) >= self._keep:
            self._open.pop(0)[2].close()
        file = GlyphFile("%s/%d%s.gpg" % (self._folder, px, "b" if weight else "r"))
        self._open.append((px, weight, file))
        return file

    def close(self):
        while self._open:
            self._open.pop()[2].close()
