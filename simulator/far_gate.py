"""The whole terminal in a process of its own, with a board's heap: its hardware hangs at the other end of a pipe.

`main` serves it on the standard streams; simulator.far_bench is the other end. Portable.
"""

import json
import sys

from boards.simulated_gate import SimulatedGate
from boards.terminal_on_board import Terminal
from offline_store.journal import Journal
from offline_store.media import FileMedium
from offline_store.table import Table
from simulator import looks
from simulator.far_hardware import FarHardware, FarLink, Pipe, serve
from simulator.virtual_time import Scheduler, VirtualClock


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
    """Config as for the terminal, and: utc0, ms, look, lines, whitelist and journal (paths), journal_size.

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
        whitelist = Table(FileMedium(config["whitelist"], readonly=True), config["list_key"])
        self._terminal = Terminal(self._board, journal, whitelist, None, config, self._log)
        for task in self._terminal.tasks():
            self._scheduler.spawn(task)

    def serve(self):
        """Until the pipe ends."""
        serve(self._pipe, self._scheduler, self._report, self._obey)

    def _log(self, event, **facts):
        self._pipe.tell(b"l", repr((event, facts)).encode())

    def _report(self):
        """What the simulator may ask between two runs: online, queued; the view when it is another."""
        view = self._board.display.view
        if view is not self._told:
            self._told = view
            self._pipe.tell(b"i", repr(view).encode())
        return bytes((self._terminal.sync.online,)) + self._terminal.journal.queued.to_bytes(4, "big")

    def _obey(self, order):
        """["speak", language], ["look", look], ["skip", ms] or ["jump", seconds]."""
        verb, value = json.loads(order)
        if verb == "speak":
            self._terminal.face.speak(value)
        elif verb == "look":
            self._board.display.restyle(looks.metrics(value))
        elif verb == "skip":
            self.clock.move(value)
        else:
            self.clock.jump(value)


def main(config, glyphs=None):
    """Serves the gate of `config` (JSON)."""
    FarGate(json.loads(config), glyphs).serve()
