"""The smallest gate that takes a fare: driver, media, decision, purse, table, journal, barrier. Portable.

No screen, no codes, no sync. `main` serves it to a simulator in another process, with a board's heap of its own.
"""

import json
import sys

from drivers.lamps import Lamps
from drivers.pn532 import Pn532
from drivers.relay_barrier import RelayBarrier
from offline_store.journal import Journal
from offline_store.media import FileMedium
from offline_store.table import Table
from simulator.far_hardware import FarHardware, Pipe, serve
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.face import Face
from terminal.lane import Lane
from terminal.lists import Lists
from terminal.media.psam import Psam
from terminal.settings import DEFAULTS
from terminal.tap.charge import Charger

_JOURNAL_SIZE = 64 * 1024


class _Display:
    """Keeps the view state it was told last."""

    def __init__(self):
        self.view = None

    def show(self, view):
        self.view = view


class _LampsOnly(Lamps):
    """Lamps, no buzzer."""

    def play(self, notes):
        """There is no buzzer."""


class BareGate:
    """`hardware` as in simulator.hardware; `config`: paths whitelist and journal, tariff, list_key.

    `log(event, **facts)` hears the terminal.
    """

    def __init__(self, hardware, clock, config, log):
        chosen = dict(DEFAULTS)
        chosen.update({"terminal": "bare-gate", "site": ["", ""]})
        pins = hardware.pins
        self.clock = clock
        self.reader = Pn532(hardware.reader_uart, clock)
        self.scanner = None
        self.barrier = RelayBarrier(pins["release"], clock, pins["passed"], pins["fire"])
        self.display = _Display()
        self.journal = Journal(FileMedium(config["journal"], _JOURNAL_SIZE), journal_id=1)
        table = Table(FileMedium(config["whitelist"], readonly=True), config["list_key"].encode())
        charger = Charger(Psam(hardware.psam), self.journal, clock)
        lamps = _LampsOnly(pins["red"], pins["amber"], pins["green"], pins["yellow"])
        face = Face(self.display, lamps, clock, chosen, self._status, log)
        self.lane = Lane(
            self, self.journal, Lists(table), table.token_key, charger, None, config["tariff"], chosen, face,
            self._status, log,
        )  # fmt: skip

    def _status(self):
        return False, self.journal.queued


def main(config):
    """Serves the gate of `config` (JSON) on the standard streams."""
    config = json.loads(config)
    clock = VirtualClock(config["start"])
    pipe = Pipe(sys.stdin.buffer, sys.stdout.buffer, clock)
    scheduler = Scheduler(clock)

    def log(event, **facts):
        pipe.tell(b"l", repr((event, facts)).encode())

    scheduler.spawn(BareGate(FarHardware(pipe, clock, None), clock, config, log).lane.run())
    serve(pipe, scheduler)
