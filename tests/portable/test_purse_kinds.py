from simulator.cards.demonstration import LEGACY_PURSES, make_card
from terminal.errors import CardDataMalformed, SettingsInvalid
from terminal.media import purse_kinds
from terminal.media.present import read_card
from terminal.media.purse import NATIONAL
from terminal.settings import complete
from tests.portable.checks import raises, run
from tests.portable.direct import DirectChannel
from tests.portable.torn_cases import Gate, Resident

SERIAL = "03104830100000000042"


def read(card, kinds):
    return run(read_card(DirectChannel(card), ("purse",), kinds))


def test_each_city_purse_is_found_under_its_name_only():
    assert sorted(LEGACY_PURSES) == sorted(purse_kinds.LEGACY)
    for kind in sorted(purse_kinds.LEGACY):
        card = make_card(SERIAL, balance=100, social=False, legacy=kind)
        assert read(card, (NATIONAL,)) is None
        seen = read(card, (NATIONAL, kind)).purse
        assert seen.kind == kind and seen.balance == seen.available == 100  # Shenzhen sets the top bit
        assert seen.application.number == SERIAL[1:]
        other = "wuhan" if kind != "wuhan" else "suzhou"
        assert read(card, (other,)) is None


def test_a_purse_of_the_construction_ministry_under_its_shorter_name():
    card = make_card(SERIAL, balance=100, social=False, legacy="city_union")
    card.purse.names = (b"\xa0\x00\x00\x03\x86\x98\x07\x01",)
    assert read(card, ("city_union",)).purse.balance == 100


def test_each_of_them_can_be_set():
    chosen = [NATIONAL] + sorted(purse_kinds.LEGACY)
    assert complete({"terminal": "t", "site": ["", ""], "purses": chosen})["purses"] == chosen
    raises(SettingsInvalid, complete, {"terminal": "t", "site": ["", ""], "purses": ["metropolis"]})
    raises(SettingsInvalid, complete, {"terminal": "t", "site": ["", ""], "trips": [256]})
    for routes in ([["", "card"]], [["essc:"]], [["a b", "card"]], [["x" * 33, "card"]], [["28", "no name!"]], ["28"]):
        raises(SettingsInvalid, complete, {"terminal": "t", "site": ["", ""], "code_services": routes})


def test_the_national_purse_comes_first():
    assert read(make_card(SERIAL, social=False), (NATIONAL, "beijing")).purse.kind == NATIONAL


def test_a_city_purse_pays_and_its_algorithm_goes_to_the_psam_as_it_is():
    for algorithm in (0, 4):
        gate, resident = Gate(), Resident(1, legacy="wuhan", algorithm=algorithm)
        presented = run(read_card(gate.channel(resident), ("purse",), ("wuhan",)))
        channel = gate.channel(resident)
        run(read_card(channel, ("purse",), ("wuhan",)))
        from terminal import records

        outcome = run(gate.charger.charge(channel, presented, records.plain(1, 1773619200, bytes(16), 2), 200))
        assert outcome.state == "paid" and resident.card.purse.balance == 4800
        assert [apdu[5 + 19] for apdu in gate.psam.sent if apdu[1] == 0x70] == [algorithm]


def test_a_wrongly_counted_fci_is_not_the_end():
    card = make_card(SERIAL, balance=7, social=False, legacy="shenzhen")
    channel = DirectChannel(card)
    transmit = card.transmit
    short = bytes.fromhex("6F3284075041592E535A54A5279F0C20") + b"\x90\x00"
    card.transmit = lambda apdu: (transmit(apdu), short)[1] if apdu[1] == 0xA4 else transmit(apdu)
    assert run(read_card(channel, ("purse",), ("shenzhen",))).purse.balance == 7


def test_a_balance_that_cannot_be_is_no_money():
    card = make_card(SERIAL, balance=1000001, social=False, legacy="guangzhou")
    raises(CardDataMalformed, read, card, ("guangzhou",))


def test_a_psam_with_one_level_of_keys_and_another_file():
    from simulator.cards.psam import SoftwarePsam
    from terminal.media import purse, purse_keys
    from terminal.media.psam import Psam

    card = make_card(SERIAL, balance=1000, social=False)
    master = b"gatepost-demo-XX"
    card.purse.keys.purchase = purse_keys.diversify(master, card.purse.binary[0x15][12:20])
    channel, slot = DirectChannel(card), DirectChannel(SoftwarePsam(master))
    psam = Psam(slot, b"\xdf\x03", issuer_level=False)
    run(psam.start())
    money = run(read_card(channel, ("purse",))).purse
    initial = run(purse.initialise(channel, 200, psam.terminal))
    when = b"\x20\x26\x03\x16\x08\x00\x00"
    transaction, mac1 = run(psam.initialise(initial, 200, 6, when, money.serial, money.issuer))
    _, mac2 = run(purse.debit(channel, transaction, when, mac1))
    assert run(psam.credit(mac2)) is True and card.purse.balance == 800
    assert [apdu[4] for apdu in slot.sent if apdu[1] == 0x70] == [0x1C]
    assert b"\x00\xa4\x00\x00\x02\xdf\x03" in slot.sent
