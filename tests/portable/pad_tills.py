"""A till that asks a pad, and a pharmacy whose insurance pays a share."""

import os

from terminal.http_client import HttpClient
from terminal.pad.fund import Fund, Share
from terminal.service_client import LONGEST_REPLY, ServiceClient
from tests.portable.pad_counter import Shop, customer


def test_a_till_asks_and_is_answered():
    shop, card = Shop(till=True), customer()
    assert shop.say("STATUS") == ["STATUS idle"]
    assert shop.say("SALE 650 K7-0001") == ["OK"] and shop.screen == "ask"
    assert shop.say("SALE 100 K7-0002") == ["BUSY"]
    shop.tap(card)
    seq = shop.pad.book.newest(1)[0].seq
    assert shop.till.told[-1] == "PAID %d 650 0 K7-0001" % seq
    shop.run(3000)
    assert shop.say("SALE 650 K7-0001") == ["PAID %d 650 0 K7-0001" % seq] and card.card.purse.balance == 4350
    assert shop.say("LAST") == ["LAST %d 650 0" % seq]
    assert shop.say("REFUND %d 100" % seq)[0].startswith("ERROR paid from a purse")
    given = shop.say("REFUND %d 100 CASH" % seq)[0].split()
    assert given[0] == "GIVEN" and given[2] == "100"
    assert shop.say("VOID %d CASH" % seq)[0].startswith("ERROR")
    assert shop.say("SHIFT")[0].endswith(" 1 650")
    assert shop.say("SALE")[0].startswith("ERROR SALE") and shop.say("HELLO")[0].startswith("ERROR unknown")
    assert shop.say("SALE 0 x")[0].startswith("ERROR")


def test_a_till_hears_of_refusals_cancels_and_time_outs():
    shop, poor = Shop(till=True, wait_s=10), customer(10)
    shop.say("SALE 650 a")
    shop.tap(poor)
    assert shop.till.told[-1] == "REFUSED low_balance a"
    shop.run(5000)
    shop.say("SALE 650 b")
    assert shop.say("CANCEL") == ["OK", "CANCELLED b"]
    shop.say("SALE 650 c")
    shop.run(11000)
    assert shop.till.told[-1] == "TIMEOUT c" and shop.screen == "idle"


def test_a_sale_that_is_keyed_in_beside_a_till_is_asked_for_again():
    shop, poor, rich = Shop(till=True), customer(10), customer(5000, "03104830100000000043")
    shop.say("SALE 650 a")
    shop.tap(rich)
    shop.run(4000)
    told = len(shop.till.told)
    shop.key(100)
    shop.tap(poor)
    shop.run(4500)
    assert shop.screen == "ask" and shop.display.view["amount"] == 100
    shop.tap(rich)
    assert rich.card.purse.balance == 4250 and len(shop.till.told) == told  # no till asked for it


ROWS = [["总额", "Total", 1280, "money"]]


