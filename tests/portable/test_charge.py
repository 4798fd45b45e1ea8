from offline_store.journal import Journal
from simulator.cards.demonstration import make_card
from simulator.cards.psam import SoftwarePsam
from simulator.virtual_time import VirtualClock
from terminal import records
from terminal.errors import CardLost, PsamFault
from terminal.media.present import read_card
from terminal.media.psam import Psam
from terminal.tap.charge import PAID, REFUSED, TORN, Charger
from tests.portable.checks import raises, run
from tests.portable.direct import DirectChannel
from tests.portable.sparse_medium import SparseMedium

NOW = 1773619200
JOURNAL_SIZE = 64 * 1024


class Gate:
    """A charger with a card on the reader, and a plug that can be pulled."""

    def __init__(self, balance=1000, algorithm=0):
        self.clock = VirtualClock(NOW)
        self.medium = SparseMedium(JOURNAL_SIZE)
        self.card = make_card("03104830100000000042", balance=balance, algorithm=algorithm)
        self.channel = DirectChannel(self.card)
        self.slot = DirectChannel(SoftwarePsam())
        self.boot()

    def boot(self):
        self.journal = Journal(self.medium)
        self.charger = Charger(Psam(self.slot), self.journal, self.clock)
        run(self.charger.start())
        self.charger.recover()

    def tap(self, fare=200, token=b"t" * 16):
        """Outcome of one presentation, as the lane would do it."""
        presented = run(read_card(self.channel, ("purse",)))
        torn = self.charger.pending_of(token)
        if torn is not None:
            outcome = run(self.charger.finish(self.channel, presented, torn))
            if outcome is not None:
                return outcome
        template = records.plain(records.TAP, self.clock.utc(), token, 2)
        return run(self.charger.charge(self.channel, presented, template, fare))

    def kinds(self):
        return [records.KINDS[records.unpack(payload).kind] for _, payload in self.journal.unacknowledged()]

    def record(self, seq):
        return records.unpack(self.journal.read(seq))


def test_a_fare_is_pending_before_it_is_debited():
    for algorithm in (0, 4):
        gate = Gate(algorithm=algorithm)
        outcome = gate.tap()
        assert outcome.state == PAID and gate.card.purse.balance == 800
        assert gate.kinds() == ["pending", "debited"]
        pending, debited = gate.record(1), gate.record(2)
        assert debited.ref == 1 and debited.fare == 200 and debited.balance == 800
        assert debited.flags & records.PSAM_PROVED
        assert debited.tac != bytes(4) and debited.mac2 != bytes(4) and debited.mac1 == pending.mac1
        assert debited.algorithm == algorithm and gate.charger.open == []


def test_the_pending_record_is_on_the_medium_when_debit_goes_out():
    gate = Gate()
    seen = []
    transmit = gate.card.transmit

    def watched(apdu):
        if apdu[1] == 0x54:
            again = Journal(gate.medium.copy())
            seen.append([records.unpack(payload).kind for _, payload in again.unacknowledged()])
        return transmit(apdu)

    gate.card.transmit = watched
    gate.tap()
    assert seen == [[records.PENDING]]


def exchanges_of_one_tap():
    gate = Gate()
    gate.tap()
    return len(gate.channel.sent)


def test_torn_at_every_exchange_the_card_pays_once():
    fired = 0
    for exchange in range(exchanges_of_one_tap()):
        for before in (True, False):
            for plug in (True, False):
                gate = Gate()
                gate.channel.cut(exchange, before)
                try:
                    outcome = gate.tap()
                    torn = outcome.state == TORN
                except CardLost:
                    torn = True
                assert torn and gate.channel.torn.fired >= 1
                fired += gate.channel.torn.fired
                if plug:
                    gate.boot()
                gate.channel.back()
                outcome = gate.tap()
                assert outcome.state == PAID, (exchange, before, plug)
                assert gate.card.purse.balance == 800, (exchange, before, plug)
                assert gate.kinds().count("debited") == 1
                assert gate.charger.open == []
    assert fired == 4 * exchanges_of_one_tap()


