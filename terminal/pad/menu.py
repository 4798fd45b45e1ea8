"""A pad's menu: the sales of the shift, void and refund, receipts again, the end of the shift, and what a power cut left.

Money goes back only against the sale it came from, and never more than that. Onto a purse it goes through the load
service (terminal.topup); otherwise to the account that was billed, or out of the till in cash. Nothing is erased.
"""

from micropython import const

from terminal import records, topup
from terminal.media.present import read_card
from terminal.pad import paper as pad_paper
from terminal.pad.book import ACCOUNT, left_of

_SALES = const(4)  # shown at once


class Menu:
    """The pages "menu", "sales", "sale", "refund", "back", "shift", "served", "print" of a Pad."""

    def __init__(self, pad):
        self._pad = pad
        self._first = 0  # of the sales shown
        self._sale = None
        self._void = False
        self._fen = 0  # what goes back
        self._document = None  # what could not be printed, to be asked for again

    async def pressed(self, action):
        """A target of one of the menu's pages."""
        if action == "back":
            self._pad.home()
            return
        await getattr(self, "_on_" + self._pad.page)(action)

    def show(self):
        self._pad.show("menu", printer=None if self._pad.printer is None else self._pad.printer.state)

    async def _on_menu(self, action):
        if action == "sales":
            self._first = 0
            self._show_sales()
        elif action == "shift":
            self._show_shift()
        elif action == "test_print":
            await self._print(pad_paper.test_page(self._pad.settings, self._pad.clock.utc()))

    # Sales

    def _show_sales(self):
        sales = self._pad.book.newest(1 << 16)
        shown = sales[self._first : self._first + _SALES]
        rows = [(sale.seq, sale.record.time, sale.record.fare, sale.back, sale.is_void) for sale in shown]
        self._pad.show("sales", rows=rows, more=self._first + _SALES < len(sales), total=len(sales))

    async def _on_sales(self, action):
        if action == "more":
            self._first += _SALES
            self._show_sales()
        elif action.startswith("sale."):
            self.open(int(action[len("sale.") :]))

    def open(self, seq):
        """Shows one sale; False when it is not in the journal any more."""
        self._sale = self._pad.book.sale(seq)
        if self._sale is None:
            return False
        sale = self._sale
        self._pad.show(
            "sale", seq=sale.seq, time=sale.record.time, amount=sale.record.fare, fund=sale.fund, back=sale.back,
            is_void=sale.is_void, left=left_of(sale),
            may_void=not sale.is_void and not sale.back and sale.seq > self._pad.book.since,
            may_refund=left_of(sale) > 0 and not sale.fund, may_print=self._pad.printer is not None,
        )  # fmt: skip
        return True

    async def _on_sale(self, action):
        if action == "void":
            self._begin_back(True, self._sale.record.fare)
        elif action == "refund":
            self._fen = 0
            self._show_refund()
        elif action == "print":
            await self.print_receipt(self._sale.seq, 0, again=True)

    def _show_refund(self):
        self._pad.show("refund", amount=self._fen, left=left_of(self._sale))

    async def _on_refund(self, action):
        left = left_of(self._sale)
        if action.startswith("digit."):
            digits = action[len("digit.") :]
            fen = self._fen * 10 ** len(digits) + int(digits)
            self._fen = fen if fen <= left else self._fen
        elif action == "clear":
            self._fen = 0
        elif action == "all":
            self._fen = left
        elif action == "confirm" and self._fen:
            self._begin_back(False, self._fen)
            return
        self._show_refund()

    # Money back

    def _begin_back(self, void, fen):
        """Asks how `fen` go back; to an account it needs no more than that."""
        self._void, self._fen = void, fen
        if self._sale.product == ACCOUNT or not fen:
            self.give_back(False)
        else:
            self._pad.show("back", self._pad.options["wait_s"] * 1000, amount=fen, card=self._pad.topup is not None)

    async def _on_back(self, action):
        if action == "cash":
            self.give_back(True)

    async def card(self, channel):
        """The customer's card, on which the money goes back: the one that paid, or none."""
        pad = self._pad
        presented = await read_card(channel, pad.settings["applications"], pad.settings["purses"])
        token = None if presented is None else pad.recorder.permuted(presented.credential.token)
        if token != self._sale.record.token or presented.purse is None or pad.topup is None:
            pad.face.show("read_again", reason="another_card", code="")
            return
        entry = pad.topup.loading_of(token)
        outcome = None
        if entry is not None:
            outcome = await pad.topup.finish(channel, presented, entry)
            if outcome is not None and entry.record.fare != self._fen:
                outcome = None  # another load, now finished; this one is still due
        if outcome is None:
            template = records.plain(records.TAP, pad.clock.utc(), token, self._sale.record.scheme)
            outcome = await pad.topup.load(channel, presented, template, self._fen)
        pad.log("back", state=outcome.state, fen=self._fen)
        if outcome.state == topup.LOADED or outcome.state == topup.DOUBTFUL:
            self.give_back(False)
        elif outcome.state == topup.TORN:
            pad.face.show("read_again", reason="read_failed", code="", torn=True)
        else:
            pad.show("back", pad.options["wait_s"] * 1000, amount=self._fen, card=False)

    def give_back(self, in_cash):
        """Records that the money went back, and prints it where there is a printer."""
        pad = self._pad
        seq = pad.book.give_back(self._sale, self._fen, self._void, in_cash)
        pad.log("void" if self._void else "refund", seq=seq, sale=self._sale.seq, fen=self._fen, cash=in_cash)
        if not seq:
            pad.notice("pad.full")
            return
        self._document = pad_paper.back(self._sale, self._fen, self._void, in_cash, pad.settings, pad.clock.utc())
        pad.show("given", amount=self._fen, void=self._void, cash=in_cash, may_print=pad.printer is not None)

    async def _on_given(self, action):
        if action == "print":
            await self._print(self._document)

    # The shift

    def _show_shift(self):
        totals = self._pad.book.totals()
        self._pad.show(
            "shift", count=totals.count, sold=totals.sold, back=totals.voided + totals.refunds, cash=totals.cash,
            fund=totals.fund, net=totals.net, doubtful=totals.doubtful, open=len(self._pad.charger.open),
        )  # fmt: skip

    async def _on_shift(self, action):
        if action == "close":
            seq, totals = self.close_shift()
            if not seq:
                self._pad.notice("pad.full")
            else:
                await self._print(
                    pad_paper.shift(seq, totals, len(self._pad.charger.open), self._pad.settings, self._pad.clock.utc())
                )

    def close_shift(self):
        """(number of the SHIFT record, 0 when there was no room; Totals)."""
        seq, totals = self._pad.book.close()
        self._pad.log("shift", seq=seq, count=totals.count, sold=totals.sold, net=totals.net, cash=totals.cash)
        return seq, totals

    # After a power cut

    def ask_served(self, sale):
        """The power went between a sale and its customer: the seller knows whether they were served."""
        self._sale = sale
        if self._pad.fund is not None and not sale.fund and sale.product != ACCOUNT:
            # Perhaps before the fund's share was on record: it is agreed again, and the own share not charged again.
            self._pad.notice("pad.tap_again", amount=sale.record.fare)
            return
        self._pad.show("served", amount=sale.record.fare, time=sale.record.time)

    async def _on_served(self, action):
        if action == "served":
            self._pad.attendant.counter.close(self._sale.seq, True)
            self._pad.home()
        elif action == "not_served":
            if self._sale.product == ACCOUNT:
                self._begin_back(True, self._sale.record.fare)
            else:
                # The same card may tap for the same amount and is not charged again (Cashier).
                self._pad.notice("pad.tap_again", amount=self._sale.record.fare)

    # Paper

    async def print_receipt(self, seq, asked, again=False):
        """The receipt of sale `seq`; `asked`: the amount before any discount, 0 where it is not known any more."""
        pad = self._pad
        sale = pad.book.sale(seq)
        share = pad.share if pad.share is not None and not again else None
        await self._print(pad_paper.receipt(sale, asked, share, pad.settings, pad.clock.utc(), again))

    async def _print(self, document):
        """Prints once. What did not come out can be asked for again, and is told so."""
        pad = self._pad
        self._document = document
        if pad.printer is None:
            pad.home()
            return
        pad.show("print")
        if await pad.printer.print(document):
            pad.home()
        else:
            pad.show("print", problem=pad.printer.state)

    async def _on_print(self, action):
        if action == "again":
            await self._print(self._document)
