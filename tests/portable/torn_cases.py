"""A gate whose plug, card and PSAM can be pulled at any step, and what must hold however often they are. Portable."""

from offline_store.journal import Journal
from simulator.cards.demonstration import make_card
from simulator.cards.psam import SoftwarePsam
from simulator.virtual_time import VirtualClock
from terminal import records
from terminal.errors import CardDataMalformed, CardLost, PsamFault, PurseRefused
from terminal.media.present import read_card
from terminal.media.psam import Psam
from terminal.ports import NO_ANSWER
from terminal.tap.charge import PAID, Charger
from tests.portable.checks import run
from tests.portable.sparse_medium import SparseMedium

NOW = 1773619200
FARE = 200
BALANCE = 5000
HERE = b"\x00\x00\x30\x00\x89\x00"
ELSEWHERE = b"\x00\x00\x30\x00\x77\x00"
_JOURNAL = 65536
_SECTOR = 512

# What becomes of a sector that was written but not synced when the power goes.
LOST, KEPT, HALF = "lost", "kept", "half"


class PowerLost(BaseException):
    """The terminal's power is gone: nothing in it may catch this."""


class Plug:
    """Counts every step the terminal takes towards card, PSAM, medium and barrier; pulled at step `at`."""

    def __init__(self):
        self.steps = 0
        self.at = None
        self.fired = 0

    def step(self):
        if self.steps == self.at:
            self.fired += 1
            self.at = None
            raise PowerLost()
        self.steps += 1


class CutMedium:
    """A medium whose writes are durable only after sync; `survive` says what a cut leaves of the others."""

    def __init__(self, plug):
        self.plug = plug
        self.survive = LOST
        self.durable = SparseMedium(_JOURNAL)
        self.size = _JOURNAL
        self._waiting = []

    def read_into(self, offset, buffer):
        # A store reads nothing that it has written and not synced.
        self.durable.read_into(offset, buffer)

    def write(self, offset, data):
        self.plug.step()
        self._waiting.append((offset, bytes(data)))

    def sync(self):
        self.plug.step()
        self._settle(_SECTOR)
        self.plug.step()

    def power_lost(self):
        self._settle({LOST: 0, KEPT: _SECTOR, HALF: 100}[self.survive])

    def _settle(self, size):
        for offset, data in self._waiting:
            self.durable.write(offset, data[:size])
        self._waiting = []

    def close(self):
        pass


class Channel:
    """A card or PSAM. `cut(n, before)`: the n-th exchange from now is lost before or after the card worked on it."""

    def __init__(self, card, plug=None):
        self.card = card
        self.ats = card.ats
        self.refuse = {}  # ins -> status word that the card answers instead of working
        self.sent = []
        self.fired = 0
        self._plug = plug
        self._cut_at = None
        self._before = False

    def cut(self, exchange, before):
        self._cut_at = len(self.sent) + exchange
        self._before = before

    async def transmit(self, apdu):
        """(data, sw) as every channel."""
        at = len(self.sent)
        self.sent.append(bytes(apdu))
        if self._plug:
            self._plug.step()
        if self._cut_at is not None and at >= self._cut_at:
            self.fired += 1
            if at == self._cut_at and not self._before:
                self.card.transmit(apdu)
            return b"", NO_ANSWER
        if apdu[1] in self.refuse:
            return b"", self.refuse[apdu[1]]
        answer = self.card.transmit(apdu)
        if self._plug:
            self._plug.step()
        return answer[:-2], answer[-2] << 8 | answer[-1]

    def back(self):
        """The card lies on the reader again."""
        self._cut_at = None
        self.sent = []
        self.card.power_on()


class Resident:
    """A card and whoever holds it; `paid_here` is the truth that only the card knows."""

    def __init__(self, number, **options):
        self.token = bytes((number,)) * 16
        self.card = make_card("031048301000000000%02d" % number, balance=BALANCE, social=False, **options)
        self.passed = 0
        self.unseen = 0  # passages that the power cut kept out of the journal
        self.paid_here = 0


