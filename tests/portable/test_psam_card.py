"""The software PSAM: it agrees with the card about MAC1 and MAC2, and lets nothing come between 8070 and 8072."""

from binascii import hexlify, unhexlify

from simulator.cards import authentication
from simulator.cards.demonstration import make_card
from simulator.cards.psam import PsamSlot, SoftwarePsam
from simulator.virtual_time import Scheduler, VirtualClock

TERMINAL = "000030008900"
WHEN = "20260101083000"


def ask(card, apdu):
    answer = hexlify(card.transmit(unhexlify(apdu))).decode().upper()
    return answer[:-4], answer[-4:]


def started():
    psam = SoftwarePsam(transaction=41)
    assert ask(psam, "00B0960006") == (TERMINAL, "9000")
    assert ask(psam, "00A4000002DF01")[1] == "9000"
    return psam


def purchase(psam, card, amount=200):
    """8050 on the card, 8070 on the PSAM; returns the PSAM's transaction number || MAC1."""
    card.power_on()
    ask(card, "00A4040008A000000632010105")
    answer, sw = ask(card, "805001020B01%08X%s0F" % (amount, TERMINAL))
    assert sw == "9000"
    serial = hexlify(card.purse.binary[0x15][12:20]).decode()
    data = answer[22:30] + answer[8:12] + "%08X" % amount + "06" + WHEN + answer[18:22] + serial + "01011000FFFFFFFF"
    assert ask(psam, "8070000024" + data) == ("", "6108")
    answer, sw = ask(psam, "00C0000008")
    assert sw == "9000"
    return answer


def test_card_and_psam_agree():
    for algorithm in (0, 4):
        psam = started()
        card = make_card("3100000000000000077", balance=500, algorithm=algorithm)
        answer = purchase(psam, card)
        assert answer[:8] == "00000029"
        tac_and_mac2, sw = ask(card, "805401000F" + answer[:8] + WHEN + answer[8:] + "08")
        assert sw == "9000"
        assert ask(psam, "8072000004" + tac_and_mac2[8:])[1] == "9000"
        assert card.purse.balance == 300
        assert psam.purchase.transaction == 42


def test_wrong_mac2():
    psam = started()
    purchase(psam, make_card("1", balance=500))
    assert ask(psam, "807200000400000000")[1] == "9302"
    assert ask(psam, "807200000400000000")[1] == "6985"


def test_nothing_may_come_in_between():
    psam = started()
    card = make_card("1", balance=500)
    answer = purchase(psam, card)
    tac_and_mac2, _ = ask(card, "805401000F" + answer[:8] + WHEN + answer[8:] + "08")
    assert ask(psam, "00B0960006")[1] == "9000"
    assert ask(psam, "8072000004" + tac_and_mac2[8:])[1] == "6985"


def test_one_level_and_refusals():
    psam = started()
    one_level = "112233440000" + "00001000" + "06" + WHEN + "0100" + "5170010170907984"
    assert ask(psam, "807000001C" + one_level)[1] == "6108"
    assert ask(psam, "807000001C" + one_level.replace("0100517001", "0900517001"))[1] == "9403"
    assert ask(psam, "807000001B" + one_level[2:])[1] == "6700"
    psam.power_on()
    assert ask(psam, "807000001C" + one_level)[1] == "6982"  # no application selected


def test_published_mac1_comes_out_of_the_psam():
    """The vector's key is a card's own; a PSAM reaches it when the diversification gives just that key."""
    from terminal.media import purse_keys

    psam = SoftwarePsam(
        unhexlify("00112233445566778899AABBCCDDEEFF"), terminal_number=unhexlify("001122334455"), transaction=1
    )
    ask(psam, "00A4000002DF01")
    ask(psam, "807000001C" + "112233440000" + "00001000" + "06" + "20120229135100" + "0100" + "5170010170907984")
    answer, _ = ask(psam, "00C0000008")
    own_key = unhexlify("B9058A25B68893C82970F81E77A55260")
    session = purse_keys.purchase_session_key(own_key, unhexlify("11223344"), b"\0\0", b"\0\0\0\x01")
    expected = purse_keys.mac1(session, 0x1000, 6, unhexlify("001122334455"), unhexlify("20120229135100"))
    assert answer == "00000001" + hexlify(expected).decode().upper()


