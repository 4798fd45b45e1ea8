"""One emulated gate with its terminal, under virtual time: the part of the simulator that runs on MicroPython too.

Cards are presented, codes shown, people walk, the plug is pulled; what the terminal says comes out as events.
simulator.far_bench.FarBench has the same shape with its terminal in a process of its own.
"""

from boards.simulated_gate import SimulatedGate
from boards.terminal_on_board import Terminal
from simulator import looks
from simulator.hardware import GateHardware
from simulator.virtual_time import Scheduler


class Bench:
    """`stores()` gives (journal, whitelist, hotlist), opened anew at each power-on as after a real plug.

    `config` is the terminal's, see boards.terminal_on_board; `on_event(name, facts)` hears every event; `look` is
    one of simulator.looks. `real`: {"reader" or "scanner": maker of a driver, given the clock} instead of emulated ones.
    """

    hardware_of = GateHardware
    terminal_of = Terminal

    def __init__(self, clock, psam, link, look, stores, config, on_event, real=None):
        self.clock = clock
        self.scheduler = Scheduler(clock)
        self.hardware = self.hardware_of(clock, psam, link, *_gate(look, clock))
        self.config = config
        self._real = real or {}
        self._look = look
        self._stores = stores
        self._on_event = on_event
        self.board = None
        self.terminal = None

    def power_on(self):
        """Boots the terminal from what its media hold."""
        self.board = self._assembled()
        for port, make in self._real.items():
            setattr(self.board, port, make(self.clock))
        journal, whitelist, hotlist = self._stores()
        self.terminal = self.terminal_of(self.board, journal, whitelist, hotlist, self.config, self._log)
        for task in self.terminal.tasks():
            self.scheduler.spawn(task)

    def _assembled(self):
        board = SimulatedGate(self.hardware, self.clock, looks.metrics(self._look))
        board.display.restyle(looks.metrics(self._look), looks.family(self._look))
        return board

    def power_off(self):
        """Pulls the plug: every task stops where it stands, nothing is saved."""
        self.scheduler.stop()
        self.hardware.power_off()
        self.hardware.link.close()
        self.board = self.terminal = None

    def is_on(self):
        return self.terminal is not None

    @property
    def state(self):
        """The lane's state, a name of terminal.modes.STATES; None while the power is off."""
        return self.terminal.face.state if self.is_on() else None

    @property
    def online(self):
        return self.is_on() and self.terminal.sync.online

    @property
    def queued(self):
        """Records that wait for the head-end."""
        return self.terminal.journal.queued if self.is_on() else 0

    memory = None  # a terminal in this process has no heap of its own

    def speak(self, language):
        """The screen's language from now on, "zh" or "en"."""
        self.config["settings"]["language"] = language
        if self.is_on():
            self.terminal.face.speak(language)

    def skip(self, ms):
        """Nothing runs for `ms`: the clocks just go there, as when a day is told in hours."""
        self.clock.move(ms)

    def jump(self, seconds):
        """The terminal's clock goes wrong by `seconds`; no time passes."""
        self.clock.jump(seconds)

    def restyle(self, look):
        """Another theme or elder mode from now on."""
        self._look = look
        if self.board is not None:
            self.board.display.restyle(looks.metrics(look))

    def run_for(self, ms):
        self.scheduler.run_for(ms)

    def until_idle(self, limit_ms=10000):
        """Runs until the lane stands ready again; False when it does not get there in time."""
        for _ in range(limit_ms):
            if self.state == "ready":
                return True
            self.run_for(1)
        return self.state == "ready"

    def present(self, card):
        """Puts a card on the reader; it stays until `remove`."""
        self.hardware.reader_chip.insert(card)

    def remove(self):
        self.hardware.reader_chip.remove()

    def scan(self, code):
        """Shows a decoded code to the scanner."""
        self.hardware.scanner_chip.show(code)

    def walk(self, way="walk"):
        """People come, in one of the ways of simulator.chips.speed_gate; whether the gate is open to them."""
        return self.hardware.gate.walk(way)

    def plus(self, ms):
        """The attendant presses the button for one more on the next tap, for `ms`."""
        self.hardware.pins["group"].on()
        self.run_for(ms)
        self.hardware.pins["group"].off()
        self.run_for(100)

    def fire(self, active):
        """The fire alarm's contact."""
        self.hardware.gate.fire_pin.value(active)

    @property
    def view(self):
        """The view state on the display, None while the power is off."""
        return self.board.display.view if self.board is not None else None

    def _log(self, event, **facts):
        self._on_event(event, facts)


def _gate(look, clock):
    """What a terminal of that look lets people through; () for the gate that most have."""
    if not look[0].startswith("bike"):
        return ()
    from simulator.chips.dock import Dock  # the only terminal that has one

    return (Dock(clock),)