class Gate:
    """Serves presentations in the order in which the lane does."""

    def __init__(self, terminal=HERE, psam=None):
        self.plug = Plug()
        self.clock = VirtualClock(NOW)
        self.medium = CutMedium(self.plug)
        self.psam = Channel(psam or SoftwarePsam(terminal_number=terminal), self.plug)
        self.boot()

    def boot(self):
        """Power comes (back): everything volatile is gone, in the PSAM and on the medium too."""
        self.medium.power_lost()
        self.psam.back()
        self.psam.card.power_on("contact")
        self.journal = Journal(self.medium, journal_id=1)
        self.charger = Charger(Psam(self.psam), self.journal, self.clock)
        run(self.charger.start())
        self.charger.recover()

    def channel(self, resident):
        channel = Channel(resident.card, self.plug)
        channel.back()
        return channel

    def tap(self, resident, channel=None, fare=FARE, trip=()):
        """Whether the resident was let through; CardLost is a presentation that has to be repeated."""
        channel = channel or self.channel(resident)
        debits = resident.card.purse.debits
        try:
            outcome = self._serve(resident, channel, fare, trip)
        except (CardLost, CardDataMalformed, PurseRefused, PsamFault):
            return False
        finally:
            resident.paid_here += resident.card.purse.debits - debits
        if outcome is None or outcome.state != PAID:
            return False
        self._let_through(resident, outcome.seq)
        return True

    def _serve(self, resident, channel, fare, trip):
        if not self.charger.ready:
            run(self.charger.start())
        presented = run(read_card(channel, ("purse",)))
        if presented is None:
            return None
        self.charger.expire()
        torn = self.charger.pending_of(resident.token)
        if torn is None:
            outcome = self.charger.paid_before(resident.token)
        else:
            outcome = run(self.charger.finish(channel, presented, torn))
        if outcome is None:
            template = records.plain(records.TAP, self.clock.utc(), resident.token, 2)
            outcome = run(self.charger.charge(channel, presented, template, fare, trip))
        return outcome

    def _let_through(self, resident, seq):
        self.plug.step()
        record = records.unpack(Journal(self.medium.durable.copy()).read(seq))
        assert record.kind in (records.DEBITED, records.GREY) and record.token == resident.token
        resident.passed += 1
        resident.unseen += 1  # until the passage is recorded: the power may go here
        self.plug.step()
        self.journal.append(records.pack(records.plain(records.PASSED, self.clock.utc(), bytes(16), ref=seq)))
        resident.unseen -= 1
        self.charger.passage(seq, True)

    def records(self):
        """The durable records, in order."""
        return [records.unpack(payload) for _, payload in Journal(self.medium.durable.copy()).unacknowledged()]

    def kinds(self):
        return [records.KINDS[record.kind] for record in self.records()]

    def _last_passages(self, mine):
        """The last passage record of each of the payments in `mine`."""
        everything = [(seq, records.unpack(p)) for seq, p in Journal(self.medium.durable.copy()).unacknowledged()]
        paid = [seq for seq, record in everything if record in mine and record.kind in (records.DEBITED, records.GREY)]
        last = {record.ref: record for _, record in everything if record.kind in (records.PASSED, records.NOT_PASSED)}
        return [last[seq] for seq in paid if seq in last]

    def check(self, resident):
        """What must hold in the end. Returns how many grey records the resident's card has."""
        mine = [record for record in self.records() if record.token == resident.token]
        greys = sum(record.kind == records.GREY for record in mine)
        unused_greys = sum(record.kind == records.GREY and not record.flags & records.RECOVERED for record in mine)
        debited = sum(record.kind == records.DEBITED for record in mine)
        assert debited <= resident.paid_here <= debited + greys, (debited, resident.paid_here, greys)
        # Whoever paid passed, or there is a record for the head-end to settle: grey, or a payment nobody passed on.
        unpassed = sum(record.kind == records.NOT_PASSED for record in self._last_passages(mine))
        assert resident.paid_here - unused_greys - unpassed <= resident.passed, self.kinds()
        assert resident.passed <= debited + greys + resident.unseen, self.kinds()
        closed = sorted(record.ref for record in mine if record.kind != records.PENDING)
        assert len(closed) == len(set(closed)), "one debit was closed twice"
        return greys