def test_delivered_key_enciphers_and_signs():
    psam = SoftwarePsam(unhexlify("00112233445566778899AABBCCDDEEFF"))
    assert ask(psam, "80FA0000080000000000000000")[1] == "6985"
    assert ask(psam, "801A2801085170010170907984")[1] == "9000"
    data, sw = ask(psam, "80FA0000080102030405060708")
    assert sw == "6108"
    from terminal.crypto.des import Des3

    key = Des3(unhexlify("B9058A25B68893C82970F81E77A55260"))
    assert unhexlify(ask(psam, "00C0000008")[0]) == key.encrypt_block(unhexlify("0102030405060708"))
    assert ask(psam, "80FA0500101122334400000000" + "04D6950005AABBCC")[1] == "6104"


def test_slot_is_a_channel():
    clock = VirtualClock()
    slot = PsamSlot(SoftwarePsam(), clock)
    seen = []

    async def talk():
        seen.append(await slot.transmit(unhexlify("00B0960006")))
        slot.mute.arm()
        seen.append(await slot.transmit(unhexlify("00B0960006")))
        slot.card = None
        seen.append(await slot.transmit(unhexlify("00B0960006")))

    scheduler = Scheduler(clock)
    scheduler.spawn(talk())
    scheduler.run_for(100)
    assert seen == [(unhexlify(TERMINAL), 0x9000), (b"", 0), (b"", 0)]
    assert slot.mute.fired == 1


SELECT_SOCIAL = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"


def factors(card):
    return hexlify(b"630000sh" + b"639900sx" + card.historical[5:13]).decode()


def test_published_internal_authentication():
    key = unhexlify("00112233445566778899AABBCCDDEEFF")
    random, data = unhexlify("0102030405060708"), unhexlify("1122334455667788")
    assert authentication.session_key(key, random) == unhexlify("00E2B15307A7A330")
    assert authentication.cryptogram(key, random, data) == unhexlify("50325F2803B6AD7A")


def test_psam_knows_a_genuine_card():
    for generation in (1, 2, 3):
        psam, card = started(), make_card("3100000000000000077", generation=generation)
        ask(card, SELECT_SOCIAL)
        random, data = "0102030405060708", "1122334455667788"
        answer, sw = ask(card, "0088000110" + random + data)
        assert sw == "9000"
        assert ask(psam, "BFDE681220" + factors(card) + random)[1] == "9000"
        assert ask(psam, "80FA000008" + data) == ("", "6108")
        assert ask(psam, "00C0000008") == (answer, "9000")
        other = make_card("3100000000000000078", generation=generation)
        ask(other, SELECT_SOCIAL)
        assert ask(other, "0088000110" + random + data)[0] != answer
        assert ask(card, "0088000111" + random + data + "00")[0] == answer  # with a key version behind
        assert ask(card, "0088004410" + random + data)[1] == "6A88"


def test_external_authentication_opens_the_holder_data():
    psam, card = started(), make_card("3100000000000000077", generation=3)
    ask(card, SELECT_SOCIAL)
    assert ask(card, "00B2083014")[1] == "6982"
    challenge, _ = ask(card, "0084000008")
    assert ask(psam, "BFDE681320" + factors(card) + challenge)[1] == "9000"
    data = "1122334455667788"
    ask(psam, "80FA000008" + data)
    proof, _ = ask(psam, "00C0000008")
    assert ask(card, "0082000A10" + proof + data)[1] == "9000"
    assert ask(card, "00B2083014")[1] == "9000"
    assert ask(card, "0082000A10" + proof + data)[1] == "6985"  # a challenge serves once
    ask(card, SELECT_SOCIAL)
    assert ask(card, "00B2083014")[1] == "6982"


def test_wrong_external_authentication_blocks_the_key():
    card = make_card("1", generation=3)
    ask(card, SELECT_SOCIAL)
    for expected in ("63C2", "63C1", "63C0"):
        ask(card, "0084000008")
        assert ask(card, "0082000A10" + "00" * 16)[1] == expected
    ask(card, "0084000008")
    assert ask(card, "0082000A10" + "00" * 16)[1] == "6983"


def test_session_key_of_the_psam_needs_its_levels():
    psam = started()
    assert ask(psam, "BFDE6812180102030405060708" + "00" * 16)[1] == "6700"
    assert ask(psam, "BFDE685520" + "00" * 32)[1] == "6A88"
    assert ask(psam, "80FA0000080000000000000000")[1] == "6985"
