"""Host only: the bare gate on a desk, in this process or in a MicroPython process, and one adult's tap on it."""

import json

from simulator import demo_site, residents
from simulator.bare_gate import BareGate
from simulator.cards.psam import PsamSlot
from simulator.chips.gate import Turnstile
from simulator.hardware import GateHardware
from simulator.micropython_runtime import MicropythonRuntime
from simulator.virtual_time import Scheduler, VirtualClock

SCRIPT = "from simulator import bare_gate\nbare_gate.main(%r)"


class BareDesk:
    """Emulated hardware for a gate with the list at `whitelist` and a journal in `folder`.

    `events` collects (ms, name, facts); `balance` is what the adult's card holds, in fen.
    """

    def __init__(self, whitelist, folder):
        self._clock = VirtualClock(demo_site.START)
        self._hardware = GateHardware(self._clock, None, None, Turnstile(self._clock))
        self._psam = residents.psam()
        self._people = residents.Residents()
        self.events = []
        self._config = {
            "whitelist": whitelist,
            "journal": str(folder / "journal"),
            "tariff": demo_site.TARIFF,
            "list_key": demo_site.LIST_KEY.decode(),
            "start": demo_site.START,
        }

    @property
    def balance(self):
        return self._people.tray[0].balance()

    def tap_here(self):
        """The tap on a gate in this process."""
        self._hardware.psam = PsamSlot(self._psam, self._clock)
        gate = BareGate(self._hardware, self._clock, self._config, lambda event, **facts: self._heard(event, facts))
        scheduler = Scheduler(self._clock)
        scheduler.spawn(gate.lane.run())
        self._tap(scheduler.run_for)

    def tap_there(self, command, environment):
        """The tap on a gate in MicroPython: `command(arguments)` gives the command line. RuntimeDied when it fell."""
        script = SCRIPT % json.dumps(self._config)
        runtime = MicropythonRuntime(command(script), environment, self._hardware, self._clock, self._psam, self._heard)
        try:
            self._tap(runtime.run_for)
        finally:
            runtime.kill()

    def _heard(self, name, facts):
        self.events.append((self._clock.ms(), name, facts))

    def _tap(self, run_for):
        chip = self._hardware.reader_chip
        run_for(1000)
        chip.insert(self._people.card("adult", chip))
        run_for(600)
        chip.remove()
        self._hardware.gate.walk()
        run_for(6000)
