"""The kiosk of the simulator: contact slot, PN532, QR engine, touch panel, printer, PSAM; the drivers are a real kiosk's."""

from boards.description import Board, Bus, Line
from boards.kiosk_screen import KioskScreen
from boards.signals import Signals
from boards.touch import Touch
from drivers.buzzer import Buzzer
from drivers.contact_slot import ContactSlot
from drivers.evdev_touch import EvdevTouch
from drivers.gb18030 import Gb18030
from drivers.lamps import Lamps
from drivers.pn532 import Pn532
from drivers.psam_uart import PsamUart
from drivers.qr_engine import QrEngine
from drivers.receipt_printer import ReceiptPrinter
from screens import profiles

_GB18030 = __file__.rsplit("/", 2)[0] + "/drivers/data/gb18030.bin"

BOARD = Board(
    "simulated-kiosk",
    "Simulated kiosk",
    "any desk",
    "host",
    0,
    4194304,
    0,
    131072,
    "kiosk1080",
    ("reader", "scanner", "lamps", "buzzer", "display", "touch", "printer", "psam", "network", "storage"),
    (
        Bus("reader", "uart", "reader_uart", 115200, (), "emulated PN532", ""),
        Bus("slot", "uart", "slot_uart", 9600, (), "emulated contact slot", "T=0"),
        Bus("scanner", "uart", "scanner_uart", 9600, (), "emulated GM65", ""),
        Bus("touch", "evdev", "touch_events", 0, (), "emulated touch panel", ""),
        Bus("printer", "uart", "printer_uart", 115200, (), "emulated ESC/POS printer", ""),
        Bus("psam", "channel", "psam", 0, (), "PSAM in software", ""),
        Bus("display", "panel", "panel", 0, (), "window", ""),
    ),
    tuple([Line(name, name, "out", 0, "lamp", "") for name in ("red", "amber", "green", "yellow", "slot_reset")])
    + (Line("slot_switch", "slot_switch", "in", None, "contact slot", ""),),
    (),
)  # fmt: skip


class SimulatedKiosk:
    """`hardware` is a simulator.kiosk_hardware.KioskHardware, `profile` the display's. `face_link` leads to the box of an
    outside face check, None without one."""

    def __init__(self, hardware, clock, profile):
        pins = hardware.pins
        metrics = profiles.metrics(profile)
        self.clock = clock
        self.reader = Pn532(hardware.reader_uart, clock)
        self.slot = ContactSlot(PsamUart(hardware.slot_uart, pins["slot_reset"], clock), pins["slot_switch"], clock)
        self.scanner = QrEngine(hardware.scanner_uart, clock)
        self.buzzer = Buzzer(hardware.buzzer_pwm, clock)
        self.signals = Signals(Lamps(pins["red"], pins["amber"], pins["green"], pins["yellow"]), self.buzzer)
        self.display = KioskScreen(hardware.panel, profile)
        glass = EvdevTouch(
            hardware.touch_events, hardware.TOUCH_RANGE, hardware.TOUCH_RANGE, metrics.width, metrics.height
        )
        self.touch = Touch(glass, self.display)
        self.printer = ReceiptPrinter(hardware.printer_uart, clock, Gb18030(_GB18030).encode, hardware.columns)
        self.face = None
        self.face_link = hardware.face_box
        self.speech = hardware.speech
        self.psam = hardware.psam
        self.link = hardware.link
        self.service_link = hardware.service_link
        self.form_link = hardware.form_link
