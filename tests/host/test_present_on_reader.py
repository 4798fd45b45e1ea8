"""What lies on the reader, through the real driver and the emulated PN532: several cards, cards that stay, cards that
leave too early, random UIDs, cards that are none of ours."""

import pytest

from simulator import few_taps
from simulator.cards.card_os import Card, PaymentSystem
from simulator.cards.demonstration import make_card
from terminal import records


@pytest.fixture
def gate(listed, tmp_path):
    return few_taps.Gate(listed, str(tmp_path / "journal"))


def card(gate, name="adult"):
    return gate.people.card(name, gate.bench.hardware.reader_chip)


def balance(gate, name="adult"):
    return gate.people.of(name).purse.balance


def said(gate, event):
    return [dict(facts) for _, name, facts in gate.events if name == event]


def shown(gate):
    return [facts["state"] for facts in said(gate, "show")]


def debits(gate):
    journal = gate.bench.terminal.journal
    return sum(records.unpack(payload).kind == records.DEBITED for _, payload in journal.unacknowledged())


def test_two_cards_at_once_are_not_read_and_it_is_said_once(gate):
    gate.bench.present(card(gate))
    gate.bench.present(card(gate, "elder"))
    gate.bench.run_for(10000)
    assert shown(gate)[2:] == ["read_again", "ready"] and len(said(gate, "crowded")) == 1
    assert debits(gate) == 0 and not said(gate, "tap")


def test_the_card_that_stays_when_the_other_one_goes_is_served(gate):
    gate.bench.present(card(gate))
    gate.bench.present(card(gate, "elder"))
    gate.bench.run_for(1000)
    gate.bench.hardware.reader_chip.remove(card(gate, "elder"))
    gate.bench.run_for(1000)
    assert shown(gate)[-1] == "admitted" and debits(gate) == 1 and balance(gate) == 3650
    assert balance(gate, "elder") == 1200


def test_a_second_card_beside_the_first_waits_until_that_has_gone(gate):
    gate.bench.present(card(gate))
    gate.bench.run_for(600)
    gate.bench.present(card(gate, "elder"))
    gate.walk()
    gate.bench.run_for(10000)
    assert debits(gate) == 1 and len(said(gate, "tap")) == 1
    gate.bench.hardware.reader_chip.remove(card(gate))
    gate.bench.run_for(1000)
    assert debits(gate) == 2 and shown(gate)[-1] == "admitted_concession"


def test_a_card_left_on_the_reader_is_one_tap_without_flicker(gate):
    gate.bench.present(card(gate))
    gate.bench.run_for(600)
    gate.walk()
    gate.bench.run_for(60000)
    assert shown(gate) == ["boot", "ready", "admitted", "ready"]
    assert len(said(gate, "tap")) == debits(gate) == 1
    gate.bench.remove()
    gate.bench.run_for(500)
    gate.card("adult")
    assert debits(gate) == 2


def test_a_card_left_there_by_someone_who_did_not_pass(gate):
    gate.bench.present(card(gate))
    gate.bench.run_for(60000)
    assert shown(gate) == ["boot", "ready", "admitted", "ready"] and debits(gate) == 1
    assert [facts["state"] for facts in said(gate, "passage")] == ["not_passed"]


@pytest.mark.parametrize("apdu", [1, 3, 6])
def test_a_card_pulled_in_the_middle_is_asked_for_again_and_served_at_once(gate, apdu):
    chip = gate.bench.hardware.reader_chip
    chip.cut_after_apdu(apdu)
    gate.card("adult", 200)
    assert chip.torn.fired == 1 and shown(gate)[-1] == "read_again" and debits(gate) == 0
    gate.card("adult")
    assert shown(gate)[-1] == "admitted" and balance(gate) == 3650


def random_uid_card():
    return make_card(
        "03104830100000000001", balance=3850, issuer="00083010", city="3010", region="320100", random_uid=True
    )


def test_a_random_uid_is_no_identity(gate):
    wallet = random_uid_card()
    seen = set()
    for _ in range(2):
        gate.bench.present(wallet)
        gate.bench.run_for(600)
        seen.add(wallet.uid)
        gate.walk()
        gate.bench.run_for(20000)
        gate.bench.remove()
        gate.bench.run_for(500)
    taps = said(gate, "tap")
    assert len(taps) == 2 and taps[0] == taps[1] and len(seen) == 2
    assert wallet.purse.balance == 3450


