"""Host only: the parts that Linux terminals are put together from, each made from the board's description."""

import os

from boards.description import bus
from boards.pygame_panel import PygamePanel
from drivers.bus.late import LateBus
from drivers.bus.uart import UART
from drivers.buzzer import Buzzer
from drivers.gb18030 import Gb18030
from drivers.pcsc import PcscReader, PcscSlot
from drivers.qr_engine import QrEngine
from drivers.receipt_printer import ReceiptPrinter
from screens import profiles

_GB18030 = os.path.join(os.path.dirname(os.path.dirname(__file__)), "drivers", "data", "gb18030.bin")


class LinuxBoard:
    """What every Linux terminal has. `chip`: the GPIO chip whose release line was put to rest at the start, or None."""

    def __init__(self, description, clock, link, chip=None):
        self.description = description
        self.clock = clock
        self.link = link
        self.reader = PcscReader(bus(description, "reader").number, clock)
        self.scanner = QrEngine(_serial(description, "scanner"), clock)
        self.psam = PcscSlot(bus(description, "psam").number)
        self.buzzer = Buzzer(_buzzer(bus(description, "buzzer").number), clock)
        self.metrics = profiles.metrics(description.screen)
        self.panel = PygamePanel(self.metrics, bus(description, "display").number, description.title)
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


def printer(description, clock, columns):
    """The `printer` port on a serial line or a printer port such as /dev/usb/lp0; absent while there is none."""
    entry = bus(description, "printer")
    if entry.number.startswith("/dev/usb/"):
        from drivers.bus.printer_file import PrinterFile

        port = LateBus(lambda: PrinterFile(entry.number), silent=True)
    else:
        port = _serial(description, "printer", silent=True)
    return ReceiptPrinter(port, clock, Gb18030(_GB18030).encode, columns)


def _serial(description, part, silent=False):
    entry = bus(description, part)
    return LateBus(lambda: UART(entry.number, entry.speed), silent)


def _buzzer(place):
    """A PWM output of the kernel ("pwmchip0"), the sound card ("sound"), or neither ("none")."""
    from drivers.sound_card import Mute, SoundCard

    if place == "none":
        return Mute()
    if place == "sound":
        return SoundCard()
    import machine

    return machine.PWM(int(place[len("pwmchip") :]))
