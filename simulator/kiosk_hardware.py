"""The emulated hardware of one kiosk: a gate's chips, and a contact slot, a touch panel, a printer. Portable."""

from simulator.chips import touch_panel
from simulator.chips.gate import SimPin
from simulator.chips.psam_uart import PsamUartChip
from simulator.chips.touch_panel import TouchPanel
from simulator.chips.wire import Wire
from simulator.hardware import GateHardware


class KioskHardware(GateHardware):
    """What a power cut does not take away. `face` and `speech`: ports that tests and the window may set."""

    TOUCH_RANGE = touch_panel.RANGE

    service_link = None  # what asks for services does not wait for the sync's exchange

    def __init__(self, clock, psam, link):
        GateHardware.__init__(self, clock, psam, link)
        self.slot_uart = Wire(clock, 9600)
        self.slot_chip = PsamUartChip(self.slot_uart, None)
        self.pins["slot_reset"] = self.slot_chip.reset
        self.pins["slot_switch"] = SimPin()
        self.touch_events = TouchPanel()
        self.face = self.speech = None

    def insert(self, card):
        """Puts a card into the slot; it stays until `pull`."""
        self.slot_chip.card = card
        self.pins["slot_switch"].on()

    def pull(self):
        """Takes the card out of the slot."""
        self.pins["slot_switch"].off()
        self.slot_chip.reset.off()
        self.slot_chip.card = None

    def printer(self, clock):
        """The printer port, None where the kiosk has none."""
        return None

    def power_off(self):
        GateHardware.power_off(self)
        self.touch_events.power_off()
