"""The whole terminal of the simulator with a plug that can be pulled at any step it takes."""

from offline_store.journal import Journal
from offline_store.media import FileMedium
from offline_store.table import Table
from simulator import demo_site, few_taps
from terminal import records
from tests.portable.torn_cases import CutMedium, Plug


class PluggedGate(few_taps.Gate):
    """The whole terminal on a journal medium, a PSAM, a card and a barrier that count its steps."""

    def __init__(self, listed, survive):
        self.plug = Plug()
        self.medium = CutMedium(self.plug)
        self.medium.survive = survive
        self.opened = 0
        super().__init__(listed, None)
        self.adult = self.people.card("adult", None)
        self.adult.transmit = self._stepped(self.adult.transmit)
        slot = self.bench.hardware.psam
        exchange = slot.transmit

        async def transmit(apdu):
            self.plug.step()
            answer = await exchange(apdu)
            self.plug.step()
            return answer

        slot.transmit = transmit
        self._watch_barrier()

    def _stepped(self, function):
        def stepped(argument):
            self.plug.step()
            answer = function(argument)
            self.plug.step()
            return answer

        return stepped

    def _stores(self):
        whitelist = Table(FileMedium(self._whitelist, readonly=True), demo_site.LIST_KEY)
        return Journal(self.medium, journal_id=1), whitelist, None

    def _watch_barrier(self):
        barrier = self.bench.board.barrier
        opened = barrier.open

        def watched(direction):
            self.plug.step()
            newest = records.unpack(self._durable()[-1][1])
            assert newest.kind in (records.TAP, records.DEBITED, records.NOT_PASSED), (
                "the barrier opens without a record"
            )
            opened(direction)
            self.opened += 1
            self.plug.step()

        barrier.open = watched

    def power_cycle(self):
        """The power is gone, and comes back."""
        self.bench.power_off()
        self.bench.remove()
        self.medium.power_lost()
        self.bench.hardware.psam.card.power_on("contact")
        self.bench.power_on()
        self._watch_barrier()
        self.bench.until_idle()
        self.bench.run_for(200)  # it sees that no card was left on the reader

    def _durable(self):
        return list(Journal(self.medium.durable.copy()).unacknowledged())

    def tap(self):
        self.card("adult", 500)

    def debited(self):
        return sum(records.unpack(payload).kind == records.DEBITED for _, payload in self._durable())
