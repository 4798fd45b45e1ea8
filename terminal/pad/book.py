"""A pad's sales, read from its journal: what was sold, given back, owed by a fund, and what a shift came to.

The journal is the only book. A sale is an admitted TAP, a DEBITED or a GREY record that somebody was served on
(PASSED follows it); a shift begins behind the SHIFT record that ended the one before.
"""

from collections import namedtuple

from terminal import records

PURSE = "purse"
ACCOUNT = "account"

Sale = namedtuple("Sale", "seq record product back is_void fund served")
"""`product` who paid, `back` fen given back so far, `fund` fen that an insurance fund owes, `served`: PASSED was seen."""

Totals = namedtuple("Totals", "count sold voids voided refunds cash fund net doubtful since missing")
"""All in fen but `count` (sales), `voids`, `doubtful` and `missing` (numbers). `net` = sold - voided - refunded, what is paid to the
merchant without the fund's share; `cash`: what the seller gave back out of the till, in none of the others. `since`: the
record behind which the shift began; `missing`: how many of its records the ring has overwritten."""

_BACK = (records.VOID, records.REFUND)
_NOBODY = bytes(16)


class Book:
    """`journal`, `recorder` and `clock` of the pad."""

    def __init__(self, journal, recorder, clock):
        self._journal = journal
        self._recorder = recorder
        self._clock = clock
        self._since = None  # the SHIFT record behind which this shift began, once it was looked for

    @property
    def since(self):
        """Number of the record behind which this shift began."""
        return self._start()

    def shift(self):
        """(sales of this shift, oldest first; record behind which it began; records that are missing)."""
        start = self._start()
        missing = 0
        found, order, closed = {}, [], set()
        for seq in range(start + 1, self._journal.last_seq + 1):
            record = records.at(self._journal, seq)
            if record is None:
                missing += 1
                continue
            if _is_sale(record):
                if record.ref and record.ref in closed:
                    continue  # the same debit, closed twice
                closed.add(record.ref)
                found[seq] = Sale(seq, record, ACCOUNT if record.kind == records.TAP else PURSE, 0, False, 0, False)
                order.append(seq)
            elif record.ref in found:
                found[record.ref] = _after(found[record.ref], record)
        return [found[seq] for seq in order], start, missing

    def sale(self, seq):
        """The Sale under number `seq`, of this shift or an earlier one; None when there is none, or no longer."""
        record = records.at(self._journal, seq)
        if record is None or not _is_sale(record):
            return None
        sale = Sale(seq, record, ACCOUNT if record.kind == records.TAP else PURSE, 0, False, 0, False)
        for later in range(seq + 1, self._journal.last_seq + 1):
            record = records.at(self._journal, later)
            if record is not None and record.ref == seq:
                sale = _after(sale, record)
        return sale

    def newest(self, most):
        """The last `most` Sales of this shift, newest first."""
        return self.shift()[0][-most:][::-1]

    def give_back(self, sale, fen, void, in_cash):
        """Records that `fen` of `sale` go back; 0 when the journal is full. ValueError for more than is left of it."""
        left = left_of(sale)
        if not 0 <= fen <= left or sale.is_void or (void and sale.back):
            raise ValueError("%d fen of sale %d cannot go back: %d are left" % (fen, sale.seq, left))
        kind = records.VOID if void else records.REFUND
        return self._recorder.write(self._about(sale, kind, fen, records.IN_CASH if in_cash else 0))

    def owe(self, sale, fen, request):
        """Records that the fund owes `fen` of `sale`, as it agreed in `request` (8 bytes); 0 when the journal is full."""
        plain = self._about(sale, records.FUND, fen)
        proof = (0, 0, 0, bytes(6), bytes(4), request[:4], request[4:], bytes(4), 0, 0)
        return self._recorder.write(records.Record(*plain[:4], 0, *plain[5:10], *proof))

    def _about(self, sale, kind, fen, flags=0):
        sold = sale.record
        return records.plain(
            kind, self._clock.utc(), sold.token, sold.scheme, 0, fen, sold.holder_class, self._recorder.mode, sale.seq,
            flags,
        )  # fmt: skip

    def totals(self):
        """The Totals of this shift, as the journal has it now."""
        sales, since, missing = self.shift()
        sold = voided = refunded = cash = fund = voids = 0
        for seq in range(since + 1, self._journal.last_seq + 1):
            record = records.at(self._journal, seq)
            if record is None or record.kind not in _BACK:
                continue
            voids += record.kind == records.VOID
            if record.flags & records.IN_CASH:
                cash += record.fare
            elif record.kind == records.VOID:
                voided += record.fare
            else:
                refunded += record.fare
        for sale in sales:
            sold += sale.record.fare
            fund += 0 if sale.is_void else sale.fund
        doubtful = len([sale for sale in sales if sale.record.kind == records.GREY])
        net = sold - voided - refunded
        return Totals(len(sales), sold, voids, voided, refunded, cash, fund, net, doubtful, since, missing)

    def close(self):
        """Ends the shift: (number of its record or 0, its Totals)."""
        totals = self.totals()
        plain = records.plain(
            records.SHIFT, self._clock.utc(), _NOBODY, mode=self._recorder.mode, ref=totals.since
        )  # fmt: skip
        counted = (0, totals.count & 0xFFFF, totals.net) + plain[13:]
        seq = self._recorder.write(records.Record(*plain[:10], *counted))
        self._since = seq or self._since
        return seq, totals

    def unserved(self):
        """The newest Sale when nobody noted that its customer was served: the power went in between; else None."""
        sales = self.newest(1)
        return sales[0] if sales and not sales[0].served and not sales[0].is_void else None

    def _start(self):
        if self._since is None:
            newest = self._journal.last_seq
            oldest = max(0, newest - self._journal.capacity)
            self._since = oldest
            for seq in range(newest, oldest, -1):
                record = records.at(self._journal, seq)
                if record is not None and record.kind == records.SHIFT:
                    self._since = seq
                    break
        return self._since


def left_of(sale):
    """Fen of a Sale that can still go back to the customer."""
    return 0 if sale.is_void else sale.record.fare - sale.back


def _is_sale(record):
    if record.kind == records.TAP:
        return record.reason == 0
    return record.kind == records.DEBITED or record.kind == records.GREY and bool(record.flags & records.RECOVERED)


def _after(sale, record):
    """`sale` once `record`, which is about it, was read."""
    seq, original, product, back, is_void, fund, served = sale
    if record.kind == records.VOID:
        is_void = True
    elif record.kind == records.REFUND:
        back += record.fare
    elif record.kind == records.FUND:
        fund += record.fare
    elif record.kind == records.PASSED:
        served = True
    return Sale(seq, original, product, back, is_void, fund, served)
