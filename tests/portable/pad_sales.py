"""A shop's pad: sales by card, the merchant's scheme, torn cards, power that goes, a shop that is closed."""

from terminal import records
from terminal.settings import complete
from tests.portable.checks import raises
from tests.portable.pad_counter import TARIFF, Shop, customer


def test_a_keyed_amount_is_paid_by_a_tap():
    shop, card = Shop(), customer()
    assert shop.screen == "idle"
    shop.key(650)
    assert shop.screen == "ask" and shop.display.view["amount"] == 650
    shop.tap(card)
    assert shop.screen == "accepted" and shop.display.view["balance"] == 4350
    assert card.card.purse.balance == 4350 and shop.records() == [("debited", 650, 2)]
    shop.run(3000)
    assert shop.screen == "idle"


def test_the_keypad_keeps_to_the_most_that_a_sale_may_be():
    shop = Shop(most=10000)
    shop.press("digit.1", "digit.00", "digit.0", "digit.0")
    assert shop.pad.amount == 10000
    shop.press("digit.1", "clear", "confirm")
    assert shop.pad.amount == 0 and shop.screen == "amount"


def test_a_card_before_an_amount_does_nothing():
    shop, card = Shop(), customer()
    shop.tap(card)
    assert shop.screen == "idle" and shop.records() == [] and card.card.purse.balance == 5000


def test_the_merchants_scheme_is_a_tariff():
    shop, elder = Shop(), customer(holder_class=3)
    shop.key(1000)
    shop.tap(elder)
    assert elder.card.purse.balance == 4100 and shop.display.view["concession"] == "elder"
    rules = {"rules": [{"name": "five off fifty", "when": {">=": [{"var": "fare"}, 5000]}, "off": 500}]}
    shop, card = Shop(tariff=dict(TARIFF, **rules)), customer(9000)
    shop.key(5000)
    shop.tap(card)
    assert card.card.purse.balance == 4500


def test_a_card_of_another_city_gets_the_local_price():
    shop = Shop(tariff=dict(TARIFF, same_city=["2900"]))
    shop.lists.strangers = True
    guest = customer(holder_class=3, issuer="02002900", city="2900")
    shop.key(1000)
    shop.tap(guest)
    assert guest.card.purse.balance == 4100 and shop.display.view["same_city"]
    assert shop.display.view["concession"] == "elder"
    shop, stranger = Shop(tariff=dict(TARIFF, same_city=["2900"])), customer(issuer="01015840", city="5840")
    shop.lists.strangers = True
    shop.key(1000)
    shop.tap(stranger)
    assert (shop.screen, shop.display.view["reason"]) == ("refused", "wrong_region")


def test_who_cannot_pay_may_try_another_card():
    shop, poor, rich = Shop(), customer(100), customer(5000, "03104830100000000043")
    shop.key(650)
    shop.tap(poor)
    assert shop.screen == "refused" and shop.display.view["reason"] == "low_balance"
    shop.run(4500)
    assert shop.screen == "ask" and shop.display.view["amount"] == 650
    shop.tap(rich)
    assert shop.screen == "accepted" and (poor.card.purse.balance, rich.card.purse.balance) == (100, 4350)


def test_nobody_waits_for_a_customer_for_ever():
    shop = Shop(wait_s=10)
    shop.key(650)
    shop.run(11000)
    assert shop.screen == "idle" and shop.pad.amount == 0
    shop.key(650)
    shop.press("cancel")
    assert shop.screen == "idle"


def torn(shop, card, before):
    card.back()
    shop.reader.lay(card)
    card.cut(_debit_at(card), before)
    shop.run(600)
    shop.reader.channel = None
    assert card.torn.fired == 1


def _debit_at(card):
    """Number of the exchange that is the DEBIT of a sale, found on a card of the same kind."""
    shop, other = Shop(), customer()
    shop.key(100)
    shop.tap(other)
    return [apdu[1] for apdu in other.sent].index(0x54)


def test_a_psam_that_comes_late_or_was_away_takes_payments_again():
    shop, card = Shop(), customer()
    for balance in (4350, 3700):
        shop.slot.cut(0, False)
        shop.key(650)
        shop.tap(card)
        assert (shop.screen, shop.display.view["reason"]) == ("read_again", "psam_down")
        assert shop.slot.torn.fired and card.card.purse.balance == balance + 650
        shop.slot.back()
        shop.run(6000)
        shop.tap(card)
        assert shop.screen == "accepted" and card.card.purse.balance == balance
        shop.run(6000)


def test_a_torn_card_pays_once():
    for before, paid in ((True, False), (False, True)):
        shop, card = Shop(), customer()
        shop.key(650)
        torn(shop, card, before)
        assert (card.card.purse.balance == 4350) is paid
        assert shop.screen == "read_again"
        shop.run(4000)
        assert shop.screen == "ask"
        shop.tap(card)
        assert shop.screen == "accepted" and card.card.purse.balance == 4350
        assert [kind for kind, _, _ in shop.records() if kind == "debited"] == ["debited"]


def test_a_torn_sale_that_was_given_up_does_not_pay_for_the_next_one():
    shop, card = Shop(), customer()
    shop.key(650)
    torn(shop, card, False)
    shop.run(4000)
    shop.press("cancel")
    shop.key(100)
    shop.tap(card)
    assert shop.screen == "notice" and shop.display.view["notice"] == "pad.earlier"
    assert shop.display.view["amount"] == 650 and card.card.purse.balance == 4350
    shop.press("ok")
    shop.key(100)
    shop.tap(card)
    assert card.card.purse.balance == 4250
    assert shop.pad.book.totals().sold == 750


def test_power_that_goes_between_payment_and_receipt_charges_nobody_twice():
    shop, card = Shop(), customer()
    shop.key(650)
    note = shop.pad.recorder.note
    cut = []

    def unplugged(kind, *rest, **more):
        if kind == records.PASSED:
            cut.append(kind)
            raise OSError("the plug")
        return note(kind, *rest, **more)

    shop.pad.recorder.note = unplugged
    raises(OSError, shop.tap, card)
    assert cut == [records.PASSED] and card.card.purse.balance == 4350
    shop.boot()
    assert shop.screen == "served" and shop.display.view["amount"] == 650
    shop.press("not_served", "ok")
    shop.key(650)
    shop.tap(card)
    assert shop.screen == "accepted" and card.card.purse.balance == 4350
    shop.run(3000)
    shop.key(650)
    shop.tap(card)
    assert card.card.purse.balance == 3700


def test_settings_of_a_pad_are_checked():
    from terminal.errors import SettingsInvalid

    base = {"terminal": "pad-1", "site": ["a", "b"]}
    assert complete(dict(base, pad={"receipt": "always"}))["pad"]["wait_s"] == 60
    for bad in ({"receipt": "maybe"}, {"most": 0}, {"colour": 1}, {"most": 1 << 24}, {"offline": "free"}):
        raises(SettingsInvalid, complete, dict(base, pad=bad))


def test_a_shop_that_is_closed_sells_nothing():
    shop, card = Shop(), customer()
    shop.pad.ordered = 9  # closed
    shop.key(650)
    shop.tap(card)
    assert shop.screen == "out_of_service" and card.card.purse.balance == 5000
    shop.pad.ordered = 0
    shop.run(100)
    assert shop.screen == "idle"
