"""The emulated hardware of one pad: a gate's chips without its leaves, a touch panel, a printer, a till's line. Portable."""

from simulator.chips import touch_panel
from simulator.chips.printer import PrinterChip, PrinterWire
from simulator.chips.touch_panel import TouchPanel
from simulator.hardware import GateHardware

COLUMNS = 32


class LineEnd:
    """What is at the other end of a cable, a till or a program: `say` sends a line, `heard` collects the answers. A bus here."""

    def __init__(self):
        self.heard = []
        self._coming = b""
        self._answer = b""

    def say(self, line):
        self._coming += line.encode() + b"\n"

    def any(self):
        return len(self._coming)

    def readinto(self, buffer):
        count = min(len(buffer), len(self._coming))
        buffer[:count] = self._coming[:count]
        self._coming = self._coming[count:]
        return count

    def write(self, data):
        self._answer += bytes(data)
        while b"\n" in self._answer:
            end = self._answer.index(b"\n")
            self.heard.append(self._answer[:end].decode())
            self._answer = self._answer[end + 1 :]


class PadHardware(GateHardware):
    """What a power cut does not take away; the printer has a supply of its own, as shops have it."""

    TOUCH_RANGE = touch_panel.RANGE
    is_lane = False

    service_link = None  # what asks for an insurance's share does not wait for the sync's exchange

    def __init__(self, clock, psam, link):
        GateHardware.__init__(self, clock, psam, link)
        self.touch_events = TouchPanel()
        self.printer_uart = PrinterWire(clock)
        self.printer_chip = PrinterChip(self.printer_uart, clock, COLUMNS)
        self.till_line = LineEnd()

    def power_off(self):
        GateHardware.power_off(self)
        self.touch_events.power_off()
