"""Runs under MicroPython: draws the screens with framebuf and prints what came out; see tests/host/test_screens_framebuf.py."""

import binascii
import gc
import hashlib

from screens import examples, profiles
from screens.framebuf_backend import Strips
from screens.glyphs import GlyphStore
from tests.portable import screen_states

GLYPHS = ("/rom/" if __file__.startswith("/rom/") else "") + "screens/fonts/glyphs"


class HashPanel:
    """Hashes the rows it is sent, which must come in order, without gaps; keeps them in a file when it has one."""

    def __init__(self, file=None):
        self._file = file
        self.clear()

    def clear(self):
        self._hash = hashlib.sha256()
        self.next_row = 0

    def write(self, x, y, width, height, pixels):
        assert (x, y) == (0, self.next_row), (x, y)
        assert len(pixels) == width * height * 2
        self.next_row += height
        self._hash.update(pixels)
        if self._file:
            self._file.write(pixels)

    def digest(self):
        return binascii.hexlify(self._hash.digest()).decode()[:16]


class Screen:
    """One panel and its strips, made once for each display as on a board."""

    def __init__(self, rows, file=None):
        self._rows = rows
        self._panel = HashPanel(file)
        self._glyphs = GlyphStore(GLYPHS)
        self._buffer = bytearray(480 * rows * 2)
        self._size = self._strips = None

    def hash(self, metrics, ops):
        """Draws in full; the hash of the pixels."""
        if self._size != (metrics.width, metrics.height):
            self._size = metrics.width, metrics.height
            self._strips = Strips(self._panel, *self._size, self._glyphs, self._rows, buffer=self._buffer)
        self._panel.clear()
        self._strips.forget()
        self._strips.draw(ops)
        assert self._panel.next_row == metrics.height
        return self._panel.digest()


def board_cases():
    """The cases that a board draws itself."""
    for case in screen_states.cases():
        if case[1] in profiles.PANELS:
            gc.collect()
            yield case


def hashes(rows):
    """One line a screen: family, profile, language, name, hash."""
    screen = Screen(rows)
    for family, profile, lang, name, metrics, ops in board_cases():
        print(family, profile, lang, name, screen.hash(metrics, ops))


def heap():
    """Bytes in use with the screens imported, and what one shown screen adds, strip buffer and open glyphs included."""
    gc.collect()
    imported = gc.mem_alloc()
    metrics = profiles.metrics("gate480")
    strips = Strips(HashPanel(), metrics.width, metrics.height, GlyphStore(GLYPHS), 16)
    strips.draw(examples.gate.screen(examples.whole(examples.GATE[5][1], "zh"), metrics))
    gc.collect()
    print(imported, gc.mem_alloc() - imported)


def names():
    """Breaks and draws the same length twice, first of one character, then of many; prints the interpreter's names after each."""
    import micropython

    metrics, strips = profiles.metrics("gate480"), Screen(16)
    for text in ("行行行行行行行行行行行", "天地玄黄宇宙洪荒日月盈"):
        px, lines = metrics.fit_lines(text, 200, 120, 5)
        strips.hash(metrics, [("t", 0, 0, 200, px, px, 1, 0, 0, 0xFFFFFF, line) for line in lines])
        micropython.qstr_info()


def damage():
    """From each state to the next, by what changed only: the same pixels as drawn in full. Prints strips drawn."""
    glyphs, screen = GlyphStore(GLYPHS), Screen(16)
    before = None
    for family, profile, lang, name, metrics, ops in board_cases():
        if before is not None and before[0] == (family, profile, lang):
            panel = KeepingPanel(metrics.width, metrics.height)
            strips = Strips(panel, metrics.width, metrics.height, glyphs, 16)
            strips.draw(before[1])
            drawn = strips.draw(ops)
            print(family, profile, lang, name, drawn, panel.digest() == screen.hash(metrics, ops))
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


def through_panel():
    """The same pixels arrive in a panel's memory through its driver: prints the hashes of both."""
    from drivers.st7789 import st7789
    from simulator.chips.panel import DcsPanelChip
    from simulator.virtual_time import Scheduler, VirtualClock

    clock = VirtualClock()
    chip = DcsPanelChip(clock)
    panel = st7789(chip, chip.data, chip.select, chip.reset, clock)
    scheduler = Scheduler(clock)
    scheduler.spawn(panel.start())
    scheduler.run_for(1000)
    metrics = profiles.metrics("gate320")
    strips = Strips(panel, panel.width, panel.height, GlyphStore(GLYPHS), 16)
    screen = Screen(16)
    for name, state in examples.GATE[1:6]:
        ops = examples.gate.screen(examples.whole(state, "zh"), metrics)
        strips.draw(ops)
        seen = binascii.hexlify(hashlib.sha256(chip.memory).digest()).decode()[:16]
        print(name, seen == screen.hash(metrics, ops), len(chip.faults))


def raw(profile, path):
    """All pictures of a profile, rows of big-endian RGB565, one after the other, into one file."""
    with open(path, "wb") as file:
        screen = Screen(16, file)
        for _, name, _, _, metrics, ops in board_cases():
            if name == profile:
                screen.hash(metrics, ops)


def main(arguments):
    if arguments[0] == "hashes":
        hashes(int(arguments[1]))
    elif arguments[0] == "heap":
        heap()
    elif arguments[0] == "names":
        names()
    elif arguments[0] == "panel":
        through_panel()
    elif arguments[0] == "damage":
        damage()
    else:
        raw(*arguments[1:])
    print("screens", len(examples.FAMILIES), "done")
