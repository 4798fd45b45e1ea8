"""Takes one sale's money from a card or a code: the attendant of a lane, at a shop's counter instead of a gate."""

from collections import namedtuple

from terminal import records
from terminal.decision import Decision
from terminal.tap.attendant import Attendant

Holder = namedtuple("Holder", "credential token decision")
"""Who was asked for before there is something to pay: the permuted token, and what the tariff says of them."""


class Counter:
    """What the passage is to a gate: whoever paid is served. `taken`: number of the record of what was paid, or 0."""

    under_way = False

    def __init__(self, recorder, charger, log):
        self._recorder = recorder
        self._charger = charger
        self._log = log
        self.taken = 0

    def open(self, seq, _persons=1):
        self.taken = seq

    def close(self, seq, served):
        """Notes what came of the sale under `seq`, so that nobody is served twice on one payment."""
        self._log("served", seq=seq, served=served)
        self._recorder.note(records.PASSED if served else records.NOT_PASSED, ref=seq)
        self._charger.passage(seq, served)


class Cashier(Attendant):
    """An Attendant that charges what `begin` was told, under the merchant's tariff: its `fare` is the keyed amount.

    After `card` or `code`: `taken` is the number of the sale's record when it was paid, `reason` why it was refused,
    `earlier` the Outcome of another sale, given up half-way, that this card turned out to have paid.
    """

    def __init__(self, clock, card_lists, charger, codes, tariff, settings, face, recorder, log):
        self.counter = Counter(recorder, charger, log)
        Attendant.__init__(
            self, clock, card_lists, charger, codes, tariff, settings, face, recorder, self.counter, log
        )  # fmt: skip
        self._scheme = tariff
        self._second_try_s = settings["second_try_s"]
        self.interrupted = ()  # numbers of pending records that the power cut short: the same sale may be gone on with
        self.begin(0)

    def begin(self, amount, only=None, asks=False):
        """A new sale of `amount` fen. `only`: the permuted token that has to pay it; `asks`: nobody pays, `holder` is
        who came."""
        self._tariff = dict(self._scheme, fare=amount)
        self._only = only
        self._asks = asks
        self._torn = 0  # number of this sale's pending record, when its card was torn away
        self.counter.taken = 0
        self.earlier = self.holder = self.reason = None

    @property
    def taken(self):
        return self.counter.taken

    async def _serve(self, channel, presented):
        token = self._recorder.permuted(presented.credential.token)
        left = self._charger.pending_of(token)
        if left is not None and self._asks and self._is_fresh(left):
            await self._decide(
                channel, presented, token
            )  # who it is; the debit is finished when its amount is asked for
        elif left is not None and left.seq != self._torn and not self._goes_on(left, presented, token):
            self.earlier = await self._charger.finish(channel, presented, left)
            if self.earlier is None:
                await self._decide(channel, presented, token)
        elif left is None and (self._asks or not self._paid_already(presented, token)):
            await self._decide(channel, presented, token)
        else:
            await Attendant._serve(self, channel, presented)
        left = self._charger.pending_of(token)
        self._torn = 0 if left is None else left.seq

    def _is_fresh(self, left):
        return left.seq in self.interrupted and self._clock.utc() - left.since < self._second_try_s

    def _goes_on(self, left, presented, token):
        """The power went in the middle of this sale: the same card, for the same amount, before anybody has left."""
        return self._is_fresh(left) and left.record.fare == self._decision(presented.credential, token, presented).fare

    def _paid_already(self, presented, token):
        """This very amount was paid before the power went, and nobody was served on it."""
        paid = None if presented.purse is None else self._charger.paid_before(token)
        return paid is not None and paid.record.fare == self._decision(presented.credential, token, presented).fare

    async def _decide(self, channel, presented, token):
        if self._asks:
            self._meet(presented.credential, token, presented)
        else:
            await Attendant._decide(self, channel, presented, token)

    def _bill(self, result, token):
        if self._asks:
            self._meet(result.credential, token)
        else:
            Attendant._bill(self, result, token)

    def _meet(self, credential, token, presented=None):
        decision = self._decision(credential, token, presented)
        if decision.admit or decision.reason == "low_balance":  # what is to be paid is not known yet
            self.holder = Holder(credential, token, decision)
        else:
            self._refuse(credential, decision.reason, token, decision)

    def _refuse(self, credential, reason, token=None, decision=None):
        self.reason = reason
        Attendant._refuse(self, credential, reason, token, decision)

    def _decision(self, credential, token, presented=None):
        decision = Attendant._decision(self, credential, token, presented)
        if decision.admit and self._only not in (None, token):
            decision = Decision(False, "another_card", *decision[2:])
        return decision
