"""One emulated kiosk with its terminal, under virtual time: the shape of simulator.bench.Bench."""

from boards.kiosk_on_board import KioskTerminal
from boards.simulated_kiosk import SimulatedKiosk
from simulator.bench import Bench
from simulator.fingers import TOUCH_MS
from simulator.kiosk_hardware import KioskHardware

_NO_CAMERA = "kiosk480"


class KioskBench(Bench):
    """`look` is [profile, high contrast, elder]; the last two are each resident's own wish and end with the session."""

    hardware_of = KioskHardware
    terminal_of = KioskTerminal

    def __init__(self, clock, psam, link, look, *rest):
        Bench.__init__(self, clock, psam, link, look, *rest)
        if look[0] == _NO_CAMERA:
            self.hardware.face_box = None

    def _assembled(self):
        self.hardware.service_link, self.hardware.form_link = self.config["links"]
        return SimulatedKiosk(self.hardware, self.clock, self._look[0])

    @property
    def state(self):
        return self.terminal.face.state if self.is_on() else None

    def restyle(self, look):
        """As if whoever stands there had pressed the tools for contrast and large text."""
        if self.is_on():
            self.terminal.face.contrast, self.terminal.face.elder = look[1], look[2]

    def until_idle(self, limit_ms=10000):
        """Runs until nothing is under way: what is shown waits for a person. False when that takes longer."""
        for _ in range(limit_ms // 20):
            self.run_for(20)
            if self.is_on() and self.state not in ("boot", "kiosk.wait") and not self.terminal.kiosk.worker.busy:
                return True
        return False

    def speak(self, language):
        """The language that a kiosk begins with, and now."""
        self.config["settings"]["language"] = language
        if self.is_on():
            self.terminal.face.lang = language

    def power_off(self):
        Bench.power_off(self)
        for link in self.config["links"]:
            link.close()

    def insert(self, card):
        """Puts a card into the contact slot."""
        self.hardware.insert(card)

    def pull(self):
        self.hardware.pull()

    def touch(self, x, y):
        """A finger comes down at this pixel of the screen, and leaves."""
        metrics = self.board.display.metrics
        self.hardware.touch_events.down(x * 1000 // metrics.width, y * 1000 // metrics.height)
        self.run_for(TOUCH_MS)
        self.hardware.touch_events.up()
        self.run_for(TOUCH_MS)
