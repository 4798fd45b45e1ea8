"""The gate of the simulator: a PN532 and a QR engine on serial lines, a speed gate with light barriers, lamps, a buzzer, a PSAM.

The drivers are those of a real gate; only what hangs on the wires is emulated.
"""

from boards.barriers import barrier, push_button
from boards.description import Board, Bus, Line
from boards.screen import Screen
from boards.signals import Signals
from drivers.buzzer import Buzzer
from drivers.lamps import Lamps
from drivers.pn532 import Pn532
from drivers.qr_engine import QrEngine

BOARD = Board(
    "simulated-gate",
    "Simulated gate",
    "any desk",
    "host",
    192,
    6144,
    0,
    900,
    "gate480",
    ("reader", "scanner", "barrier", "lamps", "buzzer", "display", "psam", "network", "storage"),
    (
        Bus("reader", "uart", "reader_uart", 115200, (), "emulated PN532", ""),
        Bus("scanner", "uart", "scanner_uart", 9600, (), "emulated GM65", ""),
        Bus("psam", "channel", "psam", 0, (), "PSAM in software", ""),
        Bus("display", "panel", "panel", 0, (), "window", ""),
    ),
    tuple([Line(name, name, "out", 0, "speed gate or lamp", "") for name in ("release", "red", "amber", "green", "yellow")])
    + tuple([Line(name, name, "in", None, "speed gate, alarm or attendant", "") for name in ("home", "fire", "group")])
    + tuple([Line("beam%d" % at, "beam%d" % at, "in", None, "light barrier", "") for at in range(6)]),
    (),
)  # fmt: skip


class SimulatedGate:
    """`hardware` has the wires: reader_uart, scanner_uart, pins by name in `pins`, buzzer_pwm, panel, psam, link."""

    description = BOARD

    def __init__(self, hardware, clock, metrics):
        pins = hardware.pins
        self.clock = clock
        self.reader = Pn532(hardware.reader_uart, clock)
        self.scanner = QrEngine(hardware.scanner_uart, clock)
        self.barrier = barrier(pins, clock)
        self.group_button = lambda: push_button(pins, clock)
        self.buzzer = Buzzer(hardware.buzzer_pwm, clock)
        self.signals = Signals(Lamps(pins["red"], pins["amber"], pins["green"], pins["yellow"]), self.buzzer)
        self.display = Screen(hardware.panel, metrics)
        self.psam = hardware.psam
        self.link = hardware.link
