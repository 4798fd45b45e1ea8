"""A shop's pad: an amount keyed in or sent by a till, a card or a code, a receipt. One coroutine, one sale at a time.

Nothing is handed over before the sale's record is on the medium. Pages beside the lane's states: "amount", "ask",
"shares" (what an insurance fund pays), "receipt", "notice", and those of terminal.pad.menu.
"""

from micropython import const

from terminal import reasons, records
from terminal.modes import IN_SERVICE, MODES
from terminal.pad.book import Book
from terminal.pad.cashier import Cashier
from terminal.recorder import Recorder

_POLL_MS = const(20)
_RESERVE = const(8)  # records that one sale can need
_RECEIPT_MS = const(6000)
_NOTICE_MS = const(5000)
_PSAM_AGAIN_MS = const(5000)
_LONGEST = const(10)  # digits of an amount in fen
# Pages on which a receipt finds its sale; on others the seller is busy with something.
_READS_RECEIPTS = ("idle", "amount", "menu", "sales", "sale", "notice")
# Orders that close a shop; those for gates (free passage ...) mean nothing here.
_CLOSING = ("out_of_service", "closed", "maintenance")


class Pad:
    """`board` has reader, scanner, touch, printer, till (each may be None but touch) and clock; see terminal/ports.py.

    The other parts are a Lane's. `fund`: terminal.pad.fund.Fund where insurance pays a share; `topup`: terminal.topup.TopUp
    where money can go back onto a purse. `settings["pad"]`: see terminal/settings.py.
    """

    def __init__(
        self, board, journal, card_lists, token_key, charger, codes, tariff, settings, face, status, log, fund=None,
        topup=None,
    ):  # fmt: skip
        self.board = board
        self.clock = board.clock
        self.face = face
        self.log = log
        self.settings = settings
        self.options = settings["pad"]
        self.charger = charger
        self._codes = codes
        self.topup = topup
        self.ordered = IN_SERVICE  # the mode that the head-end asked for
        self._journal = journal
        self._lists = card_lists
        self.recorder = Recorder(journal, token_key, board.clock, status, log)
        self.attendant = Cashier(
            board.clock, card_lists, charger, codes, tariff, settings, face, self.recorder, log
        )  # fmt: skip
        self.book = Book(journal, self.recorder, board.clock)
        self.fund = fund
        self.printer = None
        self._menu = None
        self._till = None
        self.page = "idle"
        self.amount = 0
        self.items = ()
        self.share = None  # a terminal.pad.fund.Share that was agreed for this sale
        self._until = None
        self._facts = {}
        self._occupied = False  # a card that was dealt with still lies on the reader
        self._last = 0  # number of the newest sale, for its receipt
        self._psam_at = self.clock.ticks()  # when the PSAM is tried next, while it is out of service

    @property
    def mode(self):
        """A number of terminal.modes."""
        return self.recorder.mode

    def at_rest(self):
        """Nobody is attended to."""
        return self.page == "idle" and not self._occupied

    async def run(self):
        """Boots, then serves for ever."""
        self.face.show("boot")
        self.recorder.note(records.BOOT)
        open_pendings = self.charger.recover(self._codes)
        self.attendant.interrupted = [entry.seq for entry in self.charger.open]
        if self.topup is not None:
            self.topup.recover()
        self.log("boot", pending=open_pendings, queued=self._journal.queued)
        await self._start()
        self.home()
        left = self.book.unserved()
        if left is not None:
            self.menu().ask_served(left)
        while True:
            await self._turn()
            await self.clock.sleep_ms(_POLL_MS)

    async def _start(self):
        await self.charger.start()
        await self.board.reader.start()
        if self.board.scanner is not None:
            await self.board.scanner.start()
        if self.board.printer is not None:
            from terminal.prints import Prints

            self.printer = Prints(self.board.printer, self._journal, self.recorder)
            await self.printer.start()
        if self.board.till is not None:
            from terminal.pad.till import Till

            self._till = Till(self, self.board.till)

    # Turns

    async def _turn(self):
        action = self.board.touch.poll()
        if self._shut():
            return
        if self._till is not None:
            await self._till.attend()
        self.charger.expire()
        if not self.charger.ready and self.clock.passed(self._psam_at):
            await self.charger.start()
            self._psam_at = self.clock.deadline(_PSAM_AGAIN_MS)
        if action is not None:
            await self._pressed(action)
        if self.page in ("ask", "back"):
            await self._look()
        else:
            if self._occupied:
                self._occupied = await self.board.reader.present()
            await self._look_for_receipt()
        self.face.settle()
        if self.face.state == "ready" and self.page == "result":
            await self._after_result()
        elif self.face.state == "ready" and self.page != "idle":
            self.face.page(self.page, **self._facts)  # "hold still" or "once more" was seen
        elif self._until is not None and self.clock.passed(self._until):
            self._timed_out()

    def _shut(self):
        """True while nothing can be sold; says why."""
        reason = None
        if MODES[self.ordered] in _CLOSING:
            reason = MODES[self.ordered]
        elif self._lists is None:
            reason = "list_missing"
        elif self._journal.capacity - self._journal.queued < _RESERVE:
            reason = "journal_full"
        if reason is None:
            if self.page == "shut":
                self.recorder.mode = IN_SERVICE
                self.recorder.note(records.MODE, "back_in_service")
                self.home()
            return False
        if self.page != "shut":
            self.page = "shut"
            self.recorder.mode = self.ordered
            self.recorder.note(records.MODE, reason)
            self.face.show("out_of_service", reason=reason, code=reasons.code(reason))
        return True

    async def _pressed(self, action):
        self.log("pressed", action=action)
        handler = getattr(self, "_on_" + self.page, None)
        if handler is not None:
            await handler(action)
        else:
            await self.menu().pressed(action)

    def menu(self):
        """Sales, refunds and the shift: a module of its own, which most turns do without."""
        if self._menu is None:
            from terminal.pad.menu import Menu

            self._menu = Menu(self)
        return self._menu

    # Pages

    def show(self, page, hold_ms=0, **facts):
        """Shows a page; after `hold_ms` (0: never) the pad goes home."""
        self.page = page
        self._facts = facts
        self._until = self.clock.deadline(hold_ms) if hold_ms else None
        self.face.page(page, **facts)

    def home(self):
        """Ready for the next amount; nothing of the sale before is left."""
        self.page = "idle"
        self.amount, self.items, self.share = 0, (), None
        self._until = None
        self.attendant.begin(0)
        self.face.show("ready")

    def notice(self, key, **facts):
        """Tells the seller something for a few seconds."""
        self.show("notice", _NOTICE_MS, notice=key, **facts)

    def _timed_out(self):
        if self.page in ("ask", "back") and self._till is not None:
            self._till.over("TIMEOUT")
        self.home()

    async def _on_notice(self, _action):
        self.home()

    async def _on_idle(self, action):
        if action == "menu":
            self.menu().show()
        else:
            await self._on_amount(action)

    async def _on_amount(self, action):
        if action.startswith("digit."):
            digits = action[len("digit.") :]
            if len("%d" % self.amount) + len(digits) <= _LONGEST:
                amount = self.amount * 10 ** len(digits) + int(digits)
                if amount <= self.options["most"]:
                    self.amount = amount
        elif action == "clear":
            self.amount = 0
        elif action == "menu":
            self.menu().show()
            return
        elif action == "confirm" and self.amount:
            self.ask()
            return
        self.show("amount", amount=self.amount)

    # A sale

    def ask(self, amount=None, items=(), only=None):
        """Asks the customer for card or code."""
        if amount is not None:
            self.amount, self.items = amount, items
        elif self._till is not None:
            self._till.is_over = False  # keyed in here: no till waits for what comes of it
        asks = self.fund is not None and self.share is None
        owed = self.amount if self.share is None else self.share.own
        self.attendant.begin(owed, only, asks)
        self.log("ask", amount=self.amount, own=owed)
        self._wait_for_customer()

    def _wait_for_customer(self):
        owed = self.amount if self.share is None else self.share.own
        self.show("ask", self.options["wait_s"] * 1000, amount=owed)

    async def _on_ask(self, action):
        if action == "cancel":
            if self._till is not None:
                self._till.over("CANCELLED")
            self.home()

    async def _look(self):
        """What the customer presents is dealt with."""
        if self._occupied:
            self._occupied = await self.board.reader.present()
            return
        channel = await self.board.reader.poll()
        if channel is not None:
            self._occupied = True
            if self.page == "back":
                await self.menu().card(channel)
            else:
                await self.attendant.card(channel)
                await self._presented()
            await self.board.reader.release()
            return
        code = None if self.board.scanner is None or self.page == "back" else await self.board.scanner.poll()
        if code is not None:
            await self.attendant.code(code, self._breathe)
            await self._presented()

    async def _look_for_receipt(self):
        """A receipt that a customer brought back opens its sale. What else is shown now pays nothing, also not later."""
        code = None if self.board.scanner is None else await self.board.scanner.poll()
        if code is None or self.page not in _READS_RECEIPTS:
            return
        from terminal.pad.paper import sale_of

        named = sale_of(code)
        if named is None:
            return
        self.log("receipt", seq=named[1])
        if named[0] != self.settings["terminal"]:
            self.notice("pad.other_pad")
        elif not self.menu().open(named[1]):
            self.notice("pad.no_sale")

    async def _breathe(self):
        await self.clock.sleep_ms(0)

    async def _presented(self):
        """Somebody presented something: paid, was met, paid an earlier sale, or neither."""
        cashier = self.attendant
        if cashier.earlier is not None:
            cashier.counter.close(cashier.earlier.seq, True)
            self.notice("pad.earlier", amount=cashier.earlier.record.fare)
        elif cashier.holder is not None:
            await self._agree(cashier.holder)
        elif cashier.taken:
            await self._paid(cashier.taken)
        elif self.face.state == "refused":
            self._refused(cashier.reason)

    def _refused(self, reason):
        """The refusal stays for its time. A till hears of it; whoever stands at a keypad may try another card."""
        self.page, self._until = "result", None
        if self._till is not None:
            self._till.over("REFUSED %s" % reason)

    async def _agree(self, holder):
        """What the fund pays of it, and what is left for the customer."""
        self.show("wait")
        share, reason = await self.fund.share(holder, self.amount, self.items)
        self.log("share", reason=reason, own=share and share.own, fund=share and share.fund)
        if share is None:
            self.face.show("refused", reason=reason, code=reasons.code(reason))
            self.attendant.begin(0, asks=True)
            self._refused(reason)
            return
        self.share = share
        self.show(
            "shares", self.options["wait_s"] * 1000, total=share.total, fund=share.fund, own=share.own,
            offline=reason == "offline",
        )  # fmt: skip

    async def _on_shares(self, action):
        if action == "confirm":
            self.ask(only=self.attendant.holder.token)
        elif action == "cancel":
            await self._on_ask(action)

    async def _paid(self, seq):
        self._last = seq
        sale = self.book.sale(seq)
        if self.share is not None and self.share.fund:
            self.book.owe(sale, self.share.fund, self.share.request)
            sale = self.book.sale(seq)
        self.attendant.counter.close(seq, True)
        self.log("sold", seq=seq, fare=sale.record.fare, amount=self.amount, fund=sale.fund)
        if self._till is not None:
            self._till.paid(sale)
        self.page, self._until = "result", None

    async def _after_result(self):
        """The result was seen: a receipt, or the next customer. A sale that was not paid is asked for again."""
        if not self.attendant.taken:
            if self.amount and (self._till is None or not self._till.is_over):
                self._wait_for_customer()
            else:
                self.home()
        elif self.printer is None or self.options["receipt"] == "never":
            self.home()
        elif self.options["receipt"] == "always":
            await self.menu().print_receipt(self._last, self.amount)
        else:
            self.show("receipt", _RECEIPT_MS, amount=self.book.sale(self._last).record.fare)

    async def _on_receipt(self, action):
        if action == "print":
            await self.menu().print_receipt(self._last, self.amount)
        else:
            self.home()
