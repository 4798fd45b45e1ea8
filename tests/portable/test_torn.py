"""Torn cards, a few cells of the matrix on every interpreter; tests/host/test_torn_matrix.py walks it whole."""

from terminal import records
from tests.portable.torn_cases import (
    BALANCE,
    FARE,
    HALF,
    KEPT,
    LOST,
    NEXT,
    Gate,
    Resident,
    exchanges_of_one_tap,
    power_case,
    steps_of_one_tap,
    torn_at_debit,
    torn_case,
    use_elsewhere,
)


def test_debit_is_the_last_exchange_of_a_tap():
    gate, resident = Gate(), Resident(1)
    channel = gate.channel(resident)
    assert gate.tap(resident, channel)
    assert channel.sent[-1][1] == 0x54 and len(channel.sent) == exchanges_of_one_tap()


def test_torn_at_debit_whatever_happens_next():
    last = exchanges_of_one_tap() - 1
    for then in ("nothing", "another torn card", "used elsewhere", "stays away"):
        assert then in NEXT
        for before in (True, False):
            torn_case(last, before, False, then)


def test_power_lost_around_the_debit():
    count = steps_of_one_tap()
    fired = 0
    for step in range(count - 8, count):
        fired += power_case((step,), (LOST, KEPT, HALF)[step % 3])
    assert fired == 8


def test_used_elsewhere_after_it_paid_here_is_not_charged_twice():
    gate, resident = Gate(), Resident(1)
    torn_at_debit(gate, resident)
    use_elsewhere(resident, 3)
    assert gate.tap(resident)
    assert resident.card.purse.balance == BALANCE - FARE - 300
    assert gate.kinds() == ["pending", "debited", "passed"]
    assert gate.records()[1].flags == records.RECOVERED and gate.records()[1].tac == bytes(4)


def test_another_gates_transaction_is_not_taken_for_our_own():
    """The card never saw our DEBIT; the number it would have had belongs to the neighbour."""
    for times in (1, 3):
        gate, resident = Gate(), Resident(1)
        torn_at_debit(gate, resident, before=True)
        use_elsewhere(resident, times, fare=FARE)
        assert gate.tap(resident)
        assert gate.kinds() == ["pending", "discarded", "pending", "debited", "passed"]
        assert resident.paid_here == 1


def test_a_log_that_no_longer_tells_lets_the_resident_pass_on_a_grey_record():
    gate, resident = Gate(), Resident(1)
    torn_at_debit(gate, resident)
    use_elsewhere(resident, 12)
    assert gate.tap(resident)
    assert gate.kinds() == ["pending", "grey", "passed"]
    assert resident.paid_here == 1


def test_the_psam_proves_a_recovered_debit_while_it_still_waits_for_it():
    gate, resident = Gate(), Resident(1)
    torn_at_debit(gate, resident)
    assert gate.tap(resident)
    assert gate.records()[1].flags == records.RECOVERED | records.PSAM_PROVED
    gate, resident = Gate(), Resident(1)
    torn_at_debit(gate, resident)
    assert gate.tap(Resident(2))
    assert gate.tap(resident)
    recovered = gate.records()[4]
    assert recovered.kind == records.DEBITED and recovered.flags == records.RECOVERED and recovered.tac != bytes(4)


def test_a_card_without_proof_is_believed_by_its_log():
    for sw in (0x9406, 0x6D00):
        gate, resident = Gate(), Resident(1)
        torn_at_debit(gate, resident)
        channel = gate.channel(resident)
        channel.refuse = {0x5A: sw}
        assert gate.tap(resident, channel)
        assert any(apdu[1] == 0x5A for apdu in channel.sent)
        assert gate.kinds() == ["pending", "debited", "passed"]


def test_a_card_without_log_is_believed_by_its_balance():
    gate, resident = Gate(), Resident(1)
    torn_at_debit(gate, resident)
    gate.boot()
    channel = gate.channel(resident)
    channel.refuse = {0xB2: 0x6A83, 0x5A: 0x6D00}
    assert gate.tap(resident, channel)
    assert gate.kinds() == ["pending", "debited", "passed"]


def test_a_card_that_refuses_another_init_is_believed_by_its_log():
    """Its counter stands at the end: INIT answers 9402, log and proof still speak."""
    for before in (True, False):
        gate, resident = Gate(), Resident(1)
        resident.card.purse.counter = 0xFFFE
        torn_at_debit(gate, resident, before)
        paid = gate.tap(resident)
        assert paid is True
        assert resident.paid_here == 1 and gate.charger.open == []


def test_a_counter_that_ran_backwards_is_suspect():
    gate, resident = Gate(), Resident(1)
    resident.card.purse.counter = 100
    torn_at_debit(gate, resident)
    resident.card.purse.counter = 7
    assert gate.tap(resident)
    assert gate.kinds() == ["pending", "grey", "pending", "debited", "passed"]


