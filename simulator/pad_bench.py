"""One emulated pad with its terminal, under virtual time: the shape of simulator.bench.Bench."""

from boards.simulated_pad import SimulatedPad
from simulator import looks
from simulator.bench import Bench
from simulator.fingers import TOUCH_MS
from simulator.pad_hardware import PadHardware

# Pages that wait for a person.
_AT_REST = (
    "idle", "amount", "ask", "menu", "shares", "receipt", "sales", "sale", "refund", "back", "given", "shift", "served",
    "notice",
)  # fmt: skip
TABLE = __file__.rsplit("/", 2)[0] + "/drivers/data/gb18030.bin"


class PadBench(Bench):
    hardware_of = PadHardware

    def _assembled(self):
        self.hardware.service_link = self.config["service_link"]
        board = SimulatedPad(self.hardware, self.clock, looks.metrics(self._look), TABLE)
        board.display.restyle(looks.metrics(self._look), looks.family(self._look))
        return board

    def power_off(self):
        Bench.power_off(self)
        self.hardware.service_link.close()

    def until_idle(self, limit_ms=10000):
        """Runs until the pad waits for a key, an amount or a card; False when that takes longer."""
        for _ in range(limit_ms // 20):
            self.run_for(20)
            if self.is_on() and self.view is not None and self.view["screen"] in _AT_REST:
                return True
        return False

    def touch(self, x, y):
        """A finger comes down at this pixel of the screen, and leaves."""
        metrics = self.board.display.metrics
        # In the middle of the thousandth: a finger is no pixel wide.
        self.hardware.touch_events.down((2 * x + 1) * 500 // metrics.width, (2 * y + 1) * 500 // metrics.height)
        self.run_for(TOUCH_MS)
        self.hardware.touch_events.up()
        self.run_for(TOUCH_MS)
