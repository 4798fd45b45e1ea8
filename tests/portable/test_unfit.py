"""Whose fault it is that a tap was not decided, and what the rehearsal of a tariff finds."""

from simulator.tariffs import gate, metro, museum, zones
from terminal.decision import rehearsal
from terminal.media.credential import PURSE, Credential
from terminal.tap.unfit import Unfit

NOW = 1790000000


def card(number, holder_class="adult", region="320100"):
    return Credential(PURSE, bytes((number,) * 16), region, region, holder_class, 0, 0, 0, 5000)


def judged(tariff, *cards):
    """`proved` after each of the cards."""
    told = []
    unfit = Unfit(tariff, {}, lambda event, **facts: told.append(facts["proved"]))
    for credential in cards:
        decision = unfit.refuse(credential, credential.token, NOW, KeyError("x"))
        assert not decision.admit and decision.reason == "tariff_fault" and decision.fare == 0
        assert decision.holder_class == credential.holder_class
    return told


def test_a_class_that_fails_as_such_proves_it_at_once():
    broken = dict(gate.TARIFF, concessions={"elder": {"percent": "half"}})
    assert judged(broken, card(1, "elder")) == [True]
    assert judged(dict(gate.TARIFF, fare=None), card(1)) == [True]


def test_one_strange_card_proves_nothing_and_three_do():
    broken = dict(gate.TARIFF, same_city=5)
    far = [card(number, region="110000") for number in (1, 2, 3)]
    assert judged(broken, far[0], far[0], far[0], far[0]) == [False] * 4
    assert judged(broken, *far) == [False, False, True]


def test_the_shipped_tariffs_pass_their_rehearsal():
    for module in (gate, museum, metro, zones):
        assert rehearsal.failure(module.TARIFF, NOW) is None


def test_the_rehearsal_finds_what_is_wrong_wherever_it_lies():
    network = dict(metro.TARIFF["network"], fares="none", steps="none", metres="none")
    for tariff, word in (
        (dict(gate.TARIFF, later=[[NOW + 86400, {"home": []}]]), "KeyError"),
        (dict(gate.TARIFF, fare=2.5), "a fare of 2.5"),
        (dict(gate.TARIFF, fare=-200), "a fare of -200"),
        (dict(gate.TARIFF, policy={"venue": "nowhere"}), "nowhere"),
        (dict(metro.TARIFF, network=network), "Error"),
        (dict(metro.TARIFF, journey={"overtime": {"admit": True, "add": "much"}, "most_s": 60}), "Error"),
        (dict(museum.TARIFF, entry={"hours": {"weekly": 5}}), "TypeError"),
        (dict(gate.TARIFF, products={"pass": {"percent": "half"}}, order=["pass"]), "TypeError"),
    ):
        assert word in str(rehearsal.failure(tariff, NOW)), word