def test_two_torn_cards_at_once_come_back_in_either_order():
    for order in ((0, 1), (1, 0)):
        gate = Gate()
        residents = Resident(1), Resident(2)
        for resident in residents:
            channel = gate.channel(resident)
            channel.cut(exchanges_of_one_tap() - 1, False)
            assert not gate.tap(resident, channel)
        assert len(gate.charger.open) == 2
        for index in order:
            assert gate.tap(residents[index])
        for resident in residents:
            assert gate.check(resident) == 0 and resident.paid_here == 1
        assert gate.charger.flagged == []  # the PSAM is not asked about one card's MAC2 while it waits for another's


def test_torn_again_while_it_is_finished():
    gate, resident = Gate(), Resident(1)
    torn_at_debit(gate, resident)
    for exchange in range(7):
        channel = gate.channel(resident)
        channel.cut(exchange, exchange % 2 == 0)
        assert not gate.tap(resident, channel) and channel.fired
    assert gate.tap(resident) and resident.paid_here == 1
    assert gate.kinds() == ["pending", "debited", "passed"]


def test_memory_failure_and_strange_answers_to_debit_are_tears():
    for sw in (0x6581, 0x6F00, 0x9240):
        gate, resident = Gate(), Resident(1)
        channel = gate.channel(resident)
        channel.refuse = {0x54: sw}
        assert not gate.tap(resident, channel)
        assert len(gate.charger.open) == 1
        assert gate.tap(resident) and resident.paid_here == 1
        assert gate.kinds() == ["pending", "discarded", "pending", "debited", "passed"]


def test_a_plain_refusal_of_debit_closes_the_debit():
    for sw in (0x9302, 0x6985, 0x9401):
        gate, resident = Gate(), Resident(1)
        channel = gate.channel(resident)
        channel.refuse = {0x54: sw}
        assert not gate.tap(resident, channel)
        assert gate.charger.open == [] and gate.kinds() == ["pending", "discarded"]


def test_a_card_with_a_wrong_mac2_passes_once_and_is_flagged():
    gate, resident = Gate(), Resident(1)
    gate.psam.refuse = {0x72: 0x9302}
    assert gate.tap(resident)
    assert gate.records()[1].flags == records.MAC2_WRONG and resident.paid_here == 1
    gate.psam.refuse = {}
    for _ in range(2):
        assert not gate.tap(resident) and resident.paid_here == 1
        gate.boot()
    assert gate.tap(Resident(2))


def test_the_psam_loses_its_power_between():
    gate, resident = Gate(), Resident(1)
    at_debit = []
    transmit = resident.card.transmit

    def watched(apdu):
        if apdu[1] == 0x54:
            at_debit.append(1)
            gate.psam.card.power_on("contact")
        return transmit(apdu)

    resident.card.transmit = watched
    assert gate.tap(resident) and at_debit == [1]
    assert not gate.records()[1].flags & records.PSAM_PROVED and not gate.charger.ready
    assert gate.tap(resident) and resident.paid_here == 2 == resident.passed


def test_a_psam_without_a_key_for_this_card_stays_in_service():
    gate, resident = Gate(), Resident(1)
    gate.psam.refuse = {0x70: 0x9403}
    assert not gate.tap(resident)
    assert gate.charger.ready and gate.kinds() == [] and resident.paid_here == 0


def test_who_paid_and_did_not_pass_passes_on_that_payment():
    for plug in (False, True):
        gate, resident = Gate(), Resident(1)
        gate._let_through = lambda resident, seq: None  # the barrier's time runs out
        assert gate.tap(resident)
        seq = gate.journal.last_seq
        gate.journal.append(records.pack(records.plain(records.NOT_PASSED, gate.clock.utc(), bytes(16), ref=seq)))
        gate.charger.passage(seq, False)
        del gate._let_through
        if plug:
            gate.boot()
        assert gate.tap(resident)
        assert resident.paid_here == 1 == resident.passed
        assert gate.tap(resident) and resident.paid_here == 2
        gate.clock.move(301000)
        assert gate.charger.paid_before(resident.token) is None


def test_an_unused_payment_serves_for_a_while_only():
    gate, resident = Gate(), Resident(1)
    gate._let_through = lambda resident, seq: None
    assert gate.tap(resident)
    gate.charger.passage(gate.journal.last_seq, False)
    gate.clock.move(299000)
    gate.charger.expire()
    assert gate.charger.paid_before(resident.token) is not None
    gate.clock.move(1000)
    assert gate.charger.paid_before(resident.token) is None
    assert gate.charger.unused
    gate.charger.expire()
    assert gate.charger.unused == []  # a small heap has better use for the room
