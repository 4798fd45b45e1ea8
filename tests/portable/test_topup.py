from offline_store.journal import Journal
from simulator.cards.demonstration import LOAD_MASTER, TAC_MASTER, make_card
from simulator.cards.psam import SoftwarePsam
from simulator.load_service import DemonstrationLoadService
from simulator.virtual_time import VirtualClock
from terminal import records
from terminal.errors import CardLost
from terminal.media import purse_proofs
from terminal.media.present import read_card
from terminal.media.purse_load import LoadSam
from terminal.topup import DOUBTFUL, LOADED, OUT_OF_REACH, REFUSED, TORN, TopUp
from tests.portable.checks import run
from tests.portable.direct import DirectChannel
from tests.portable.sparse_medium import SparseMedium

NOW = 1773619200
KIOSK = b"\x00\x00\x30\x10\x99\x01"
OTHER = b"\x00\x00\x30\x10\x99\x02"
AMOUNT = 5000
TOKEN = b"k" * 16


class Kiosk:
    """A top-up kiosk with one card on its reader, and a plug."""

    def __init__(self, card=None, service=None, terminal=KIOSK, **options):
        self.card = card or make_card("03104830100000000042", balance=300, social=False, **options)
        self.channel = DirectChannel(self.card)
        self.service = service or DemonstrationLoadService()
        self.medium = SparseMedium(65536)
        self.terminal = terminal
        self.boot()

    def boot(self):
        self.journal = Journal(self.medium, journal_id=1)
        self.topup = TopUp(self.service, self.journal, VirtualClock(NOW), self.terminal)
        self.topup.recover()

    def load(self, amount=AMOUNT):
        """The state of one presentation, as a kiosk session would run it."""
        presented = run(read_card(self.channel, ("purse",)))
        entry = self.topup.loading_of(TOKEN)
        outcome = run(self.topup.finish(self.channel, presented, entry)) if entry else None
        if outcome is None:
            outcome = run(self.topup.load(self.channel, presented, records.plain(records.TAP, NOW, TOKEN, 2), amount))
        return outcome.state

    def records(self):
        return [records.unpack(payload) for _, payload in self.journal.unacknowledged()]

    def kinds(self):
        return [records.KINDS[record.kind] for record in self.records()]


def exchanges_of_one_load():
    kiosk = Kiosk()
    kiosk.load()
    return len(kiosk.channel.sent)


def proved(record, card):
    return purse_proofs.is_proved(record, TAC_MASTER, card.purse.binary[0x15][:4], card.purse.binary[0x15][12:20])


def test_a_load_is_recorded_before_it_is_ordered_and_proved_by_its_tac():
    for algorithm in (0, 4):
        kiosk = Kiosk(algorithm=algorithm, overdraft_limit=800)
        assert kiosk.load() == LOADED and kiosk.card.purse.balance == 5300
        loading, loaded = kiosk.records()
        assert (loading.kind, loaded.kind, loaded.ref) == (records.LOADING, records.LOADED, 1)
        assert loaded.fare == AMOUNT and loaded.balance == 5300 + 800 and loaded.algorithm == algorithm
        assert proved(loaded, kiosk.card)
        assert not proved(records.unpack(records.pack(loaded)[:-20] + bytes(20)), kiosk.card)


def test_the_loading_record_is_on_the_medium_when_the_service_is_asked():
    kiosk = Kiosk()
    seen = []
    order = kiosk.service.order

    async def watched(request):
        seen.append([records.unpack(p).kind for _, p in Journal(kiosk.medium.copy()).unacknowledged()])
        return await order(request)

    kiosk.service.order = watched
    assert kiosk.load() == LOADED and seen == [[records.LOADING]]


def test_torn_at_every_exchange_the_money_goes_on_once():
    count = exchanges_of_one_load()
    fired = 0
    for exchange in range(count):
        for before in (True, False):
            for plug in (True, False):
                kiosk = Kiosk()
                kiosk.channel.cut(exchange, before)
                try:
                    assert kiosk.load() == TORN
                except CardLost:
                    assert kiosk.kinds() == []
                fired += kiosk.channel.torn.fired
                if plug:
                    kiosk.boot()
                kiosk.channel.back()
                assert kiosk.load() == LOADED
                assert kiosk.card.purse.balance == 5300 and kiosk.topup.open == []
                assert kiosk.kinds().count("loaded") == 1
    assert fired >= 4 * count


