"""The whole terminal in a process of its own, with a board's heap: its hardware hangs at the other end of a pipe.

`main` serves it on the standard streams; simulator.far_bench is the other end. Portable.
"""

import gc
import json
import os
import sys

from micropython import const

from boards.simulated_gate import SimulatedGate
from boards.terminal_on_board import Terminal
from offline_store.journal import Journal
from offline_store.media import FileMedium
from offline_store.table import Table
from simulator import looks
from simulator.far_hardware import FarHardware, FarLink, Pipe, serve
from simulator.virtual_time import Scheduler, VirtualClock

CONFIG = "GATEPOST_GATE"
_STEP_MS = const(5)
_FINE = const(256)
_MANIFEST = const(8192)
_BITMAP = const(1024)


class _Drawn:
    """A panel that also draws each list in strips, as a board must; the pixels lead nowhere."""

    def __init__(self, panel, metrics, glyphs):
        from screens.framebuf_backend import Strips
        from screens.glyphs import GlyphStore

        self._panel = panel
        self._strips = Strips(self, metrics.width, metrics.height, GlyphStore(glyphs))

    def write(self, x, y, width, height, pixels):
        """The display's wire."""

    def draw(self, display_list):
        self._strips.draw(display_list)
        self._panel.draw(display_list)


class FarGate:
    """Config as for the terminal, and: utc0, ms, look, lines, whitelist and journal (paths), journal_size. With
    `list_store`, the path of its files and the bytes of a list, the whitelist is one that can be replaced.

    `glyphs`: the folder of glyph files, for a terminal that draws its pixels itself.
    """

    def __init__(self, config, glyphs=None):
        self.clock = VirtualClock(config["utc0"])
        self.clock.move(config["ms"])
        self._pipe = Pipe(sys.stdin.buffer, sys.stdout.buffer, self.clock)
        self._scheduler = Scheduler(self.clock)
        self._told = None
        hardware = FarHardware(self._pipe, self.clock, FarLink(self._pipe, self.clock), config["lines"])
        look = config["look"]
        if glyphs:
            hardware.panel = _Drawn(hardware.panel, looks.metrics(look), glyphs)
        self._board = SimulatedGate(hardware, self.clock, looks.metrics(look))
        self._board.display.restyle(looks.metrics(look), looks.family(look))
        config["list_key"] = config["list_key"].encode()
        journal = Journal(FileMedium(config["journal"], config["journal_size"]))
        self._store = whitelist = _list(config)
        self._terminal = Terminal(self._board, journal, whitelist, None, config, self._log)
        for task in self._terminal.tasks():
            self._scheduler.spawn(task)

    def serve(self):
        """Until the pipe ends."""
        serve(self._pipe, self._scheduler, self._report, self._obey)

    def _log(self, event, **facts):
        self._pipe.tell(b"l", repr((event, facts)).encode())

    def _report(self):
        """What the simulator may ask between two runs: online, queued, bytes in use; the view when it is another."""
        view = self._board.display.view
        if view is not self._told:
            self._told = view
            self._pipe.tell(b"i", repr(view).encode())
        numbers = self._terminal.journal.queued, gc.mem_alloc()
        return bytes((self._terminal.sync.online,)) + b"".join([number.to_bytes(4, "big") for number in numbers])

    def _obey(self, order):
        """["speak", language], ["look", look], ["skip", ms], ["jump", seconds], ["list", path] or ["heap", None]."""
        verb, value = json.loads(order)
        if verb == "speak":
            self._terminal.face.speak(value)
        elif verb == "look":
            self._board.display.restyle(looks.metrics(value))
        elif verb == "skip":
            self.clock.move(value)
        elif verb == "list":
            self._scheduler.spawn(self._install(value))
        elif verb == "heap":
            free, largest = room()
            self._log("heap", free=free, largest=largest, modules=len(sys.modules), ticks=self.clock.ticks())
        else:
            self.clock.jump(value)

    async def _install(self, path):
        """Takes over the list in a file while the lane serves."""
        for _ in self._store.install(FileMedium(path, readonly=True)):
            await self.clock.sleep_ms(_STEP_MS)
        self._log("list", epoch=self._store.epoch)


def room():
    """(free bytes, the longest piece in one) of the heap after a collection."""
    gc.collect()
    free = gc.mem_free()
    low, high = 0, free
    while high - low > _FINE:
        middle = (low + high) // 2
        try:
            bytearray(middle)
            low = middle
        except MemoryError:
            high = middle
        gc.collect()
    return free, low


def _list(config):
    """The whitelist: a table as it is, or a ListStore that begins with that table."""
    source = FileMedium(config["whitelist"], readonly=True)
    if "list_store" not in config:
        return Table(source, config["list_key"])
    from offline_store.lists import ListStore

    path, size = config["list_store"]
    parts = [FileMedium("%s.%d" % (path, number), size if number else _MANIFEST) for number in range(5)]
    store = ListStore(parts[0], parts[1:3], parts[3:], config["list_key"], bitmap_bytes=_BITMAP)
    if store.table is None:
        for _ in store.install(source):
            pass
    return store


def _config():
    """What the environment tells, as JSON: read here, its text is gone when the gate begins, as a file's is on a board."""
    return json.loads(os.getenv(CONFIG))


def main(glyphs=None):
    """Serves the gate."""
    FarGate(_config(), glyphs).serve()
