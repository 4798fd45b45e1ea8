"""A pad's menu: refunds onto the card, voids, the end of a shift, receipts."""

from simulator.load_service import DemonstrationLoadService
from terminal import records
from terminal.topup import TopUp
from tests.portable.checks import raises
from tests.portable.pad_counter import Shop, customer


def topup(journal, clock):
    return TopUp(DemonstrationLoadService(), journal, clock, b"\x00\x00\x30\x10\x99\x01")


def sell(shop, card, fen):
    shop.key(fen)
    shop.tap(card)
    shop.run(3000)
    return shop.pad.book.newest(1)[0].seq


def test_a_refund_needs_its_sale_and_never_exceeds_it():
    shop, card = Shop(topup=topup), customer()
    seq = sell(shop, card, 650)
    shop.press("menu", "sales", "sale.%d" % seq, "refund", "digit.9", "digit.00")
    assert shop.display.view["amount"] == 9 and shop.display.view["left"] == 650
    shop.press("clear", "digit.2", "digit.00", "confirm")
    assert shop.screen == "back"
    shop.tap(customer(5000, "03104830100000000044"))  # not the card that paid
    assert shop.screen == "read_again" and shop.pad.book.sale(seq).back == 0
    shop.run(4000)
    shop.tap(card)
    assert shop.screen == "given" and card.card.purse.balance == 4550
    sale = shop.pad.book.sale(seq)
    assert (sale.back, sale.is_void) == (200, False)
    assert ("refund", 200, seq) in shop.records() and ("loaded", 200) in [row[:2] for row in shop.records()]
    raises(ValueError, shop.pad.book.give_back, sale, 451, False, True)
    raises(ValueError, shop.pad.book.give_back, sale, 650, True, True)
    totals = shop.pad.book.totals()
    assert (totals.sold, totals.refunds, totals.net, totals.cash) == (650, 200, 450, 0)


def test_a_void_is_a_record_and_nothing_is_erased():
    shop, card = Shop(), customer()
    seq = sell(shop, card, 650)
    shop.press("menu", "sales", "sale.%d" % seq, "void", "cash")
    assert shop.screen == "given" and card.card.purse.balance == 4350
    assert shop.records() == [("debited", 650, 2), ("void", 650, seq)]
    assert records.unpack(shop.journal.read(shop.journal.last_seq)).flags & records.IN_CASH
    shop.press("back", "menu", "sales", "sale.%d" % seq)
    assert not shop.display.view["may_void"] and not shop.display.view["may_refund"]
    totals = shop.pad.book.totals()
    assert (totals.count, totals.voids, totals.voided, totals.cash, totals.net) == (1, 1, 0, 650, 650)


def test_the_end_of_a_shift_says_what_the_journal_says():
    shop, card = Shop(), customer(100000)
    sales = [sell(shop, card, fen) for fen in (650, 1200, 99)]
    shop.pad.book.give_back(shop.pad.book.sale(sales[1]), 200, False, False)
    shop.press("menu", "shift")
    assert (shop.display.view["count"], shop.display.view["net"]) == (3, 1749)
    shop.press("close")
    end = records.unpack(shop.journal.read(shop.journal.last_seq - 2))
    assert (end.kind, end.counter, end.balance, end.ref) == (records.SHIFT, 3, 1749, 0)
    assert shop.printer.documents[-1][2][1] == "交班结算 End of shift"
    assert shop.pad.book.totals().count == 0 and shop.pad.book.newest(5) == []
    sell(shop, card, 500)
    shop.boot()
    assert shop.pad.book.totals().sold == 500
    # A sale of the shift before can be refunded, not voided.
    assert shop.pad.menu().open(sales[0]) and not shop.display.view["may_void"] and shop.display.view["may_refund"]


def test_a_receipt_is_printed_once_and_can_be_asked_for_again():
    shop, card = Shop(receipt="ask"), customer()
    seq = sell(shop, card, 650)
    assert shop.screen == "receipt" and shop.printer.documents == []
    shop.printer.state = "paper_out"
    shop.press("print")
    assert shop.screen == "print" and shop.display.view["problem"] == "paper_out"
    shop.printer.state = "ready"
    shop.run(60000)
    assert shop.printer.documents == []  # never by itself
    shop.press("again")
    assert len(shop.printer.documents) == 1 and shop.screen == "idle"
    assert ("qr", "GPS1:pad-1:%d" % seq, "单号 Sale %d" % seq) in shop.printer.documents[0]
    shop.press("menu", "sales", "sale.%d" % seq, "print")
    assert ("text", "补打 Printed again", "centre") in shop.printer.documents[1]


def scan(shop, text):
    shop.scanner.code = text.encode()
    shop.run(60)


def test_a_receipt_that_is_brought_back_finds_its_sale():
    shop, card = Shop(topup=topup, receipt="always"), customer()
    seq = sell(shop, card, 650)
    (text,) = [part[1] for part in shop.printer.documents[0] if part[0] == "qr"]
    shop.run(4000)
    scan(shop, text)
    assert shop.screen == "sale" and shop.display.view["seq"] == seq and shop.display.view["left"] == 650
    shop.press("void")
    shop.tap(card)
    assert shop.screen == "given" and card.card.purse.balance == 5000
    shop.press("back")
    scan(shop, text)
    assert shop.screen == "sale" and shop.display.view["is_void"] and not shop.display.view["may_refund"]
    assert shop.pad.book.totals().net == 0


def test_a_receipt_of_another_pad_or_no_sale_gives_nothing_back():
    shop, card = Shop(), customer()
    sell(shop, card, 650)
    for text, notice in (
        ("GPS1:pad-2:3", "pad.other_pad"),
        ("GPS1:pad-1:1", "pad.no_sale"),
        ("GPS1:pad-1:99", "pad.no_sale"),
    ):
        scan(shop, text)
        assert (shop.screen, shop.display.view["notice"]) == ("notice", notice)
    shop.press("ok")
    for text in ("GPS1:pad-1:", "GPS1:pad-1:x", "GPS1", "hello"):
        scan(shop, text)
        assert shop.screen == "idle"