class Insurance:
    """terminal.pad.fund.Fund's place: pays seven tenths, or has nothing to say."""

    reason = None

    def __init__(self):
        self.asked = []

    async def share(self, holder, total, items):
        self.asked.append((total, items))
        if self.reason == "offline":
            return Share(total, 0, total, (), None, bytes(8)), "offline"
        if self.reason:
            return None, self.reason
        return Share(total, total * 7 // 10, total - total * 7 // 10, ROWS, "M-1", b"12345678"), None


def pharmacy(**options):
    insurance = Insurance()
    shop = Shop(fund=lambda clock: insurance, **options)
    return shop, insurance


def test_a_fund_pays_its_share_and_the_customer_the_rest():
    shop, insurance = pharmacy(receipt="always")
    card = customer()
    shop.key(1280)
    shop.tap(card)
    assert shop.screen == "shares" and card.card.purse.balance == 5000
    assert [shop.display.view[name] for name in ("total", "fund", "own")] == [1280, 896, 384]
    shop.press("confirm")
    assert shop.screen == "ask" and shop.display.view["amount"] == 384
    shop.tap(customer(5000, "03104830100000000045"))
    assert shop.screen == "refused" and shop.display.view["reason"] == "another_card"
    shop.run(4500)
    shop.tap(card)
    assert card.card.purse.balance == 4616
    kinds = [row for row in shop.records() if row[0] in ("debited", "fund")]
    assert [row[:2] for row in kinds] == [("debited", 384), ("fund", 896)]
    shop.run(4000)
    receipt = shop.printer.documents[-1]
    assert ("pair", "医保基金支付 Paid by the fund", "\xa58.96") in receipt and ("pair", "No.", "M-1") in receipt
    totals = shop.pad.book.totals()
    assert (totals.sold, totals.fund, totals.net) == (384, 896, 384)
    seq = shop.pad.book.newest(1)[0].seq
    shop.press("menu", "sales", "sale.%d" % seq)
    assert not shop.display.view["may_refund"] and shop.display.view["may_void"]
    shop.press("void", "cash")
    assert shop.pad.book.totals().fund == 0


def test_without_an_answer_of_the_fund_the_settings_decide():
    shop, insurance = pharmacy()
    insurance.reason = "fund_unreachable"
    card = customer()
    shop.key(1280)
    shop.tap(card)
    assert shop.screen == "refused" and shop.display.view["reason"] == "fund_unreachable"
    assert card.card.purse.balance == 5000 and shop.records() == []
    shop, insurance = pharmacy()
    insurance.reason = "offline"
    shop.key(1280)
    shop.tap(card)
    assert shop.screen == "shares" and shop.display.view["offline"] and shop.display.view["own"] == 1280
    shop.press("confirm")
    shop.tap(card)
    assert card.card.purse.balance == 3720 and [row[0] for row in shop.records()] == ["debited"]


class SilentLink:
    """A line on which everything arrives and nobody answers, until the line's own patience ends."""

    def __init__(self, clock):
        self._clock = clock
        self.asked = 0

    async def open(self):
        pass

    async def write(self, data):
        self.asked += b"medicine-settlement" in bytes(data)

    async def read_into(self, buffer):
        await self._clock.sleep_ms(10000)
        raise OSError(110)

    def close(self):
        pass


def silenced(offline):
    """(Shop of a pharmacy whose platform says nothing, its line)."""
    lines = []

    def fund(clock):
        lines.append(SilentLink(clock))
        http = HttpClient(lines[0], clock, "headend", max_body=LONGEST_REPLY)
        return Fund(ServiceClient(http, clock, "pharmacy-1", os.urandom), "medicine-settlement", offline)

    return Shop(fund=fund), lines[0]


def test_a_platform_that_says_nothing_keeps_nobody_waiting_for_ever():
    for offline in ("refuse", "own"):
        shop, line = silenced(offline)
        card = customer()
        shop.key(1280)
        shop.tap(card)
        assert line.asked and shop.screen not in ("refused", "shares")  # it is still being asked
        assert shop.scheduler.run_until(lambda shop=shop: shop.screen in ("refused", "shares"), 20000)
        assert card.card.purse.balance == 5000 and shop.records() == []
        if offline == "refuse":
            assert shop.screen == "refused" and shop.display.view["reason"] == "fund_unreachable"
        else:
            assert shop.screen == "shares" and shop.display.view["offline"] and shop.display.view["own"] == 1280


def test_a_till_sends_what_is_bought_to_the_fund():
    shop, insurance = pharmacy(till=True)
    shop.say("ITEM 980 Amoxicillin 0.25 g")
    shop.say("ITEM 300 Plaster")
    shop.say("SALE 1280 R1")
    shop.tap(customer())
    assert insurance.asked == [(1280, (("Amoxicillin 0.25 g", 980), ("Plaster", 300)))]
