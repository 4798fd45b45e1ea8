"""Taking a fare from a purse so that nobody pays twice and nothing is lost (docs/torn-cards.md).

The order of one charge: INIT, MAC1 from the PSAM, the pending record durable, DEBIT, MAC2 to the PSAM, the debited
record durable. A card torn away after the pending record leaves an open debit behind; the next time that card comes
it shows whether it paid, and only a card that did not pay is charged again.
"""

from collections import namedtuple

from micropython import const

# Loaded while the heap is in one piece, forgotten after boot: see recover.
import terminal.tap.charge_recovery  # noqa: F401  loaded while the heap is in one piece, forgotten after boot
from terminal import modules, records
from terminal.civil_time import card_time
from terminal.errors import CardDataMalformed, CardLost, PsamFault, PurseRefused
from terminal.media import apdu, purse
from terminal.media.purse_files import COMPOSITE, PURCHASE
from terminal.records import Open, Record
from terminal.tap import torn

# What came of a charge.
PAID = "paid"
TORN = "torn"  # the same card has to come again
REFUSED = "refused"  # the card said no and nothing was taken

Outcome = namedtuple("Outcome", "state record seq sw")

_SAY_AGAIN = const(32)  # records on top of an open debit; boot looks back over 64
_JUMP_S = const(30)
_OPEN_LIMIT = const(8)
_UNUSED_LIMIT = const(4)
_FLAGGED_LIMIT = const(16)

# What a card answers to DEBIT when it did nothing. Any other refusal may have come after the money was taken.
_UNTOUCHED = (
    apdu.MAC_WRONG, apdu.LOCKED, apdu.AMOUNT_INSUFFICIENT, apdu.COUNTER_AT_END, apdu.KEY_UNKNOWN, apdu.SECURITY,
    apdu.CONDITIONS, apdu.WRONG_LENGTH, apdu.WRONG_DATA, apdu.BLOCKED, 0x6A86, 0x6D00, 0x6E00, 0x6988, 0x9301,
)  # fmt: skip


