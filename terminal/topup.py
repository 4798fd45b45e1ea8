"""Putting money on a purse so that none of it is lost: kiosks and shop pads. The mirror of terminal.charge.

The order of one load: INIT, MAC1 from the card, the loading record durable, MAC2 from the load service, CREDIT, TAC,
the loaded record durable. A card torn away meanwhile shows by its online counter and its log what it took.
"""

from collections import namedtuple

from micropython import const

from terminal import records
from terminal.civil_time import card_time
from terminal.errors import CardDataMalformed, CardLost, LinkError, PsamFault, PurseRefused
from terminal.media import apdu, purse, purse_load
from terminal.media.purse_files import LOAD
from terminal.media.purse_load import LoadRequest
from terminal.records import Record

# What came of a load.
LOADED = "loaded"
TORN = "torn"  # the same card has to come again: it may hold the money
REFUSED = "refused"  # the card or the service said no: nothing is on the card, the money has to be given back
OUT_OF_REACH = "out_of_reach"  # the load service does not answer: likewise
DOUBTFUL = "doubtful"  # a grey record: the head-end has to find out

Outcome = namedtuple("Outcome", "state record seq sw")
Open = namedtuple("Open", "seq record")

_LOOK_BACK = const(64)
_LOG_RECORDS = const(10)
_NONE = bytes(4)


class TopUp:
    """Loads purses through a load service (see media.purse_load). `terminal` is the 6-byte number in each load."""

    def __init__(self, service, journal, clock, terminal):
        self._service = service
        self._journal = journal
        self._clock = clock
        self._terminal = terminal
        self.open = []  # loads whose card has to come again, oldest first

    def recover(self):
        """After boot: finds the loads that nothing completed. Returns how many there are."""
        done = set()
        self.open = []
        newest = self._journal.last_seq
        for seq in range(newest, max(0, newest - _LOOK_BACK), -1):
            record = records.at(self._journal, seq)
            if record is None:
                continue
            if record.kind == records.LOADING:
                if seq not in done:
                    self.open.insert(0, Open(seq, record))
            elif record.ref:
                done.add(record.ref)
        return len(self.open)

    def loading_of(self, token):
        """The Open load of a permuted token, or None."""
        for entry in self.open:
            if entry.record.token == token:
                return entry
        return None

    async def load(self, channel, presented, template, amount, payer=None):
        """Puts `amount` fen of `payer` on the card. `template` is a plain Record of the presentation; see the outcomes above.

        CardLost is raised only while nothing is recorded.
        """
        card = presented.purse
        when = card_time(template.time)
        try:
            answer = await purse_load.initialise(channel, amount, self._terminal)
        except PurseRefused as refusal:
            return Outcome(REFUSED, None, 0, refusal.sw)
        part = (
            LOAD, purse_load.counter_of(answer), purse_load.balance_of(answer) + amount, self._terminal, _NONE,
            answer[12:16], _NONE, _NONE, answer[6], answer[7],
        )  # fmt: skip
        loading = _again(template, records.LOADING, 0, amount, part)
        entry = Open(self._journal.append(records.pack(loading)), loading)
        self.open.append(entry)
        try:
            mac2 = await self._service.order(
                LoadRequest(card.issuer, card.serial, answer, amount, self._terminal, when, entry.seq, payer)
            )
        except (OSError, LinkError, PsamFault, CardLost):
            return self._close(entry, records.DISCARDED, OUT_OF_REACH)
        if mac2 is None:
            return self._close(entry, records.DISCARDED, REFUSED, apdu.MAC_WRONG)
        try:
            tac = await purse_load.credit(channel, when, mac2)
        except (CardLost, CardDataMalformed):
            return Outcome(TORN, loading, entry.seq, 0)
        except PurseRefused as refusal:
            if refusal.sw != apdu.MAC_WRONG and refusal.sw != apdu.CONDITIONS:
                return Outcome(TORN, loading, entry.seq, refusal.sw)
            return self._close(entry, records.DISCARDED, REFUSED, refusal.sw)
        return self._close(entry, records.LOADED, LOADED, apdu.OK, tac, mac2)

    async def finish(self, channel, presented, entry):
        """The card of an Open load is back. Outcome LOADED or DOUBTFUL, None when it took nothing: load it anew."""
        loading = entry.record
        after = (loading.counter + 1) & 0xFFFF
        counter = await self._counter(channel)
        if counter == loading.counter:
            self._close(entry, records.DISCARDED, REFUSED)
            return None
        logged = await self._logged(channel, presented.purse.last, after)
        if logged is not None and not self._is_ours(logged, loading):
            self._close(entry, records.DISCARDED, REFUSED)
            return None
        tac, mac2 = _NONE, _NONE
        if counter == after or counter is None:
            tac, mac2 = await purse.prove(channel, LOAD, after) or (_NONE, _NONE)
        if logged is not None or tac != _NONE:
            return self._close(entry, records.LOADED, LOADED, apdu.OK, tac, mac2, records.RECOVERED)
        return self._close(entry, records.GREY, DOUBTFUL)

    async def _counter(self, channel):
        """The card's online counter, None when it refuses even an INIT over nothing."""
        try:
            return purse_load.counter_of(await purse_load.initialise(channel, 0, self._terminal))
        except PurseRefused:
            return None

    async def _logged(self, channel, entry, after):
        """The card's log entry of its load number `after`, None when it has none."""
        for number in range(2, _LOG_RECORDS + 2):
            if entry is None:
                return None
            if entry.type == LOAD and entry.counter <= after:
                return entry if entry.counter == after else None
            entry = await purse.log_entry(channel, number)
        return None

    def _is_ours(self, logged, loading):
        terminal = "".join("%02X" % byte for byte in loading.terminal)
        return logged.terminal == terminal and logged.amount == loading.fare

    def _close(self, entry, kind, state, sw=0, tac=_NONE, mac2=_NONE, flags=0):
        loading = entry.record
        part = loading[10:16] + (tac, mac2) + loading[18:20]
        record = _again(loading, kind, entry.seq, loading.fare, part, flags)
        seq = self._journal.append(records.pack(record))
        self.open.remove(entry)
        return Outcome(state, record, seq, sw)


def _again(record, kind, ref, fare, part, flags=0):
    return Record(kind, record.flags | flags, *record[2:6], fare, *record[7:9], ref, *part)
