"""Writes what was paid for a purse onto the card in the slot, and finishes what an earlier visit left half done."""

from binascii import hexlify
from collections import namedtuple

from offline_store.errors import JournalFull
from terminal import records, topup
from terminal.errors import CardDataMalformed, CardLost, PurseRefused
from terminal.media import purse

NO_PURSE = "no_purse"
Written = namedtuple("Written", "state fen balance counter")
"""`state`: one of terminal.topup's, or NO_PURSE; `fen`: what came onto the card, now or when it was torn away earlier;
`balance`: on the card now, None when it was not seen; `counter`: [the purse's serial in hex, its online counter behind that
write], None without one."""

_Card = namedtuple("_Card", "purse")


class PurseLoader:
    """`top_up`: a terminal.topup.TopUp over `orders` (LoadOrders), recovered; `permuted(token)` hides a token as records
    hold it."""

    def __init__(self, top_up, orders, purses, permuted, clock):
        self._top_up = top_up
        self._orders = orders
        self._purses = purses
        self._permuted = permuted
        self._clock = clock

    async def load(self, channel, amount, payer):
        """Written of `amount` fen of `payer`; what an earlier tear had put on the card counts towards it."""
        done, balance, counter = 0, None, None
        self._orders.left = None
        try:
            money = await purse.read(channel, self._purses, ())
            if money is None:
                return Written(NO_PURSE, 0, None, None)
            credential = purse.credential_of(money)
            token = self._permuted(credential.token)
            entry = self._top_up.loading_of(token)
            if entry is not None:
                found = await self._top_up.finish(channel, _Card(money), entry)
                if found is not None:
                    done, counter = entry.record.fare, _behind(money, entry.record)
            balance = money.balance
            if done >= amount:
                return Written(topup.LOADED, done, balance, counter)
            template = records.plain(records.TAP, self._clock.utc(), token, credential.scheme)
            wanted = amount - done
            outcome = await self._top_up.load(channel, _Card(money), template, wanted, payer)
            left = self._orders.left
            if outcome.state == topup.REFUSED and left is not None and left < wanted:
                # The card's counter told the head-end what of it is on the card already.
                if not left:
                    return Written(topup.LOADED, done, balance, counter)
                wanted = left
                outcome = await self._top_up.load(channel, _Card(money), template, wanted, payer)
        except (CardLost, CardDataMalformed):
            return Written(topup.TORN, done, balance, counter)
        except (PurseRefused, JournalFull):
            return Written(topup.REFUSED, done, balance, counter)
        if outcome.state == topup.LOADED:
            return Written(topup.LOADED, done + wanted, balance + wanted, _behind(money, outcome.record))
        return Written(outcome.state, done, balance, counter)

    async def tell(self, payer, written):
        """Says to the head-end what came onto a card; it waits in the outbox if it must."""
        if written.counter:
            fields = {"written": written.fen, "purse": written.counter[0], "counter": written.counter[1]}
            await self._orders.tell(payer, fields)


def _behind(money, record):
    """What the head-end knows a write by: the purse, and how its online counter stands behind it."""
    return [hexlify(money.serial).decode(), (record.counter + 1) & 0xFFFF]