class Charger:
    """Charges purses through one PSAM and one journal; keeps what is still open between card and terminal.

    `grey_after` seconds without its card make an open debit grey: the head-end has to find the truth. Who paid and
    did not pass may pass on that payment for `second_try` seconds.
    """

    def __init__(self, psam, journal, clock, grey_after=86400, second_try=300):
        self._psam = psam
        self._journal = journal
        self._clock = clock
        self._grey_after = grey_after
        self._second_try = second_try
        self._admitted = None  # (number, Record) of the newest payment
        self._looked = clock.utc(), clock.ticks()
        self.ready = False  # the PSAM answers
        self.open = []  # Open debits, oldest first
        self.unused = []  # (number, Record, UTC seconds) of payments on which nobody passed
        self.flagged = []  # tokens whose card took a debit that the PSAM does not believe
        self.lying = None  # after boot: the token of who went through last, whose card may still lie on the reader

    async def start(self):
        """Brings the PSAM into service; `ready` says whether fares can be taken."""
        try:
            await self._psam.start()
            self.ready = True
        except PsamFault:
            self.ready = False

    def recover(self, codes=None):
        """After boot: finds open debits, payments whose passage nobody saw, and which of `codes` (CodeVerifier) may have
        been used. Returns how many debits are open."""
        from terminal.tap import charge_recovery

        found = charge_recovery.find(self._journal, self._clock.utc())
        self.open, self.unused, self.flagged, self.lying = found[:4]
        if codes is not None:
            codes.since = found[4]
        modules.forget("terminal.tap.charge_recovery")
        return len(self.open)

    def pending_of(self, token):
        """The Open debit of a permuted token, or None."""
        for entry in self.open:
            if entry.record.token == token:
                return entry
        return None

    def paid_before(self, token):
        """The Outcome of a payment on which this card may still pass, or None."""
        now = self._clock.utc()
        for seq, record, since in self.unused:
            if record.token == token and now - since < self._second_try:
                self._admitted = seq, record
                return Outcome(PAID, record, seq, apdu.OK)
        return None

    def passage(self, seq, passed):
        """What came of the admission recorded under `seq`."""
        self.unused = [entry for entry in self.unused if entry[0] != seq][-_UNUSED_LIMIT + 1 :]
        if not passed and self._admitted is not None and self._admitted[0] == seq:
            self.unused.append(self._admitted + (self._clock.utc(),))

    def expire(self):
        """Open debits whose card stayed away too long become grey; the others are said again before they are lost.

        Payments on which nobody can pass any more are forgotten.
        """
        now = self._clock.utc()
        self._follow_jumps(now)
        while self.unused and now - self.unused[0][2] >= self._second_try:
            self.unused.pop(0)
        for entry in list(self.open):
            if now - entry.since >= self._grey_after:
                self._close(entry, records.GREY)
            elif self._journal.last_seq - entry.copy >= _SAY_AGAIN:
                copy = self._journal.append(records.pack(_again(entry.record, records.PENDING, entry.seq)))
                self.open[self.open.index(entry)] = Open(entry.seq, entry.record, copy, entry.since)

    def _follow_jumps(self, now):
        """A clock that is set is no time that passed: nobody's card was away meanwhile."""
        utc, ticks = self._looked
        self._looked = now, self._clock.ticks()
        jump = now - utc - self._clock.elapsed(ticks) // 1000
        if abs(jump) > _JUMP_S:
            self.open = [Open(*entry[:3], entry.since + jump) for entry in self.open]
            self.unused = [entry[:2] + (entry[2] + jump,) for entry in self.unused]

    async def charge(self, channel, presented, template, amount, trip=()):
        """Takes `amount` fen. `template` is the Record of the tap; what stands in place of its purse part (records.used)
        is kept in a record of its own.

        With `trip`, ((short file id, P1, record), ...), the purchase is composite: the card writes those records
        with the debit or not at all; amount 0 is an entry. Returns an Outcome: PAID with the debited record, TORN,
        or REFUSED with a status word. CardLost, CardDataMalformed and PsamFault are raised only while nothing is
        recorded and nothing has been taken.
        """
        card = presented.purse
        kind = COMPOSITE if trip else PURCHASE
        when = card_time(template.time)
        if template.token in self.flagged:
            return Outcome(REFUSED, None, 0, apdu.LOCKED)
        try:
            initial = await purse.initialise(channel, amount, self._psam.terminal, kind)
            if trip:
                from terminal.media.purse_trips import update_cache

                for file, number, content in trip:
                    await update_cache(channel, file, number, content)
            transaction, mac1 = await self._psam.initialise(initial, amount, kind, when, card.serial, card.issuer)
        except PurseRefused as refusal:
            return Outcome(REFUSED, None, 0, refusal.sw)
        except PsamFault:
            self.ready = False
            raise
        part = (
            kind, initial.counter, card.balance - amount, self._psam.terminal, transaction, mac1, bytes(4), bytes(4),
            initial.key_version, initial.algorithm,
        )  # fmt: skip
        entry = self._open_debit(_again(template, records.PENDING, 0, fare=amount, part=part))
        if template[10:] != records.NO_PURSE:
            self._journal.append(records.pack(_again(template, records.USED, entry.seq)))
        try:
            tac, mac2 = await purse.debit(channel, transaction, when, mac1)
        except (CardLost, CardDataMalformed):
            return Outcome(TORN, entry.record, entry.seq, 0)
        except PurseRefused as refusal:
            if refusal.sw not in _UNTOUCHED:
                return Outcome(TORN, entry.record, entry.seq, refusal.sw)
            self._close(entry, records.DISCARDED)
            return Outcome(REFUSED, None, 0, refusal.sw)
        return self._paid(entry, records.DEBITED, tac, mac2, await self._credit(mac2))

    async def finish(self, channel, presented, entry):
        """The card of an Open debit is back. Outcome PAID when it passes on that payment, None when it must pay anew.

        Where nothing on the card tells any more whether it paid, it passes on a grey record: it is not charged twice.
        """
        state, tac, mac2, flags = await torn.examine(channel, presented.purse, entry.record, self._psam)
        if state == torn.PAID:
            return self._paid(entry, records.DEBITED, tac, mac2, flags)
        if state == torn.UNKNOWN:
            return self._paid(entry, records.GREY, tac, mac2, flags)
        self._close(entry, records.DISCARDED if state == torn.NOT_PAID else records.GREY)
        return None

    async def _credit(self, mac2):
        """The record flags that say what the PSAM thinks of the card's MAC2."""
        accepted = await self._psam.credit(mac2)
        if accepted is None:
            self.ready = False  # it lost the purchase: it has to be started again
            return 0
        return records.PSAM_PROVED if accepted else records.MAC2_WRONG

    def _open_debit(self, pending):
        if len(self.open) >= _OPEN_LIMIT:
            self._close(self.open[0], records.GREY)
        seq = self._journal.append(records.pack(pending))
        entry = Open(seq, pending, seq, pending.time)
        self.open.append(entry)
        return entry

    def _paid(self, entry, kind, tac, mac2, flags):
        part = entry.record[10:16] + (tac, mac2) + entry.record[18:20]
        record = _again(entry.record, kind, entry.seq, flags=flags, part=part)
        seq = self._journal.append(records.pack(record))
        self.open.remove(entry)
        self._flag(record)
        self._admitted = seq, record
        return Outcome(PAID, record, seq, apdu.OK)

    def _close(self, entry, kind):
        self._journal.append(records.pack(_again(entry.record, kind, entry.seq)))
        self.open.remove(entry)

    def _flag(self, record):
        """A card that the PSAM does not believe passes once; the head-end decides what becomes of it."""
        if record.flags & records.MAC2_WRONG and record.token not in self.flagged:
            self.flagged = self.flagged[-_FLAGGED_LIMIT + 1 :] + [record.token]


def _again(record, kind, ref, flags=0, fare=None, part=None):
    """`record` again as another kind, with `flags` added; fare and purse part stay unless they are given."""
    return Record(
        kind,
        record.flags | flags,
        *record[2:6],
        record.fare if fare is None else fare,
        *record[7:9],
        ref,
        *(record[10:] if part is None else part),
    )
