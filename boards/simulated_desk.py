"""Host only: the staff desk of the simulator: PN532, contact slot, a screen turned to the holder; the drivers are a real terminal's."""

from boards.description import Board, Bus, Line
from boards.linux_desk import Quiet
from boards.screen import Screen
from drivers.contact_slot import ContactSlot
from drivers.pn532 import Pn532
from drivers.psam_uart import PsamUart
from drivers.till import LinePort
from screens import desk

BOARD = Board(
    "simulated-desk",
    "Simulated staff desk",
    "any desk",
    "host",
    0,
    1048576,
    0,
    65536,
    "gate480",
    ("reader", "display", "psam", "network", "storage"),
    (
        Bus("reader", "uart", "reader_uart", 115200, (), "emulated PN532", ""),
        Bus("slot", "uart", "slot_uart", 9600, (), "emulated contact slot", "T=0"),
        Bus("psam", "channel", "psam", 0, (), "PSAM in software", ""),
        Bus("display", "panel", "panel", 0, (), "window", ""),
        Bus("software", "line", "software_line", 0, (), "the window's panel, or a script", ""),
    ),
    (Line("slot_reset", "slot_reset", "out", 0, "contact slot", ""), Line("slot_switch", "slot_switch", "in", None, "contact slot", "")),
    (),
)  # fmt: skip


class SimulatedDesk:
    """The ports of boards.desk_on_board; `hardware` is a simulator.desk_hardware.DeskHardware."""

    def __init__(self, hardware, clock, metrics):
        pins = hardware.pins
        self.clock = clock
        slot = ContactSlot(PsamUart(hardware.slot_uart, pins["slot_reset"], clock), pins["slot_switch"], clock)
        self.readers = [slot, Pn532(hardware.reader_uart, clock)]
        self.psam = hardware.psam
        self.display = Screen(hardware.panel, metrics, desk)
        self.signals = Quiet()
        self.software = LinePort(hardware.software_line)
        self.link = hardware.link
