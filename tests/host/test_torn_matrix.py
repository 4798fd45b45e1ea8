"""The whole matrix of torn cards: every APDU, both sides of it, plug in or out, and whatever happens before the card
comes back; the terminal's plug at every step; and the same through the real lane, driver and emulated reader."""

import itertools
import random

import pytest

from simulator import few_taps
from terminal import records
from terminal.lists import BLOCKED, Entry
from tests.portable import torn_cases
from tests.portable.torn_cases import HALF, KEPT, LOST, NEXT, Gate, Resident, torn_at_debit

EXCHANGES = torn_cases.exchanges_of_one_tap()
STEPS = torn_cases.steps_of_one_tap()
# What the card cannot do any more when it comes back: no proof; neither proof nor log.
MUTE = {"able": {}, "no proof": {0x5A: 0x9406}}


@pytest.mark.parametrize("then", sorted(NEXT))
@pytest.mark.parametrize("able", sorted(MUTE))
def test_torn_at_every_apdu(then, able):
    at_debit = set()
    # Before DEBIT nothing is open: there the slow cells would only show again what the quick ones show.
    first = EXCHANGES - 1 if able != "able" or then in ("many others", "used often elsewhere") else 0
    for exchange, before, plug in itertools.product(range(first, EXCHANGES), (True, False), (True, False)):
        kinds, _ = torn_cases.torn_case(exchange, before, plug, then, MUTE[able])
        if exchange == EXCHANGES - 1:
            at_debit.add((before, "discarded" in kinds))
        else:
            assert "discarded" not in kinds and "grey" not in kinds
    if not NEXT[then][1]:
        # A card that never saw DEBIT is charged anew, one that executed it is not.
        assert at_debit == {(True, True), (False, False)}


def test_sm4_cards_tear_alike():
    for before, then in itertools.product((True, False), ("nothing", "used elsewhere")):
        torn_cases.torn_case(EXCHANGES - 1, before, True, then, algorithm=4)


def test_cards_on_contacts_tear_alike():
    """T=0 fetches each answer apart: the debit may be executed and its answer still lie in the card."""
    count = torn_cases.exchanges_of_one_tap("contact")
    assert count > EXCHANGES
    for exchange, before in itertools.product(range(count), (True, False)):
        torn_cases.torn_case(exchange, before, False, "nothing", interface="contact")


def test_composite_purchases_tear_alike():
    """An entry over nothing: the trip record is written with the counter, or neither is."""
    trip = ((0x1E, 0x00, b"\x03" + bytes(47)),)
    count = torn_cases.exchanges_of_one_tap(fare=0, trip=trip)
    for exchange, before, then in itertools.product(range(count), (True, False), ("nothing", "used elsewhere")):
        torn_cases.torn_case(exchange, before, False, then, fare=0, trip=trip)


def test_the_plug_at_every_step():
    for survive in (LOST, KEPT, HALF):
        assert sum(torn_cases.power_case((step,), survive) for step in range(STEPS)) == STEPS


def test_the_plug_twice():
    chosen = random.Random(20260316).sample(list(itertools.product(range(STEPS), range(STEPS))), 150)
    fired = sum(torn_cases.power_case(steps, (LOST, KEPT, HALF)[sum(steps) % 3]) for steps in chosen)
    assert fired > 200


def test_more_torn_cards_than_the_terminal_keeps():
    gate = Gate()
    residents = [Resident(number) for number in range(1, 10)]
    for resident in residents:
        channel = gate.channel(resident)
        channel.cut(EXCHANGES - 1, False)
        assert not gate.tap(resident, channel)
    assert len(gate.charger.open) == 8 and gate.kinds().count("grey") == 1
    for resident in residents[1:]:
        assert gate.tap(resident) and resident.paid_here == 1


def test_open_debits_are_said_again_before_the_journal_forgets_them():
    gate, resident = Gate(), Resident(1)
    torn_at_debit(gate, resident)
    for number in range(90):
        gate.journal.append(records.pack(records.plain(records.MODE, gate.clock.utc(), bytes(16))))
        if number % 30 == 0:
            gate.journal.acknowledge(gate.journal.last_seq)
        gate.charger.expire()
    assert gate.journal.last_seq > 90
    gate.boot()
    assert [entry.seq for entry in gate.charger.open] == [1]
    assert gate.tap(resident) and resident.paid_here == 1
    assert [record.ref for record in gate.records() if record.kind == records.DEBITED] == [1]
    gate.boot()
    assert gate.charger.open == []


# Through the lane.


