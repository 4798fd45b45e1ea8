"""A shop's pad whose plug is pulled at each moment of a sale: nobody pays twice, nothing is handed over unpaid."""

from simulator import codes
from terminal import records
from tests.portable.pad_codes import show, verifier
from tests.portable.pad_counter import Shop, customer
from tests.portable.pad_tills import pharmacy

_MOST = 200
_FEN = 650


class Pulled(BaseException):
    """The power is gone: no handler of the product may see it."""


class Plug:
    """Counts moments: before and after each write, each command to the card and each paper. Pulls at number `at`."""

    def __init__(self, at=None):
        self.at, self.moments, self.fired = at, 0, None
        self.on = True

    def moment(self, what):
        if self.on:
            if self.moments == self.at:
                self.on, self.fired = False, what
                raise Pulled()
            self.moments += 1

    def around(self, holder, name, what):
        """`holder.name` is a moment before and one after."""
        real = getattr(holder, name)

        def guarded(*given):
            self.moment("before " + what)
            result = real(*given)
            self.moment("after " + what)
            return result

        setattr(holder, name, guarded)

    def around_printing(self, printer):
        real = printer.print

        async def guarded(document):
            self.moment("before paper")
            result = await real(document)
            self.moment("after paper")
            return result

        printer.print = guarded


def shop_with(plug, shop=None):
    shop = shop or Shop(receipt="always", codes=verifier())
    shop.key(_FEN)
    plug.around(shop.medium, "write", "write")
    plug.around(shop.medium, "sync", "sync")
    plug.around_printing(shop.printer)
    return shop


def until_pulled(shop, work, *given):
    """Whether the plug was pulled while `work(*given)` went on."""
    try:
        work(*given)
        shop.run(4000)
    except Pulled:
        return True
    return False


def sold(shop):
    """What the shift, the journal and its end come to; they have to agree."""
    totals = shop.pad.book.totals()
    journal = 0
    for seq in range(1, shop.journal.last_seq + 1):
        record = records.unpack(shop.journal.read(seq))
        if record.kind == records.DEBITED or record.kind == records.TAP and record.reason == 0:
            journal += record.fare
        elif record.kind == records.VOID:
            journal -= record.fare
    assert totals.net == journal, (totals, journal)
    seq, closed = shop.pad.book.close()
    end = records.unpack(shop.journal.read(seq))
    assert (end.counter, end.balance) == (closed.count, closed.net) and closed.net == journal
    return totals


def receipts(shop):
    """Numbers of the sales on the receipts that came out."""
    return [part[1] for document in shop.printer.documents for part in document if part[0] == "qr"]


def after_the_cut(shop, was_served, pay, *given):
    """The seller goes on as the pad asks, and tells the truth."""
    shop.boot(codes=verifier())
    if shop.screen == "served":
        shop.press("served" if was_served else "not_served")
        if was_served:
            return
        if shop.screen == "given":  # an account: the sale was taken back, and is made again
            shop.press("back")
        else:
            shop.press("ok")
    elif was_served:
        return
    shop.key(_FEN)
    pay(*given)
    shop.run(4000)
    assert shop.screen == "idle", shop.screen


def test_a_card_pays_once_whenever_the_plug_goes():
    kinds = set()
    for at in range(_MOST):
        plug, card = Plug(at), customer()
        shop = shop_with(plug)
        plug.around(card.card, "transmit", "card")
        if not until_pulled(shop, shop.tap, card):
            assert plug.fired is None and at > 20
            break
        assert plug.fired and plug.moments == at
        kinds.add(plug.fired)
        shop.reader.channel = None
        accepted = shop.screen in ("accepted", "print")
        after_the_cut(shop, accepted, shop.tap, card)
        assert card.card.purse.balance == 5000 - _FEN, (at, plug.fired)
        totals = sold(shop)
        assert (totals.count, totals.net, totals.doubtful) == (1, _FEN, 0), (at, plug.fired, totals)
        _print_again(shop)
    assert len(kinds) == 8, kinds
    assert at < _MOST - 1


def show_anew(shop):
    show(shop, codes.issue_account_code(b"ACCT0001", shop.clock.utc(), counter=8))


def test_a_code_pays_once_whenever_the_plug_goes():
    kinds = set()
    for at in range(_MOST):
        plug = Plug(at)
        shop = shop_with(plug)
        first = codes.issue_account_code(b"ACCT0001", shop.clock.utc(), counter=7)
        if not until_pulled(shop, show, shop, first):
            assert plug.fired is None and at > 8
            break
        assert plug.fired and plug.moments == at
        kinds.add(plug.fired)
        accepted = shop.screen in ("accepted", "print")
        shop.run(1000)
        after_the_cut(shop, accepted, show_anew, shop)
        totals = sold(shop)
        assert totals.net == _FEN, (at, plug.fired, totals)
        _print_again(shop)
    assert len(kinds) == 6, kinds


def test_a_fund_pays_its_share_once_whenever_the_plug_goes():
    for at in range(_MOST):
        plug, card = Plug(at), customer()
        plug.on = False
        shop = shop_with(plug, pharmacy(receipt="always", codes=verifier())[0])
        shop.tap(card)
        shop.press("confirm")
        assert shop.screen == "ask" and shop.display.view["amount"] == 195
        plug.around(card.card, "transmit", "card")
        plug.on = True
        if not until_pulled(shop, shop.tap, card):
            assert plug.fired is None and at > 20
            break
        assert plug.fired
        shop.reader.channel = None
        shop.boot(codes=verifier())
        newest = shop.pad.book.newest(1)
        if shop.screen == "served":
            shop.press("served")
        elif not newest or not newest[0].served:
            if shop.screen == "notice":
                shop.press("ok")
            shop.key(_FEN)
            shop.tap(card)
            shop.press("confirm")
            shop.tap(card)
            shop.run(4000)
        assert card.card.purse.balance == 5000 - 195, (at, plug.fired)
        totals = sold(shop)
        assert (totals.count, totals.net, totals.fund) == (1, 195, 455), (at, plug.fired, totals)
        assert [fare for kind, fare, _ in shop.records() if kind == "fund"] == [455]


def _print_again(shop):
    """The customer's receipt can be had in any case, and says what was paid."""
    before = len(shop.printer.documents)
    seqs = [
        seq
        for seq in range(1, shop.journal.last_seq + 1)
        if shop.pad.book.sale(seq) and not shop.pad.book.sale(seq).is_void
    ]
    assert len(seqs) == 1
    shop.scanner.code = b"GPS1:pad-1:%d" % seqs[0]
    shop.run(60)
    shop.press("print")
    assert len(shop.printer.documents) == before + 1
    assert ("text", "实付 Paid \xa56.50", "right", 2) in shop.printer.documents[-1]
