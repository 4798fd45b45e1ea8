"""The emulated hardware of one kiosk: a reader's chips, and a contact slot, a touch panel, a printer. Portable."""

from simulator.chips import touch_panel
from simulator.chips.gate import SimPin
from simulator.chips.printer import PrinterChip, PrinterWire
from simulator.chips.psam_uart import PsamUartChip
from simulator.chips.touch_panel import TouchPanel
from simulator.chips.wire import Wire
from simulator.face_box import FaceBox
from simulator.hardware import GateHardware
from simulator.loudspeaker import Loudspeaker


class SlotHardware(GateHardware):
    """A reader's chips with a slot for contact cards beside them, on a counter: nobody walks through."""

    is_lane = False

    def __init__(self, clock, psam, link):
        GateHardware.__init__(self, clock, psam, link)
        self.slot_uart = Wire(clock, 9600)
        self.slot_chip = PsamUartChip(self.slot_uart, None)
        self.pins["slot_reset"] = self.slot_chip.reset
        self.pins["slot_switch"] = SimPin()

    def insert(self, card):
        """Puts a card into the slot; it stays until `pull`."""
        self.slot_chip.card = card
        self.pins["slot_switch"].on()

    def pull(self):
        """Takes the card out of the slot."""
        self.pins["slot_switch"].off()
        self.slot_chip.reset.off()
        self.slot_chip.card = None

    def power_off(self):
        GateHardware.power_off(self)
        self.slot_chip.reset.off()


class KioskHardware(SlotHardware):
    """What a power cut does not take away. `speech` is heard in the window."""

    TOUCH_RANGE = touch_panel.RANGE

    # What asks for services, and what sends forms that waited: neither waits for the sync's exchange.
    service_link = form_link = None
    columns = 48  # of the printer

    def __init__(self, clock, psam, link):
        SlotHardware.__init__(self, clock, psam, link)
        self.touch_events = TouchPanel()
        self.printer_uart = PrinterWire(clock)
        self.printer_chip = PrinterChip(self.printer_uart, clock, self.columns)
        self.speech = Loudspeaker()
        self.face_box = FaceBox(clock)  # a village's kiosk has none

    def power_off(self):
        SlotHardware.power_off(self)
        self.touch_events.power_off()
        self.printer_chip.power_on()
        self.speech.stop()
