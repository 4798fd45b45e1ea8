"""A shop's pad: sales by the code on a customer's telephone."""

from simulator import codes
from terminal import records
from terminal.media.codes import CodeVerifier
from terminal.media.replay import ReplayStore
from tests.portable.pad_counter import NOW, Shop


def verifier():
    return CodeVerifier(codes.demonstration_trust(), ReplayStore())


def shop(**options):
    return Shop(codes=verifier(), **options)


def show(counter, code):
    counter.scanner.code = code
    counter.run(600)


def test_a_code_pays():
    counter = shop()
    counter.key(1250)
    assert counter.screen == "ask"
    show(counter, codes.issue_account_code(b"ACCT0001", NOW, counter=7))
    assert counter.screen == "accepted"
    assert [(kind, fare) for kind, fare, _ in counter.records()] == [("tap", 1250)]


def test_a_code_pays_once():
    counter = shop()
    code = codes.issue_account_code(b"ACCT0001", NOW, counter=7)
    for _ in range(2):
        counter.key(1250)
        show(counter, code)
        counter.run(3000)
    assert [fare for kind, fare, _ in counter.records() if kind == "tap"] == [1250]


def test_a_code_that_was_changed_does_not_pay():
    counter = shop()
    code = codes.issue_account_code(b"ACCT0001", NOW, counter=7)
    counter.key(1250)
    show(counter, code[:-1] + bytes((code[-1] ^ 1,)))
    assert counter.screen != "accepted" and "tap" not in [kind for kind, _, _ in counter.records()]


def test_a_code_that_was_shown_too_early_does_not_pay_later():
    counter = shop()
    show(counter, codes.issue_account_code(b"ACCT0001", NOW, counter=7))
    counter.key(1250)
    counter.run(1000)
    assert counter.screen == "ask" and counter.records() == []


def test_a_code_is_not_used_again_after_a_power_cut():
    counter = shop()
    code = codes.issue_account_code(b"ACCT0001", NOW, counter=7)
    counter.key(1250)
    show(counter, code)
    counter.run(5000)
    counter.boot(codes=verifier())
    counter.key(600)
    show(counter, code)
    assert (counter.screen, counter.display.view["reason"]) == ("refused", "code_expired")
    counter.run(5000)
    show(counter, codes.issue_account_code(b"ACCT0001", counter.clock.utc(), counter=8))
    assert [fare for kind, fare, _ in counter.records() if kind == "tap" and fare] == [1250, 600]


def test_what_a_code_paid_goes_back_to_its_account_by_the_receipt():
    counter = shop(receipt="always")
    counter.key(1250)
    show(counter, codes.issue_account_code(b"ACCT0001", NOW, counter=7))
    counter.run(4000)
    receipt = counter.printer.documents[0]
    assert ("pair", "电子账户 Account", "") in receipt
    counter.key(300)
    show(counter, receipt[-4][1].encode())  # the customer's turn: a receipt pays nothing
    assert (counter.screen, counter.display.view["reason"]) == ("refused", "code_unknown")
    counter.run(4500)
    counter.press("cancel")
    show(counter, receipt[-4][1].encode())
    assert counter.screen == "sale"
    counter.press("refund", "digit.2", "digit.00", "confirm")
    assert counter.screen == "given" and not counter.display.view["cash"]
    counter.press("print")
    assert ("text", "退款单 Refund", "centre") in counter.printer.documents[-1]
    totals = counter.pad.book.totals()
    assert (totals.count, totals.sold, totals.refunds, totals.net) == (1, 1250, 200, 1050)
    tokens = [records.unpack(counter.journal.read(seq)).token for seq in range(1, counter.journal.last_seq + 1)]
    assert len({token for token in tokens if any(token)}) == 1  # both records name the account that was billed
