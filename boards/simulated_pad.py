"""The pad of the simulator: PN532, QR engine, touch panel, receipt printer, till; the drivers are a real pad's."""

from boards.description import Board, Bus, Line
from boards.screen import Screen
from boards.signals import Signals
from boards.touch import Touch
from drivers.buzzer import Buzzer
from drivers.evdev_touch import EvdevTouch
from drivers.lamps import Lamps
from drivers.pn532 import Pn532
from drivers.qr_engine import QrEngine
from drivers.till import LinePort

BOARD = Board(
    "simulated-pad",
    "Simulated pad",
    "any desk",
    "host",
    384,
    6144,
    0,
    900,
    "pad320",
    ("reader", "scanner", "lamps", "buzzer", "display", "touch", "printer", "psam", "network", "storage"),
    (
        Bus("reader", "uart", "reader_uart", 115200, (), "emulated PN532", ""),
        Bus("scanner", "uart", "scanner_uart", 9600, (), "emulated GM65", ""),
        Bus("touch", "evdev", "touch_events", 0, (), "emulated touch panel", ""),
        Bus("printer", "uart", "printer_uart", 115200, (), "emulated ESC/POS printer, 58 mm", ""),
        Bus("till", "uart", "till_line", 0, (), "emulated till", ""),
        Bus("psam", "channel", "psam", 0, (), "PSAM in software", ""),
        Bus("display", "panel", "panel", 0, (), "window", ""),
    ),
    tuple([Line(name, name, "out", 0, "lamp", "") for name in ("red", "amber", "green", "yellow")]),
    (),
)  # fmt: skip


class SimulatedPad:
    """`hardware` is a simulator.pad_hardware.PadHardware; `table`: path of the printer's table of characters."""

    barrier = None

    def __init__(self, hardware, clock, metrics, table):
        from drivers.gb18030 import Gb18030
        from drivers.receipt_printer import ReceiptPrinter

        pins = hardware.pins
        self.clock = clock
        self.reader = Pn532(hardware.reader_uart, clock)
        self.scanner = QrEngine(hardware.scanner_uart, clock)
        self.buzzer = Buzzer(hardware.buzzer_pwm, clock)
        self.signals = Signals(Lamps(pins["red"], pins["amber"], pins["green"], pins["yellow"]), self.buzzer)
        self.display = Screen(hardware.panel, metrics)
        glass = EvdevTouch(
            hardware.touch_events, hardware.TOUCH_RANGE, hardware.TOUCH_RANGE, metrics.width, metrics.height
        )
        self.touch = Touch(glass, self.display)
        self.printer = ReceiptPrinter(hardware.printer_uart, clock, Gb18030(table).encode, 32)
        self.till = LinePort(hardware.till_line)
        self.psam = hardware.psam
        self.link = hardware.link
        self.service_link = hardware.service_link