def use_elsewhere(resident, times, fare=100):
    """The card pays at other gates, a new one each time: small heaps hold one journal at a time."""
    for _ in range(times):
        assert Gate(ELSEWHERE).tap(Elsewhere(resident), fare=fare)


class Elsewhere:
    """The same card at another gate: what it pays there is not counted here."""

    def __init__(self, resident):
        self.token = resident.token
        self.card = resident.card
        self.passed = self.unseen = self.paid_here = 0


def exchanges_of_one_tap(interface=None, fare=FARE, trip=()):
    """How many APDUs one undisturbed purchase takes."""
    gate, resident = Gate(), Resident(1)
    resident.card.power_on(interface)
    channel = gate.channel(resident)
    assert gate.tap(resident, channel, fare, trip)
    return len(channel.sent)


def torn_at_debit(gate, resident, before=False):
    channel = gate.channel(resident)
    channel.cut(exchanges_of_one_tap() - 1, before)
    assert not gate.tap(resident, channel) and channel.fired
    assert len(gate.charger.open) == 1


def steps_of_one_tap():
    """How many steps at which the plug can be pulled one undisturbed purchase takes."""
    gate, resident = Gate(), Resident(1)
    before = gate.plug.steps
    assert gate.tap(resident)
    return gate.plug.steps - before


# What may happen between the tear and the card's return: name -> (function(gate, resident), grey records allowed)


def _nothing(gate, resident):
    pass


def _another_card(gate, resident):
    another = Resident(7)
    assert gate.tap(another) and gate.check(another) == 0


def _another_torn_card(gate, resident):
    another = Resident(8)
    channel = gate.channel(another)
    channel.cut(6, False)
    assert not gate.tap(another, channel) and channel.fired
    assert gate.tap(another) and gate.check(another) == 0


def _used_elsewhere(gate, resident):
    use_elsewhere(resident, 1)


def _used_often_elsewhere(gate, resident):
    use_elsewhere(resident, 12)


def _stays_away(gate, resident):
    gate.clock.move(86400000)
    gate.charger.expire()


def _many_others(gate, resident):
    for number in range(20, 34):
        another = Resident(number)
        assert gate.tap(another)
        gate.charger.expire()


NEXT = {
    "nothing": (_nothing, False),
    "another card": (_another_card, False),
    "another torn card": (_another_torn_card, False),
    "used elsewhere": (_used_elsewhere, False),
    "used often elsewhere": (_used_often_elsewhere, True),
    "stays away": (_stays_away, True),
    "many others": (_many_others, False),
}


def torn_case(exchange, before, plug, then, refuse=None, interface=None, fare=FARE, trip=(), **options):
    """One cell of the matrix: (kinds of the records, greys). Asserts what must hold."""
    what, grey_allowed = NEXT[then]
    gate, resident = Gate(), Resident(1, **options)
    resident.card.power_on(interface)
    channel = gate.channel(resident)
    channel.cut(exchange, before)
    assert not gate.tap(resident, channel, fare, trip) and channel.fired
    if plug:
        gate.boot()
    what(gate, resident)
    if plug:
        gate.boot()
    again = gate.channel(resident)
    again.refuse = refuse or {}
    assert gate.tap(resident, again, fare, trip)
    greys = gate.check(resident)
    assert resident.passed == 1 and gate.charger.open == []
    assert not greys or grey_allowed, gate.kinds()
    assert len(resident.card.purse.transit_log) == (resident.paid_here if trip else 0)
    return gate.kinds(), greys


def power_case(steps, survive, **options):
    """The plug is pulled at each of `steps` in turn (counted from the power-on before), then all goes well."""
    gate, resident = Gate(), Resident(1, **options)
    gate.medium.survive = survive
    for step in steps:
        gate.plug.at = gate.plug.steps + step
        try:
            gate.tap(resident)
        except PowerLost:
            gate.boot()
        gate.plug.at = None
        if resident.passed:
            break
    fired = gate.plug.fired
    if not resident.passed:
        assert gate.tap(resident)
    assert gate.check(resident) == 0
    assert resident.passed == 1 == resident.paid_here, gate.kinds()
    return fired
