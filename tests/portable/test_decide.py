from terminal import lists
from terminal.courses import FREE_PASSAGE
from terminal.decide import decide
from terminal.lists import Entry
from terminal.media.credential import (
    ACCOUNT_CODE,
    PROVED_NOTHING,
    PROVED_SIGNATURE,
    PURSE,
    RIDE_CODE,
    Credential,
)
from terminal.modes import EMERGENCY, IN_SERVICE

NOW = 1773619200
TARIFF = {
    "fare": 200,
    "concessions": {"elder": 50, "student": 75, "disabled": 0},
    "low_balance": 500,
    "home": ["3010"],
    "same_city": ["2900"],
    "unlisted": "refuse",
    "damaged": "refuse",
}
LISTED = Entry(lists.VALID, "adult", 0, 0)
ABSENT = Entry(lists.ABSENT, None, 0, 0)
BLOCKED = Entry(lists.BLOCKED, None, 0, 0)
UNREADABLE = Entry(lists.UNREADABLE, None, 0, 0)


def card(holder_class="adult", balance=3850, region="3010", valid_from=0, valid_to=0):
    return Credential(PURSE, bytes(16), "00083010", region, holder_class, valid_from, valid_to, PROVED_NOTHING, balance)


def code(proved=PROVED_SIGNATURE, region="9999"):
    return Credential(RIDE_CODE, bytes(16), "01", region, "adult", 0, 0, proved, None)


# credential, list entry, changes to the tariff, mode -> admit, reason, fare, concession, product
CASES = (
    (card(), LISTED, {}, IN_SERVICE, (True, "ok", 200, None, "purse")),
    (card(balance=200), LISTED, {}, IN_SERVICE, (True, "ok", 200, None, "purse")),
    (card(balance=199), LISTED, {}, IN_SERVICE, (False, "low_balance", 0, None, "free")),
    (card(balance=-50), LISTED, {}, IN_SERVICE, (False, "low_balance", 0, None, "free")),
    (card("elder"), LISTED, {}, IN_SERVICE, (True, "ok", 100, "elder", "purse")),
    (card("elder", balance=100), LISTED, {}, IN_SERVICE, (True, "ok", 100, "elder", "purse")),
    (card("student"), LISTED, {"fare": 101}, IN_SERVICE, (True, "ok", 75, "student", "purse")),
    (card("disabled", balance=0), LISTED, {}, IN_SERVICE, (True, "ok", 0, "disabled", "free")),
    (card("soldier"), LISTED, {}, IN_SERVICE, (True, "ok", 200, None, "purse")),
    (card(), Entry(lists.VALID, "elder", 0, 0), {}, IN_SERVICE, (True, "ok", 100, "elder", "purse")),
    (card("elder"), Entry(lists.VALID, "adult", 0, 0), {}, IN_SERVICE, (True, "ok", 100, "elder", "purse")),
    (card(), Entry(lists.VALID, "adult", NOW, 0), {}, IN_SERVICE, (False, "expired_card", 0, None, "free")),
    (card(), Entry(lists.VALID, "adult", NOW + 1, 0), {}, IN_SERVICE, (True, "ok", 200, None, "purse")),
    (card(), BLOCKED, {}, IN_SERVICE, (False, "hotlisted", 0, None, "free")),
    (card(region="2900"), BLOCKED, {}, IN_SERVICE, (False, "hotlisted", 0, None, "free")),
    (code(), BLOCKED, {}, IN_SERVICE, (False, "hotlisted", 0, None, "free")),
    (card(), ABSENT, {}, IN_SERVICE, (False, "not_listed", 0, None, "free")),
    (card(), ABSENT, {"unlisted": "admit"}, IN_SERVICE, (True, "ok", 200, None, "purse")),
    (card(region="2900"), ABSENT, {}, IN_SERVICE, (True, "ok", 200, None, "purse")),
    (card(region="1000"), ABSENT, {}, IN_SERVICE, (False, "wrong_region", 0, None, "free")),
    (card(), UNREADABLE, {}, IN_SERVICE, (False, "list_damaged", 0, None, "free")),
    (card(), UNREADABLE, {"damaged": "admit", "unlisted": "admit"}, IN_SERVICE, (True, "ok", 200, None, "purse")),
    (card(valid_to=NOW), LISTED, {}, IN_SERVICE, (False, "expired_card", 0, None, "free")),
    (card(valid_to=NOW + 1), LISTED, {}, IN_SERVICE, (True, "ok", 200, None, "purse")),
    (card(valid_from=NOW + 1), LISTED, {}, IN_SERVICE, (False, "not_yet_valid", 0, None, "free")),
    (card(valid_from=NOW), LISTED, {}, IN_SERVICE, (True, "ok", 200, None, "purse")),
    (code(), ABSENT, {}, IN_SERVICE, (True, "ok", 200, None, "account")),
    (code(PROVED_NOTHING), ABSENT, {}, IN_SERVICE, (False, "wrong_region", 0, None, "free")),
    (card(balance=0), BLOCKED, {}, EMERGENCY, (True, "ok", 0, None, "free")),
    (card(valid_to=1), ABSENT, {}, FREE_PASSAGE, (True, "ok", 0, None, "free")),
)


def test_cases():
    for number, (credential, entry, changes, mode, expected) in enumerate(CASES):
        tariff = dict(TARIFF)
        tariff.update(changes)
        decision = decide(credential, entry, None, tariff, NOW, mode)
        seen = decision.admit, decision.reason, decision.fare, decision.concession, decision.product
        assert seen == expected, "case %d: %r, expected %r" % (number, seen, expected)


def test_same_city_is_told():
    assert decide(card(region="2900"), ABSENT, None, TARIFF, NOW, IN_SERVICE).same_city
    assert not decide(card(region="2900"), LISTED, None, TARIFF, NOW, IN_SERVICE).same_city
    assert not decide(card(), LISTED, None, TARIFF, NOW, IN_SERVICE).same_city


def test_low_balance_counts_what_is_left():
    assert not decide(card(balance=700), LISTED, None, TARIFF, NOW, IN_SERVICE).low_balance
    assert decide(card(balance=699), LISTED, None, TARIFF, NOW, IN_SERVICE).low_balance


def test_the_lists_class_wins_over_an_adult_card():
    decision = decide(card(), Entry(lists.VALID, "disabled", 0, 0), None, TARIFF, NOW, IN_SERVICE)
    assert decision.holder_class == "disabled" and decision.fare == 0


def test_schemes_do_not_matter_to_a_signed_code():
    account = Credential(ACCOUNT_CODE, bytes(16), "01", "", "adult", 0, NOW + 9, PROVED_SIGNATURE, None)
    assert decide(account, ABSENT, None, TARIFF, NOW, IN_SERVICE).admit
