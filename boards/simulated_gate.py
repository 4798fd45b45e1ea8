"""The gate of the simulator: a PN532 and a QR engine on serial lines, a relay turnstile, lamps, a buzzer, a PSAM.

The drivers are those of a real gate; only what hangs on the wires is emulated.
"""

from boards.screen import Screen
from boards.signals import Signals
from drivers.buzzer import Buzzer
from drivers.lamps import Lamps
from drivers.pn532 import Pn532
from drivers.qr_engine import QrEngine
from drivers.relay_barrier import RelayBarrier


class SimulatedGate:
    """`hardware` has the wires: reader_uart, scanner_uart, pins by name in `pins`, buzzer_pwm, panel, psam, link."""

    def __init__(self, hardware, clock, metrics):
        pins = hardware.pins
        self.clock = clock
        self.reader = Pn532(hardware.reader_uart, clock)
        self.scanner = QrEngine(hardware.scanner_uart, clock)
        self.barrier = RelayBarrier(pins["release"], clock, pins["passed"], pins["fire"])
        self.buzzer = Buzzer(hardware.buzzer_pwm, clock)
        self.signals = Signals(Lamps(pins["red"], pins["amber"], pins["green"], pins["yellow"]), self.buzzer)
        self.display = Screen(hardware.panel, metrics)
        self.psam = hardware.psam
        self.link = hardware.link
