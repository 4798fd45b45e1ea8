"""A till that sends amounts to a pad, line by line. The pad decides and charges; the till only asks.

    SALE fen [reference]     OK, then PAID sale fen fund reference | REFUSED reason reference | CANCELLED | TIMEOUT
    ITEM fen name            a line of the sale that follows, for an insurance
    CANCEL                   OK, then CANCELLED reference
    VOID sale [CASH]         GIVEN record fen         REFUND sale fen [CASH]   GIVEN record fen
    SHIFT                    SHIFT record count net   LAST   LAST sale fen back   STATUS   STATUS page
A SALE with the reference of the one before is answered as that one was: a till that missed an answer asks again.
"""

from micropython import const

from terminal.pad.book import PURSE, left_of

_MOST_ITEMS = const(40)
_LONGEST_REFERENCE = const(32)
_LONGEST_NAME = const(40)


class Till:
    """`port`: poll() -> a line (str) or None; send(line). `is_over`: the sale it asked for has had its answer."""

    def __init__(self, pad, port):
        self._pad = pad
        self._port = port
        self._items = []
        self._reference = ""
        self._answer = None  # what the last SALE came to
        self.is_over = False

    async def attend(self):
        """Does what the till asks, one line a turn."""
        line = self._port.poll()
        if line is None:
            return
        words = line.split()
        handler = getattr(self, "_do_" + words[0].lower(), None) if words else None
        if handler is None:
            self._port.send("ERROR unknown: SALE, ITEM, CANCEL, VOID, REFUND, SHIFT, LAST or STATUS")
            return
        try:
            handler(words[1:])
        except (ValueError, IndexError):
            self._port.send("ERROR %s needs other words: see the protocol" % words[0].upper())

    def paid(self, sale):
        """The sale that the till asked for, or one keyed in beside it, was paid."""
        self.over("PAID %d %d %d" % (sale.seq, sale.record.fare, sale.fund))

    def over(self, answer):
        """Tells how the sale ended; nothing when no till asked for it."""
        if self.is_over or self._answer != "":
            return
        self.is_over = True
        self._answer = answer
        self._port.send(("%s %s" % (answer, self._reference)).rstrip())

    def _do_sale(self, words):
        fen, reference = int(words[0]), " ".join(words[1:])[:_LONGEST_REFERENCE]
        if reference and reference == self._reference:
            if self._answer:
                self._port.send("%s %s" % (self._answer, reference))
            else:
                self._port.send("OK")  # it is being asked for
            return
        if not 0 < fen <= self._pad.options["most"]:
            raise ValueError
        if not self._pad.at_rest():
            self._port.send("BUSY")
            return
        self._reference, self._answer, self.is_over = reference, "", False
        self._port.send("OK")
        items, self._items = tuple(self._items), []
        self._pad.ask(fen, items)

    def _do_item(self, words):
        if len(self._items) == _MOST_ITEMS:
            raise ValueError
        self._items.append((" ".join(words[1:])[:_LONGEST_NAME], int(words[0])))
        self._port.send("OK")

    def _do_cancel(self, _words):
        self._items = []
        self._port.send("OK")
        if self._pad.page in ("ask", "shares"):
            self.over("CANCELLED")
            self._pad.home()

    def _do_void(self, words):
        sale = self._sale(words)
        if sale is not None:
            self._give_back(sale, sale.record.fare, True, words[1:])

    def _do_refund(self, words):
        sale = self._sale(words)
        if sale is not None:
            self._give_back(sale, int(words[1]), False, words[2:])

    def _sale(self, words):
        sale = self._pad.book.sale(int(words[0]))
        if sale is None:
            self._port.send("ERROR no such sale in the journal")
        return sale

    def _give_back(self, sale, fen, void, words):
        """Onto a purse the money goes only at the pad, with the card: a till may say that it gave cash."""
        in_cash = words[:1] == ["CASH"]
        if sale.product == PURSE and not in_cash:
            self._port.send("ERROR paid from a purse: give it back at the pad with the card, or CASH")
        elif not 0 < fen <= left_of(sale) or (void and sale.seq <= self._pad.book.since) or (sale.fund and not void):
            self._port.send(
                "ERROR %d of %d can go back" % (0 if sale.fund and not void else left_of(sale), sale.record.fare)
            )
        else:
            seq = self._pad.book.give_back(sale, fen, void, in_cash)
            self._port.send("GIVEN %d %d" % (seq, fen) if seq else "ERROR journal full")

    def _do_shift(self, _words):
        seq, totals = self._pad.menu().close_shift()
        self._port.send("SHIFT %d %d %d" % (seq, totals.count, totals.net) if seq else "ERROR journal full")

    def _do_last(self, _words):
        sales = self._pad.book.newest(1)
        last = "LAST 0 0 0"
        if sales:
            last = "LAST %d %d %d" % (sales[0].seq, sales[0].record.fare, sales[0].record.fare - left_of(sales[0]))
        self._port.send(last)

    def _do_status(self, _words):
        self._port.send("STATUS %s" % self._pad.page)
