"""One emulated staff desk with its terminal, under virtual time: the shape of simulator.bench.Bench."""

from boards.desk_on_board import DeskTerminal
from boards.simulated_desk import SimulatedDesk
from simulator import looks
from simulator.bench import Bench
from simulator.desk_hardware import DeskHardware

_LOOK_MS = 20
_BUSY = ("boot", "desk.reading")


def _terminal(board, journal, _whitelist, _hotlist, config, log):
    """A desk admits nobody: the lists of a lane are not its own."""
    return DeskTerminal(board, journal, config, log)


class DeskBench(Bench):
    hardware_of = DeskHardware
    terminal_of = staticmethod(_terminal)

    def _assembled(self):
        return SimulatedDesk(self.hardware, self.clock, looks.metrics(self._look))

    def power_off(self):
        Bench.power_off(self)
        if "packages" in self.config:
            self.config["packages"]["link"].close()

    def until_idle(self, limit_ms=10000):
        """Runs until the desk waits for the software or for a card; False when that takes longer."""
        for _ in range(limit_ms // _LOOK_MS):
            self.run_for(_LOOK_MS)
            if self.is_on() and self.state is not None and self.state not in _BUSY:
                return True
        return False

    def insert(self, card):
        """Puts a card into the contact slot."""
        self.hardware.insert(card)

    def pull(self):
        self.hardware.pull()
