"""Writes what was paid for a purse onto the card in the slot, and finishes what an earlier visit left half done."""

from collections import namedtuple

from offline_store.errors import JournalFull
from terminal import records, topup
from terminal.errors import CardDataMalformed, CardLost, PurseRefused
from terminal.media import purse

NO_PURSE = "no_purse"
Written = namedtuple("Written", "state fen balance")
"""`state`: one of terminal.topup's, or NO_PURSE; `fen`: what came onto the card, now or when it was torn away earlier;
`balance`: on the card now, None when it was not seen."""

_Card = namedtuple("_Card", "purse")


class PurseLoader:
    """`top_up`: a terminal.topup.TopUp, recovered; `permuted(token)` hides a token as records hold it."""

    def __init__(self, top_up, purses, permuted, clock):
        self._top_up = top_up
        self._purses = purses
        self._permuted = permuted
        self._clock = clock

    async def load(self, channel, amount):
        """Written of `amount` fen; what an earlier tear had put on the card counts towards it."""
        done, balance = 0, None
        try:
            money = await purse.read(channel, self._purses, ())
            if money is None:
                return Written(NO_PURSE, 0, None)
            credential = purse.credential_of(money)
            token = self._permuted(credential.token)
            entry = self._top_up.loading_of(token)
            if entry is not None and await self._top_up.finish(channel, _Card(money), entry) is not None:
                done = entry.record.fare
            balance = money.balance
            if done >= amount:
                return Written(topup.LOADED, done, balance)
            template = records.plain(records.TAP, self._clock.utc(), token, credential.scheme)
            outcome = await self._top_up.load(channel, _Card(money), template, amount - done)
        except (CardLost, CardDataMalformed):
            return Written(topup.TORN, done, balance)
        except (PurseRefused, JournalFull):
            return Written(topup.REFUSED, done, balance)
        if outcome.state == topup.LOADED:
            return Written(topup.LOADED, amount, balance + amount - done)
        return Written(outcome.state, done, balance)
