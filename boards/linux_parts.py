"""Host only: the parts that Linux terminals are put together from, each made from the board's description."""

import os

from boards.description import bus, option
from boards.pygame_panel import PygamePanel
from boards.touch import Touch
from drivers.bus.input_file import InputFile
from drivers.bus.late import LateBus
from drivers.bus.uart import UART
from drivers.buzzer import Buzzer
from drivers.evdev_touch import EvdevTouch
from drivers.gb18030 import Gb18030
from drivers.keyboard_wedge import KeyboardWedge
from drivers.pcsc import PcscReader, PcscSlot
from drivers.qr_engine import QrEngine
from drivers.receipt_printer import ReceiptPrinter
from drivers.till import LinePort
from screens import profiles

_GB18030 = os.path.join(os.path.dirname(os.path.dirname(__file__)), "drivers", "data", "gb18030.bin")


class LinuxBoard:
    """What every Linux terminal has. `chip`: the GPIO chip whose release line was put to rest at the start, or None."""

    def __init__(self, description, clock, link, chip=None):
        self.description = description
        self.clock = clock
        self.link = link
        self.service_link = self.form_link = self.speech = None
        self.open = []  # what is closed at the stop
        self.reader = PcscReader(bus(description, "reader").number, clock)
        self.psam = PcscSlot(bus(description, "psam").number)
        self.buzzer = Buzzer(_buzzer(bus(description, "buzzer").number), clock)
        self.metrics = profiles.metrics(description.screen)
        self.panel = PygamePanel(self.metrics, bus(description, "display").number, description.title)
        self.scanner = _scanner(self)
        self.pins = {} if chip is None else {line.name: chip.pin(line.pin, line.rest) for line in description.lines}

    async def start(self):
        """Brings up what has to be awake before the first picture; without a display it serves on and says so."""
        self.panel.open()

    def stop(self):
        """Everything that this program drives goes to its rest; the release first."""
        for entry in self.description.lines:
            if entry.rest is not None and entry.name in self.pins:
                self.pins[entry.name].value(entry.rest)
        self.buzzer.play(())
        self.panel.close()
        if self.speech is not None:
            self.speech.stop()
        for line in (self.link, self.service_link, self.form_link, self.psam, *self.open):
            if line is not None:
                line.close()


class NoLamps:
    """The lamps of a terminal that has none."""

    def show(self, lamp):
        """Its screen says it."""


def printer(board):
    """The `printer` port on a serial line or a printer port such as /dev/usb/lp0; absent while there is none."""
    entry = bus(board.description, "printer")
    if entry.number.startswith("/dev/usb/"):
        from drivers.bus.printer_file import PrinterFile

        port = _late(board, lambda: PrinterFile(entry.number), silent=True)
    else:
        port = _late(board, lambda: UART(entry.number, entry.speed or 115200), silent=True)
    return ReceiptPrinter(port, board.clock, Gb18030(_GB18030).encode, option(board.description, "columns"))


def touch(board):
    """The `touch` port: fingers as the display reports them, or an input device of the kernel."""
    place = bus(board.description, "touch").number
    return Touch(board.panel if place == "screen" else _Glass(board, place), board.display)


def till(board):
    """The till's line, or None: a serial port, or tcp:PORT on all of this computer's networks."""
    entry = bus(board.description, "till")
    if entry.number == "none":
        return None
    if entry.number.startswith("tcp:"):
        from drivers.bus.line_server import LineServer

        server = LineServer("0.0.0.0", int(entry.number[len("tcp:") :]))
        board.open.append(server)
        return LinePort(server)
    return LinePort(_late(board, lambda: UART(entry.number, entry.speed), silent=True))


class _Glass:
    """A touch panel by its input device; it may be plugged in later."""

    def __init__(self, board, path):
        self._bus = _late(board, self._opened, silent=True)
        self._path = path
        self._size = board.metrics.width, board.metrics.height
        self._driver = None

    @property
    def fault(self):
        return self._bus.fault

    def poll(self):
        if self._bus.any() and self._driver is not None:
            return self._driver.poll()
        return None

    def _opened(self):
        file = InputFile(self._path)
        self._driver = EvdevTouch(self._bus, *file.ranges(), *self._size)
        return file


def _scanner(board):
    entry = bus(board.description, "scanner")
    if entry.number == "keyboard":
        return KeyboardWedge(board.panel.keys, board.clock)
    return QrEngine(_late(board, lambda: UART(entry.number, entry.speed or 9600)), board.clock)


def _late(board, make, silent=False):
    port = LateBus(make, silent)
    board.open.append(port)
    return port


def _buzzer(place):
    """A PWM output of the kernel ("pwmchip0"), the sound card ("sound"), or neither ("none")."""
    from drivers.sound_card import Mute, SoundCard

    if place == "none":
        return Mute()
    if place == "sound":
        return SoundCard()
    import machine

    return machine.PWM(int(place[len("pwmchip") :]))
