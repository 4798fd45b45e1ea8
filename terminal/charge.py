"""Taking a fare from a purse so that nobody pays twice and nothing is lost (the purse's torn-card rules).

The order of one charge: INIT, MAC1 from the PSAM, the pending record durable, DEBIT, MAC2 to the PSAM, the debited
record durable. A card torn away after the pending record leaves a Pending behind; the next time that card comes its
counter says whether it paid, and only a card that did not pay is charged again.
"""

from collections import namedtuple

from micropython import const

from terminal import records
from terminal.civil_time import card_time
from terminal.errors import CardDataMalformed, CardLost, PsamFault, PurseRefused
from terminal.media import apdu, purse
from terminal.media.purse_files import PURCHASE
from terminal.records import Record

# What came of a charge.
PAID = "paid"
TORN = "torn"  # the same card has to come again
REFUSED = "refused"  # the card said no and nothing was taken

Outcome = namedtuple("Outcome", "state record seq sw")

_LOOK_BACK = const(64)  # records searched for open pendings at boot
_OPEN_LIMIT = const(8)
_MEMORY_FAILED = const(0x6581)


class Charger:
    """Charges purses through one PSAM and one journal; keeps the pending records that still wait for their card.

    `grey_after` seconds without its card make a pending record grey: the head-end has to find the truth.
    """

    def __init__(self, psam, journal, clock, grey_after=86400):
        self._psam = psam
        self._journal = journal
        self._clock = clock
        self._grey_after = grey_after
        self.ready = False  # the PSAM answers
        self.open = []  # (seq, Record) of pending debits, oldest first

    async def start(self):
        """Brings the PSAM into service; `ready` says whether fares can be taken."""
        try:
            await self._psam.start()
            self.ready = True
        except PsamFault:
            self.ready = False

    def recover(self):
        """After boot: finds the pending records that nothing completed."""
        newest = self._journal.last_seq
        done = set()
        self.open = []
        for seq in range(newest, max(0, newest - _LOOK_BACK), -1):
            payload = self._journal.read(seq)
            if payload is None or len(payload) != records.SIZE:
                continue
            record = records.unpack(payload)
            if record.kind == records.PENDING and seq not in done:
                self.open.insert(0, (seq, record))
            elif record.ref:
                done.add(record.ref)
        return len(self.open)

    def pending_of(self, token):
        """(seq, Record) of the open pending debit of a permuted token, or None."""
        for entry in self.open:
            if entry[1].token == token:
                return entry
        return None

    def expire(self):
        """Turns pendings whose card stayed away for `grey_after` seconds into grey records."""
        now = self._clock.utc()
        for entry in list(self.open):
            if now - entry[1].time >= self._grey_after:
                self._close(entry, records.GREY)

    async def charge(self, channel, presented, template, amount):
        """Takes `amount` fen. `template` is the Record of the tap without its purse part.

        Returns an Outcome: PAID with the debited record, TORN, or REFUSED with the card's status word. CardLost and
        PsamFault are raised only while nothing is recorded and nothing has been taken.
        """
        card = presented.purse
        when = card_time(template.time)
        try:
            initial = await purse.initialise(channel, amount, self._psam.terminal)
        except PurseRefused as refusal:
            return Outcome(REFUSED, None, 0, refusal.sw)
        try:
            transaction, mac1 = await self._psam.initialise(initial, amount, PURCHASE, when, card.serial, card.issuer)
        except PsamFault:
            self.ready = False
            raise
        pending = _with_purse(
            template,
            kind=records.PENDING,
            fare=amount,
            purse_part=(
                PURCHASE, initial.counter, card.balance - amount, self._psam.terminal, transaction, mac1,
                bytes(4), bytes(4), initial.key_version, initial.algorithm,
            ),
        )  # fmt: skip
        entry = (self._journal.append(records.pack(pending)), pending)
        self._remember(entry)
        try:
            tac, mac2 = await purse.debit(channel, transaction, when, mac1)
        except (CardLost, CardDataMalformed):
            return Outcome(TORN, pending, entry[0], 0)
        except PurseRefused as refusal:
            if refusal.sw == _MEMORY_FAILED:
                return Outcome(TORN, pending, entry[0], refusal.sw)
            self._close(entry, records.DISCARDED)
            return Outcome(REFUSED, None, 0, refusal.sw)
        proved = await self._psam.credit(mac2)
        return self._paid(entry, tac, mac2, records.PSAM_PROVED if proved else 0)

    async def finish(self, channel, presented, entry):
        """The card of an open pending is back. Outcome PAID when it had paid, None when it must be charged anew."""
        pending = entry[1]
        after = (pending.counter + 1) & 0xFFFF
        counter = await self._counter(channel)
        if counter == pending.counter:
            self._close(entry, records.DISCARDED)
            return None
        if counter is not None and counter != after:
            self._close(entry, records.GREY)
            return None
        proof = await purse.prove(channel, pending.type, after)
        if proof is not None:
            return self._paid(entry, proof[0], proof[1], records.RECOVERED)
        if _log_shows(presented.purse.last, pending, after):
            return self._paid(entry, bytes(4), bytes(4), records.RECOVERED)
        unchanged = counter is None and presented.purse.balance == pending.balance + pending.fare
        self._close(entry, records.DISCARDED if unchanged else records.GREY)
        return None

    async def _counter(self, channel):
        """The card's offline counter; None when it refuses even an INIT over nothing."""
        try:
            return (await purse.initialise(channel, 0, self._psam.terminal)).counter
        except PurseRefused:
            return None

    def _paid(self, entry, tac, mac2, flags):
        pending = entry[1]
        record = _with_purse(
            pending,
            kind=records.DEBITED,
            fare=pending.fare,
            purse_part=pending[10:16] + (tac, mac2) + pending[18:20],
            ref=entry[0],
            flags=pending.flags | flags,
        )
        seq = self._journal.append(records.pack(record))
        self.open.remove(entry)
        return Outcome(PAID, record, seq, apdu.OK)

    def _remember(self, entry):
        if len(self.open) >= _OPEN_LIMIT:
            self._close(self.open[0], records.GREY)
        self.open.append(entry)

    def _close(self, entry, kind):
        pending = entry[1]
        record = _with_purse(
            pending, kind=kind, fare=pending.fare, purse_part=pending[10:], ref=entry[0], flags=pending.flags
        )
        self._journal.append(records.pack(record))
        self.open.remove(entry)


def _with_purse(record, kind, fare, purse_part, ref=0, flags=None):
    """`record` again with another kind, fare and purse part."""
    flags = record.flags if flags is None else flags
    return Record(kind, flags, *record[2:6], fare, *record[7:9], ref, *purse_part)


def _log_shows(last, pending, counter):
    """The newest log record of the card is this very debit: evidence when the card has no proof to give."""
    return (
        last is not None
        and last.counter == counter
        and last.amount == pending.fare
        and last.terminal == "".join("%02X" % byte for byte in pending.terminal)
    )
