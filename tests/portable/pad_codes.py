"""A shop's pad: sales by the code on a customer's telephone."""

from simulator import codes
from terminal.media.codes import CodeVerifier
from terminal.media.replay import ReplayStore
from tests.portable.pad_counter import NOW, Shop


def shop():
    return Shop(codes=CodeVerifier(codes.demonstration_trust(), ReplayStore()))


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
