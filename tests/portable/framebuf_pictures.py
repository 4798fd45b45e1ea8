"""Runs under MicroPython: draws the screens with framebuf and prints what came out; see tests/host/test_screens_framebuf.py."""

import binascii
import gc
import hashlib

from screens import examples
from screens.framebuf_backend import Strips
from screens.glyphs import GlyphStore
from tests.portable import screen_states

GLYPHS = "screens/fonts/glyphs"


class HashPanel:
    """Hashes the rows it is sent, which must come in order, without gaps; keeps them in a file when it has one."""

    def __init__(self, file=None):
        self._hash = hashlib.sha256()
        self._file = file
        self.next_row = 0
        self.bytes = 0

    def write(self, x, y, width, height, pixels):
        assert (x, y) == (0, self.next_row), (x, y)
        assert len(pixels) == width * height * 2
        self.next_row += height
        self.bytes += len(pixels)
        self._hash.update(pixels)
        if self._file:
            self._file.write(pixels)

    def digest(self):
        return binascii.hexlify(self._hash.digest()).decode()[:16]


def _show(metrics, ops, glyphs, rows, file=None):
    panel = HashPanel(file)
    Strips(panel, metrics.width, metrics.height, glyphs, rows).show(ops)
    assert panel.next_row == metrics.height
    return panel.digest()


def hashes(rows):
    """One line a screen: family, profile, language, name, hash."""
    glyphs = GlyphStore(GLYPHS)
    for family, profile, lang, name, metrics, ops in screen_states.cases():
        gc.collect()
        print(family, profile, lang, name, _show(metrics, ops, glyphs, rows))


def damage():
    """From each state to the next, by what changed only: the same pixels as drawn in full. Prints strips drawn."""
    glyphs = GlyphStore(GLYPHS)
    before = None
    for family, profile, lang, name, metrics, ops in screen_states.cases():
        if before is not None and before[0] == (family, profile, lang):
            gc.collect()
            panel = KeepingPanel(metrics.width, metrics.height)
            strips = Strips(panel, metrics.width, metrics.height, glyphs, 16)
            strips.show(before[1])
            drawn = strips.show(ops)
            print(family, profile, lang, name, drawn, panel.digest() == _show(metrics, ops, glyphs, 16))
        before = (family, profile, lang), ops


class KeepingPanel:
    """A panel with a memory of its own, as real ones have."""

    def __init__(self, width, height):
        self._width = width
        self._memory = bytearray(width * height * 2)

    def write(self, x, y, width, height, pixels):
        self._memory[y * self._width * 2 : (y + height) * self._width * 2] = pixels

    def digest(self):
        return binascii.hexlify(hashlib.sha256(self._memory).digest()).decode()[:16]


def raw(profile, path):
    """All pictures of a profile, rows of big-endian RGB565, one after the other, into one file."""
    glyphs = GlyphStore(GLYPHS)
    with open(path, "wb") as file:
        for _, name, _, _, metrics, ops in screen_states.cases():
            if name == profile:
                gc.collect()
                _show(metrics, ops, glyphs, 16, file)


def main(arguments):
    if arguments[0] == "hashes":
        hashes(int(arguments[1]))
    elif arguments[0] == "damage":
        damage()
    else:
        raw(*arguments[1:])
    print("screens", len(examples.FAMILIES), "done")


