"""A few taps without a desk: `run(list, journal)` presents cards to an emulated gate and gives the events. Portable.

The same file runs on both interpreters; its events must be the same to the last byte.
"""

from offline_store.journal import Journal
from offline_store.media import FileMedium
from offline_store.table import Table
from simulator import demo_site, residents
from simulator.bench import Bench
from simulator.cards.psam import PsamSlot
from simulator.virtual_time import VirtualClock

_JOURNAL_SIZE = 64 * 1024


class NoLink:
    """The network is always away."""

    async def open(self):
        raise OSError(101)

    def close(self):
        """There is nothing to close."""


class Gate:
    """The bench with the files of a list and a journal, its events in `events` as (ms, name, sorted facts)."""

    def __init__(self, whitelist, journal, seed=1):
        self.clock = VirtualClock(demo_site.START)
        self.events = []
        self.people = residents.Residents(seed)
        self._whitelist = whitelist
        self._journal = journal
        self.bench = Bench(
            self.clock,
            PsamSlot(residents.psam(), self.clock),
            NoLink(),
            ["gate480", False, False],
            self._stores,
            self._config(seed),
            self._heard,
        )
        self.bench.power_on()
        self.bench.until_idle()

    def card(self, name, ms=600):
        """The named card lies on the reader for a moment."""
        self.bench.present(self.people.card(name, self.bench.hardware.reader_chip))
        self.bench.run_for(ms)
        self.bench.remove()
        self.bench.run_for(200)

    def code(self, name):
        """The named phone shows its code."""
        self.bench.scan(self.people.code(name, self.clock.utc()))
        self.bench.run_for(600)

    def walk(self):
        """Somebody walks through, and the gate comes to rest."""
        self.bench.walk()
        self.bench.run_for(6000)

    def _config(self, seed):
        return demo_site.config(seed)

    def _stores(self):
        journal = Journal(FileMedium(self._journal, _JOURNAL_SIZE), journal_id=1)
        return journal, Table(FileMedium(self._whitelist, readonly=True), demo_site.LIST_KEY), None

    def _heard(self, name, facts):
        self.events.append((self.clock.ms(), name, sorted(facts.items())))


def run(whitelist, journal):
    """The events of a few taps: a fare, a concession, a refusal, a torn card and its return, a code."""
    gate = Gate(whitelist, journal)
    for name in ("adult", "elder"):
        gate.card(name)
        gate.walk()
    gate.card("hotlisted")
    gate.card("torn")
    gate.card("torn")
    gate.walk()
    gate.code("ride")
    gate.walk()
    gate.bench.power_off()
    gate.bench.power_on()
    gate.bench.until_idle()
    return gate.events
