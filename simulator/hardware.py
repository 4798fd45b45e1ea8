"""The emulated hardware of one gate: chips on wires, pins, a panel, a PSAM. Portable."""

from simulator.chips.buzzer import BuzzerPwm
from simulator.chips.gate import SimPin
from simulator.chips.pn532 import Pn532Chip
from simulator.chips.qr_engine import QrEngineChip
from simulator.chips.speed_gate import SpeedGate
from simulator.chips.wire import Wire

_LAMPS = ("red", "amber", "green", "yellow")


class Panel:
    """Keeps the display list that a real panel would show."""

    def __init__(self):
        self.display_list = []
        self.drawn = 0

    def draw(self, display_list):
        self.display_list = display_list
        self.drawn += 1


class GateHardware:
    """What a power cut does not take away. `psam` is a channel, `link` a network link, `gate` an emulated gate with its `pins`."""

    is_lane = True  # people walk through it

    def __init__(self, clock, psam, link, gate=None):
        self.reader_uart = Wire(clock)
        self.reader_chip = Pn532Chip(self.reader_uart, clock)
        self.scanner_uart = Wire(clock, 9600)
        self.scanner_chip = QrEngineChip(self.scanner_uart, clock)
        self.gate = gate or SpeedGate(clock)
        self.buzzer_pwm = BuzzerPwm(clock)
        self.panel = Panel()
        self.psam = psam
        self.link = link
        self.pins = dict(self.gate.pins)
        for name in _LAMPS + ("group",):
            self.pins[name] = SimPin()

    def lamps(self):
        """{"red": bool, ...}"""
        return {name: bool(self.pins[name].value()) for name in _LAMPS}

    def power_off(self):
        """Everything the board drives falls back to its rest position."""
        for name in _LAMPS:
            self.pins[name].off()
        self.pins["release"].off()
        self.panel.draw([])