def test_a_recovered_payment_keeps_its_first_time_and_says_so():
    gate = Gate()
    gate.channel.cut(exchanges_of_one_tap() - 1, False)
    assert gate.tap().state == TORN
    gate.clock.move(60000)
    gate.channel.back()
    outcome = gate.tap()
    assert outcome.record.flags & records.RECOVERED and outcome.record.time == NOW
    assert outcome.record.tac != bytes(4)
    assert gate.kinds() == ["pending", "debited"]


def test_recovered_when_too_little_is_left_for_another_fare():
    gate = Gate(balance=250)
    gate.channel.cut(exchanges_of_one_tap() - 1, False)
    assert gate.tap().state == TORN
    gate.channel.back()
    assert gate.tap().state == PAID and gate.card.purse.balance == 50


def test_a_pending_turns_grey_when_its_card_stays_away():
    gate = Gate()
    gate.channel.cut(exchanges_of_one_tap() - 1, False)
    assert gate.tap().state == TORN
    gate.clock.move(86399000)
    gate.charger.expire()
    assert gate.kinds() == ["pending"]
    gate.clock.move(1000)
    gate.charger.expire()
    assert gate.kinds() == ["pending", "grey"] and gate.charger.open == []


def test_too_little_money_leaves_no_record():
    gate = Gate(balance=100)
    outcome = gate.tap()
    assert outcome.state == REFUSED and outcome.sw == 0x9401
    assert gate.kinds() == [] and gate.card.purse.balance == 100


def test_a_mute_psam_takes_no_money():
    gate = Gate()
    gate.slot.cut(0, True)
    raises(PsamFault, gate.tap)
    assert gate.slot.torn.fired == 1 and not gate.charger.ready
    assert gate.kinds() == [] and gate.card.purse.balance == 1000


def test_a_psam_that_falls_silent_after_the_debit_does_not_hide_it():
    gate = Gate()
    gate.slot.cut(2, True)  # INIT SAM FOR PURCHASE, GET RESPONSE, then CREDIT SAM
    outcome = gate.tap()
    assert gate.slot.torn.fired == 1
    assert outcome.state == PAID and not outcome.record.flags & records.PSAM_PROVED
    assert gate.card.purse.balance == 800


def test_setting_the_clock_makes_no_card_stay_away():
    """A terminal that boots without the time gets it later: a card torn before that still has its day."""
    gate = Gate()
    gate.channel.cut(exchanges_of_one_tap() - 1, False)
    assert gate.tap().state == TORN
    gate.clock.jump(20 * 365 * 86400)
    gate.charger.expire()
    assert gate.kinds() == ["pending"]
    gate.clock.jump(-3600)
    gate.clock.move(86399000)
    gate.charger.expire()
    assert gate.kinds() == ["pending"]
    gate.channel.back()
    assert gate.tap().state == PAID and gate.card.purse.balance == 800


class Codes:
    since = None


def test_a_start_tells_since_when_codes_can_not_have_been_used():
    gate, codes = Gate(), Codes()
    gate.charger.recover(codes)
    assert codes.since == 0  # nobody ever came
    for seconds, scheme, reason in ((10, 3, 0), (20, 4, 22), (30, 1, 0)):
        gate.journal.append(records.pack(records.plain(records.TAP, NOW + seconds, b"c" * 16, scheme, reason)))
    gate.charger.recover(codes)
    assert codes.since == NOW + 11  # the second one was refused, the third is a card


class LongJournal:
    """A hundred taps of one card, a second apart."""

    last_seq = 100

    def read(self, seq):
        return records.pack(records.plain(records.TAP, NOW + seq, b"c" * 16, 1))


def test_what_is_too_long_ago_to_be_looked_at_may_hold_a_used_code():
    from terminal.tap import charge_recovery  # loaded for one look, as at a start

    assert charge_recovery.find(LongJournal(), NOW + 200)[3:] == (None, NOW + 37)