def test_loaded_elsewhere_in_between():
    for before, times, expected in ((False, 1, LOADED), (True, 1, LOADED), (False, 11, DOUBTFUL)):
        kiosk = Kiosk()
        kiosk.channel.cut(exchanges_of_one_load() - 1, before)
        assert kiosk.load() == TORN
        kiosk.channel.back()
        for _ in range(times):
            other = Kiosk(kiosk.card, terminal=OTHER)
            kiosk.card.power_on()
            assert other.load(100) == LOADED
        kiosk.channel.back()
        assert kiosk.load() == expected
        assert kiosk.card.purse.balance == 5300 + 100 * times
        assert kiosk.kinds()[1] == {LOADED: "discarded" if before else "loaded", DOUBTFUL: "grey"}[expected]


def test_a_service_that_is_away_or_says_no_puts_nothing_on():
    for fault, expected in (("away", OUT_OF_REACH), ("refuse", REFUSED)):
        kiosk = Kiosk()
        getattr(kiosk.service, fault).arm()
        assert kiosk.load() == expected and getattr(kiosk.service, fault).fired == 1
        assert kiosk.card.purse.balance == 300 and kiosk.kinds() == ["loading", "discarded"]
        assert kiosk.load() == LOADED


def test_a_wrong_mac2_puts_nothing_on():
    kiosk = Kiosk()

    async def wrong(request):
        return bytes(4)

    kiosk.service.order = wrong
    assert kiosk.load() == REFUSED and kiosk.card.purse.balance == 300
    assert kiosk.kinds() == ["loading", "discarded"]


def test_a_card_that_cannot_prove_itself_gets_nothing():
    kiosk = Kiosk()
    kiosk.card.purse.keys.load = bytes(16)
    assert kiosk.load() == REFUSED and kiosk.service.issuer.loads == 0


def test_a_load_sam_in_the_kiosk():
    slot = DirectChannel(SoftwarePsam(LOAD_MASTER))
    kiosk = Kiosk(service=LoadSam(slot))
    assert kiosk.load() == LOADED and kiosk.card.purse.balance == 5300
    issuer_and_serial = kiosk.card.purse.binary[0x15][:4] + b"\xff\xff\xff\xff" + kiosk.card.purse.binary[0x15][12:20]
    assert slot.sent[0] == b"\x80\x1a\x42\x01\x10" + issuer_and_serial
    assert slot.sent[1][:5] == b"\x80\xfa\x00\x00\x08"
    kiosk.card.purse.keys.load = bytes(16)
    assert kiosk.load() == REFUSED
    slot.cut(0, True)
    assert kiosk.load() == OUT_OF_REACH and slot.torn.fired
    assert Kiosk(service=LoadSam(DirectChannel(SoftwarePsam(LOAD_MASTER))), algorithm=4).load() == REFUSED


def test_a_load_never_passes_for_a_fare():
    """Open loads are none of a charger's open debits, and the other way round."""
    from terminal.media.psam import Psam
    from terminal.tap.charge import Charger

    kiosk = Kiosk()
    kiosk.channel.cut(exchanges_of_one_load() - 1, False)
    assert kiosk.load() == TORN
    charger = Charger(Psam(DirectChannel(SoftwarePsam())), kiosk.journal, VirtualClock(NOW))
    assert charger.recover() == 0
    kiosk.boot()
    assert len(kiosk.topup.open) == 1


def test_tacs_of_debits_are_proved_too():
    from tests.portable.torn_cases import Gate, Resident

    for algorithm in (0, 4):
        gate, resident = Gate(), Resident(1, algorithm=algorithm)
        assert gate.tap(resident)
        pending, debited = gate.records()[:2]
        assert proved(debited, resident.card) and not proved(pending, resident.card)
        forged = records.Record(*debited[:6], debited.fare + 1, *debited[7:])
        assert not proved(forged, resident.card)
