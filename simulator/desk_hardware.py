"""The emulated hardware of a staff desk: a reader with two slots, a small screen, and the line to the software beside it."""

from simulator.kiosk_hardware import SlotHardware
from simulator.pad_hardware import LineEnd


class DeskHardware(SlotHardware):
    """What a power cut does not take away. `software_line` is the end of whoever sits behind the counter."""

    def __init__(self, clock, psam, link):
        SlotHardware.__init__(self, clock, psam, link)
        self.scanner_chip = None  # a desk reads cards only
        self.software_line = LineEnd()