@pytest.fixture
def gate(listed, tmp_path):
    return few_taps.Gate(listed, str(tmp_path / "journal"))


def shown(gate):
    return [dict(facts)["state"] for _, name, facts in gate.events if name == "show"]


def balance(gate, name="adult"):
    return gate.people.balance(name)


def kinds(gate):
    journal = gate.bench.terminal.journal
    return [records.KINDS[records.unpack(payload).kind] for _, payload in journal.unacknowledged()]


def apdus_of_one_tap(listed, folder):
    gate = few_taps.Gate(listed, str(folder / "count"))
    before = gate.bench.hardware.reader_chip.apdus
    gate.card("adult")
    return gate.bench.hardware.reader_chip.apdus - before


@pytest.mark.parametrize("plug", [False, True])
def test_the_lane_at_every_apdu(listed, tmp_path, plug):
    count = apdus_of_one_tap(listed, tmp_path)
    # Without an open debit a power cut makes no difference: there it is pulled around DEBIT only.
    first = count - 1 if plug else 1
    fired = 0
    for number, before_response in itertools.product(range(first, count + 1), (True, False)):
        gate = few_taps.Gate(listed, str(tmp_path / ("%d%d" % (number, before_response))))
        start = balance(gate)
        chip = gate.bench.hardware.reader_chip
        chip.cut_after_apdu(number, before_response)
        gate.card("adult")
        fired += chip.torn.fired
        if plug and "admitted" not in shown(gate):
            gate.bench.power_off()
            gate.bench.power_on()
            gate.bench.until_idle()
        gate.bench.run_for(300)
        if "admitted" not in shown(gate):
            gate.card("adult")
        assert shown(gate).count("admitted") == 1, (number, before_response)
        assert gate.bench.walk()
        gate.bench.run_for(2000)
        assert balance(gate) == start - 200, (number, before_response)
        assert kinds(gate).count("debited") == kinds(gate).count("passed") == 1
    # The very last cut comes behind the answer to DEBIT: nothing is torn any more, the card is only gone.
    assert fired == 2 * (count + 1 - first)


def test_the_plug_between_payment_and_barrier(gate):
    """The debit is recorded, then the power goes before anything opens: the card passes without a second charge."""
    start = balance(gate)
    passage = gate.bench.terminal.lane.attendant._passage

    def pulled(seq, persons=1):
        raise torn_cases.PowerLost()

    passage.open = pulled
    gate.bench.present(gate.people.card("adult", gate.bench.hardware.reader_chip))
    with pytest.raises(torn_cases.PowerLost):
        gate.bench.run_for(600)
    gate.bench.remove()
    gate.bench.power_off()
    gate.bench.power_on()
    gate.bench.until_idle()
    gate.card("adult")
    assert gate.walk() is None and shown(gate).count("admitted") == 1
    assert balance(gate) == start - 200
    assert kinds(gate)[-3:] == ["boot", "not_passed", "passed"]


def test_who_paid_and_hesitated_passes_on_that_payment(gate):
    start = balance(gate)
    gate.card("adult")
    gate.bench.run_for(7000)
    assert kinds(gate)[-1] == "not_passed"
    gate.card("adult")
    gate.walk()
    assert balance(gate) == start - 200 and kinds(gate)[-2:] == ["not_passed", "passed"]
    gate.card("adult")
    gate.walk()
    assert balance(gate) == start - 400


def test_reported_lost_between_payment_and_return(gate):
    """What the card paid is recorded as paid, and nobody passes on a card that is reported lost."""
    start = balance(gate)
    chip = gate.bench.hardware.reader_chip
    chip.cut_after_apdu(apdus_to_debit(gate), True)
    gate.card("adult")
    assert chip.torn.fired == 1 and balance(gate) == start - 200
    lists = gate.bench.terminal.lane._lists
    look = lists.look
    lists.look = lambda token: Entry(BLOCKED, *look(token)[1:])
    gate.bench.run_for(4000)
    gate.card("adult")
    assert shown(gate)[-1] == "refused"
    assert sum(name == "gate" for _, name, _ in gate.events) == 1  # for the neighbour
    assert kinds(gate)[-4:] == ["pending", "debited", "not_passed", "tap"]
    assert balance(gate) == start - 200


def apdus_to_debit(gate):
    """The number of APDUs up to DEBIT, counted on a neighbour's card."""
    chip = gate.bench.hardware.reader_chip
    before = chip.apdus
    gate.card("elder")
    gate.walk()
    return chip.apdus - before