def test_a_torn_card_is_known_again_under_another_uid(gate):
    chip = gate.bench.hardware.reader_chip
    before = chip.apdus
    gate.card("adult")
    gate.walk()
    wallet = random_uid_card()
    chip.cut_after_apdu(chip.apdus - before, True)  # the last one is DEBIT
    gate.bench.present(wallet)
    gate.bench.run_for(600)
    first = wallet.uid
    assert chip.torn.fired == 1 and wallet.purse.debits == 1 and said(gate, "torn")
    gate.bench.present(wallet)
    gate.bench.run_for(600)
    assert said(gate, "recovered") and wallet.uid != first
    assert wallet.purse.balance == 3650 and debits(gate) == 2


class Tag:
    """A card that knows no ISO 14443-4."""

    atqa, sak, uid, ats = b"\x00\x04", 0x08, b"\x04\x11\x22\x33", b""

    def power_on(self, interface=None):
        pass

    def transmit(self, apdu):
        raise AssertionError("nobody sends an APDU to a tag")


def strangers():
    blank = Card([PaymentSystem((b"\xa0\x00\x00\x03\x33\x01\x01\x01",))], b"\x04\x01\x02\x03")
    blank.purse = blank.social = None
    malformed = make_card("03104830100000000001", social=False, fci_file=False)
    malformed.purse.binary[0x15] = b"\xab" * 30
    blocked = make_card("03104830100000000001", social=False)
    blocked.purse.blocked = "permanent"
    return {
        "tag": (Tag(), "unsupported_card"),
        "bank card": (blank, "unsupported_card"),
        "malformed": (malformed, "unsupported_card"),
        "blocked": (blocked, "blocked_card"),
        "legacy purse that is not configured": (make_card("1", social=False, legacy="wuhan"), "unsupported_card"),
    }


@pytest.mark.parametrize("name", sorted(strangers()))
def test_cards_that_are_none_of_ours(gate, name):
    stranger, reason = strangers()[name]
    gate.bench.present(stranger)
    gate.bench.run_for(10000)
    refusals = [facts for facts in said(gate, "show") if facts["state"] == "refused"]
    assert [facts["reason"] for facts in refusals] == [reason] and shown(gate)[-1] == "ready"
    gate.bench.remove()
    gate.bench.run_for(500)
    gate.card("adult")
    assert shown(gate)[-1] == "admitted"


def test_a_social_card_proves_itself_over_the_reader(gate):
    gate.bench.power_off()
    gate.bench.config["settings"].update({"prove_social": True, "applications": ["social_card"]})
    gate.bench.power_on()
    gate.bench.until_idle()
    wallet = card(gate)
    transmit, answers = wallet.transmit, {}

    def heard(apdu):
        answers[apdu[1]] = transmit(apdu)
        return answers[apdu[1]]

    wallet.transmit = heard
    gate.card("adult")
    # Only a card that proved itself (88) is asked to open (82).
    assert len(answers[0x88]) == 10 and answers[0x82] == b"\x90\x00"


def test_the_card_after_a_power_cut_is_a_new_tap(gate):
    """A card that lies there while the power comes back is served like one that was just put there."""
    gate.bench.power_off()
    gate.bench.present(card(gate))
    gate.bench.power_on()
    gate.bench.run_for(2000)
    assert shown(gate)[-1] == "admitted" and debits(gate) == 1


def test_a_card_of_type_b_pays_stays_and_is_torn_like_any_other(gate):
    gate.bench.present(card(gate, "type-b"))
    gate.bench.run_for(600)
    gate.walk()
    gate.bench.run_for(20000)
    assert shown(gate) == ["boot", "ready", "admitted", "ready"]
    assert debits(gate) == 1 and balance(gate, "type-b") == 2550
    gate.bench.remove()
    gate.bench.run_for(500)
    chip = gate.bench.hardware.reader_chip
    chip.cut_after_apdu(3)
    gate.card("type-b", 200)
    assert chip.torn.fired == 1 and shown(gate)[-1] == "read_again"
    gate.card("type-b")
    assert shown(gate)[-1] == "admitted" and balance(gate, "type-b") == 2350


def test_cards_of_both_types_at_once_are_two_cards(gate):
    """The two looks are 13 ms apart: a pair that comes just between them is one card, and one that waits behind it."""
    outcomes = []
    for _ in range(5):
        gate.bench.run_for(7)
        before = debits(gate)
        gate.events.clear()
        gate.bench.present(card(gate))
        gate.bench.present(card(gate, "type-b"))
        gate.bench.run_for(1000)
        outcomes.append((len(said(gate, "crowded")), debits(gate) - before))
        gate.bench.remove()
        gate.walk()
        gate.bench.run_for(5000)
    assert set(outcomes) <= {(1, 0), (0, 1)} and outcomes.count((1, 0)) >= 2
