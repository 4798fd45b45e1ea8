"""The virtual card against the fact sheet: files, forms, purchase and its cryptography."""

from binascii import hexlify, unhexlify

from simulator.cards import demonstration
from simulator.cards.card_os import CONTACT
from simulator.cards.demonstration import make_card
from simulator.cards.load_issuer import LoadIssuer
from simulator.cards.purse_application import PurseApplication, PurseKeys
from simulator.cards.social_application import SSSE, card_number_check, citizen_number_check
from terminal.media import purse_keys
from terminal.media.purse_load import LoadRequest

SELECT_PURSE = "00A4040008A000000632010105"
SELECT_SOCIAL = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
TERMINAL = "001122334455"
WHEN = "20260101083000"


def ask(card, apdu):
    """Hex in, (data hex, sw hex) out."""
    answer = hexlify(card.transmit(unhexlify(apdu))).decode().upper()
    return answer[:-4], answer[-4:]


def test_check_characters():
    for number in ("X00000019", "A12345674", "000000000", "123456788", "B00001230"):
        assert card_number_check(number[:8]) == number[8]
    # GB 11643's own example.
    assert citizen_number_check("11010519491231002") == "X"


def test_activation_data():
    card = make_card("3100000000000012345", identification_code=unhexlify("639900D15600000500BF7C7A48FB4966"))
    assert card.uid == unhexlify("00012345")
    assert card.atqa == b"\x00\x04" and card.sak == 0x20
    assert card.ats[0] == len(card.ats) == 18
    assert card.atr[:4] == unhexlify("3B6D0000") and len(card.atr) == 17
    # The code's last four chip bytes are the last four historical bytes.
    assert card.atr[-4:] == card.ats[-4:] == unhexlify("00BF7C7A")


def test_random_uid_changes_with_each_activation():
    card = make_card("1", random_uid=True)
    first = card.uid
    card.power_on()
    assert card.uid != first
    assert card.uid[0] == first[0] == 0x08


def test_nothing_is_selected_after_power_on():
    card = make_card("1")
    assert ask(card, "00B2012812")[1] == "6D00"
    assert ask(card, SELECT_PURSE)[1] == "9000"
    card.power_on()
    assert ask(card, "805C000204")[1] == "6D00"
    assert ask(card, "00A4040007A0000003330101")[1] == "6A82"


def test_social_selection():
    fci, sw = ask(make_card("1"), SELECT_SOCIAL)
    assert sw == "9000" and len(fci) == 60
    assert unhexlify(SELECT_SOCIAL)[5:] == SSSE


def test_social_records_in_all_four_forms():
    card = make_card("1", identification_code=unhexlify("639900D15600000500BF7C7A48FB4966"))
    ask(card, SELECT_SOCIAL)
    expected = "0110639900D15600000500BF7C7A48FB4966"
    assert ask(card, "00B2012812") == (expected, "9000")
    assert ask(card, "00B2012C12") == (expected, "9000")
    assert ask(card, "00B2010012")[1] == "6A82"  # no file selected
    assert ask(card, "00A4020002EF05")[1] == "9000"
    assert ask(card, "00B2010012") == (expected, "9000")
    assert ask(card, "00B2010412") == (expected, "9000")
    assert ask(card, "00B2010400") == (expected, "9000")
    assert ask(card, "00B2030006") == ("0304332E3030", "9000")
    assert ask(card, "00B2010006")[1] == "6C12"
    assert ask(card, "00B2440006")[1] == "6A83"


def test_social_forms_can_be_missing():
    card = make_card("1", forms=("number",))
    ask(card, SELECT_SOCIAL)
    assert ask(card, "00B2012812")[1] == "6A86"
    ask(card, "00A4020002EF05")
    assert ask(card, "00B2010012")[1] == "6A86"
    assert ask(card, "00B2010412")[1] == "9000"


def test_generation_three_keeps_the_holder_shut():
    card = make_card("1", generation=3)
    ask(card, SELECT_SOCIAL)
    assert ask(card, "00B2083014") == ("", "6982")


def test_generation_two_shows_the_example_holder():
    card = make_card("1", generation=2)
    ask(card, SELECT_SOCIAL)
    assert ask(card, "00B2083014") == ("0812" + hexlify(b"111111198101011110").decode(), "9000")
    assert ask(card, "00B2090020")[1] == "6A82"
    assert ask(card, "00B2093020")[0][:12] == "091ED5C5C8FD"
    assert ask(card, "00B20D3006") == ("0D0419810101", "9000")


def test_purse_fci_carries_file_0015():
    card = make_card("3104810000000000123", balance=1234)
    fci, sw = ask(card, SELECT_PURSE)
    assert sw == "9000"
    file15 = "01011000FFFFFFFF0201" + "03104810000000000123" + "20240101204012310000"
    assert fci == "6F318408A000000632010105A5259F0801029F0C1E" + file15
    assert ask(card, "00B095001E") == (file15, "9000")
    assert ask(card, "00B095001F")[1] == "6C1E"
    assert ask(card, "805C000204") == ("000004D2", "9000")
    assert ask(card, "805C010204") == ("00000000", "9000")
    assert ask(card, "00B201C417")[1] == "6A83"


def test_purse_without_0015_in_the_fci():
    card = make_card("1", fci_file=False)
    assert ask(card, SELECT_PURSE)[0] == "6F108408A000000632010105A5049F080102"


def test_file_0017_names_the_holder_class():
    card = make_card("1", holder_class=3, city="2900")
    ask(card, SELECT_PURSE)
    file17, sw = ask(card, "00B097003C")
    assert sw == "9000" and len(file17) == 120
    assert file17[:22] == "0000015600002900000103"


def test_overdraft_is_part_of_what_is_available():
    card = make_card("1", balance=-300, overdraft_limit=800)
    ask(card, SELECT_PURSE)
    assert ask(card, "805C000204")[0] == "000001F4"
    assert ask(card, "805C010204")[0] == "00000320"
    assert ask(card, "805C020204")[0] == "0000012C"
    assert ask(card, "805C030204")[0] == "00000000"


def vector_purse(algorithm):
    """A purse with the keys of the fact sheet's vectors and their random number."""
    keys = PurseKeys(
        unhexlify("11223344556677888877665544332211"),
        unhexlify("00112233445566778899AABBCCDDEEFF"),
        bytes(16),
        algorithm,
    )
    purse = PurseApplication(bytes(30), bytes(60), keys, balance=100000)
    purse._random = lambda: b"\x11\x22\x33\x44"
    card = make_card("1", social=False, purse=False)
    card.applications.append(purse)
    return card, purse


def test_published_vectors_come_out_of_the_card():
    for algorithm, mac1, mac2, tac in (
        (0, "F15CAB75", "56988A13", "B3A0D49C"),
        (4, "9BAFBCAC", "B05BF7F7", "30DF7104"),
    ):
        card, purse = vector_purse(algorithm)
        ask(card, SELECT_PURSE)
        answer = ask(card, "805001020B0100001000" + TERMINAL + "0F")
        assert answer == ("000186A00000000000010%d11223344" % algorithm, "9000")
        assert ask(card, "805401000F" + "00000001" + "20120229135100" + mac1 + "08") == (tac + mac2, "9000")
        assert purse.balance == 100000 - 0x1000
        assert ask(card, "00B201C417")[0] == "00010000000000100006" + TERMINAL + "20120229135100"
        assert ask(card, "805A00060200" + "0108") == (mac2 + tac, "9000")
        assert ask(card, "805A0006020002" + "08")[1] == "9406"
        assert ask(card, "805A0009020001" + "08")[1] == "9406"


def pay(card, amount, p1="01", cache=()):
    """One purchase with the demonstration keys; returns the status word of DEBIT."""
    purse = card.purse
    answer, sw = ask(card, "8050%s020B01%08X%s0F" % (p1, amount, TERMINAL))
    if sw != "9000":
        return sw
    for update in cache:
        assert ask(card, update)[1] == "9000"
    random = unhexlify(answer[22:30])
    kind = 6 if p1 == "01" else 9
    algorithm = purse.keys.algorithm
    counter = purse.counter.to_bytes(2, "big")
    session = purse_keys.purchase_session_key(purse.keys.purchase, random, counter, b"\0\0\0\x07", algorithm)
    mac1 = purse_keys.mac1(session, amount, kind, unhexlify(TERMINAL), unhexlify(WHEN), algorithm)
    mac1 = hexlify(mac1).decode()
    return ask(card, "805401000F00000007" + WHEN + mac1 + "08")[1]


def test_purchases_move_balance_counter_and_log():
    for algorithm in (0, 4):
        card = make_card("3100000000000000077", balance=500, algorithm=algorithm)
        ask(card, SELECT_PURSE)
        assert pay(card, 200) == "9000"
        assert pay(card, 300) == "9000"
        assert pay(card, 1) == "9401"
        assert (card.purse.balance, card.purse.counter, card.purse.debits) == (0, 2, 2)
        assert ask(card, "00B201C417")[0][:20] == "0002" + "000000" + "0000012C" + "06"
        assert ask(card, "00B202C417")[0][:20] == "0001" + "000000" + "000000C8" + "06"


def test_log_is_cyclic():
    card = make_card("1", balance=100)
    ask(card, SELECT_PURSE)
    for _ in range(12):
        assert pay(card, 1) == "9000"
    assert ask(card, "00B20AC417")[0][:4] == "0003"
    assert ask(card, "00B20BC417")[1] == "6A83"


def test_wrong_mac1_takes_nothing():
    card = make_card("1", balance=500)
    ask(card, SELECT_PURSE)
    ask(card, "805001020B0100000064" + TERMINAL + "0F")
    debit = "805401000F00000007" + WHEN + "0000000008"
    assert ask(card, debit)[1] == "9302"
    assert ask(card, debit)[1] == "6985"  # without a new INIT
    assert (card.purse.balance, card.purse.counter) == (500, 0)


def test_composite_purchase_writes_the_cache_with_the_debit():
    card = make_card("1", balance=500)
    ask(card, SELECT_PURSE)
    trip = "2701" + "7D010100" + "00" * 8 + "01" + "11" * 113
    transit = "03" + "22" * 47
    cache = ("80DC01D080" + trip, "80DC00F030" + transit)
    assert ask(card, cache[1])[1] == "6985"
    assert ask(card, "805003020B0100000000" + TERMINAL + "0F")[1] == "9000"
    assert ask(card, cache[0])[1] == "9000"
    card.power_on()
    ask(card, SELECT_PURSE)
    assert ask(card, "00B201D480")[0][28:30] == "00"  # torn away before DEBIT: nothing written
    assert pay(card, 0, "03", cache) == "9000"
    assert ask(card, "00B201D480") == (trip, "9000")
    assert ask(card, "00B201F430") == (transit, "9000")
    assert ask(card, "00B201C417")[0][:20] == "0001" + "000000" + "00000000" + "09"
    assert card.purse.balance == 500


def test_blocked_purse():
    card = make_card("1")
    card.purse.blocked = "temporary"
    assert ask(card, SELECT_PURSE)[1] == "6A81"
    card.purse.blocked = "permanent"
    assert ask(card, SELECT_PURSE)[1] == "9303"


def test_counter_at_its_end():
    card = make_card("1", balance=500)
    card.purse.counter = 0xFFFF
    ask(card, SELECT_PURSE)
    assert pay(card, 1) == "9402"


def test_refusals_of_the_operating_system():
    card = make_card("1")
    ask(card, SELECT_PURSE)
    assert ask(card, "00B0")[1] == "6700"
    assert ask(card, "00B0950005FF")[1] == "6700"
    assert ask(card, "00EE000000")[1] == "6D00"
    assert ask(card, "B0B0000000")[1] == "6E00"
    assert ask(card, "00B099001E")[1] == "6A82"
    assert ask(card, "00C0000008")[1] == "6985"


def test_contact_interface_fetches_and_corrects_lengths():
    card = make_card("1")
    card.power_on(CONTACT)
    assert ask(card, SELECT_SOCIAL) == ("", "611E")
    assert ask(card, "00C000001E")[1] == "9000"
    assert ask(card, "00B2012800") == ("", "6C12")
    assert ask(card, "00B2012812")[1] == "9000"


def test_keys_are_the_issuers():
    factor = demonstration.issuer_factor(b"\x01\x01\x10\x00")
    assert factor == unhexlify("01011000FFFFFFFF")
    master = unhexlify("00112233445566778899AABBCCDDEEFF")
    level = purse_keys.diversify(purse_keys.diversify(master, factor), unhexlify("5170010170907984"))
    assert level == unhexlify("627C98AEC35E474435A83C3AD1266EB9")


def load(card, amount):
    """INIT FOR LOAD; returns its answer and the issuer's arguments."""
    initialised, sw = ask(card, "805000020B01%08X%s10" % (amount, TERMINAL))
    assert sw == "9000" and len(initialised) == 32
    serial8 = card.purse.binary[0x15][12:20]
    order = LoadRequest(
        unhexlify("01011000"), serial8, unhexlify(initialised), amount, unhexlify(TERMINAL), unhexlify(WHEN), 1, None
    )
    return initialised, order


def test_load_with_the_issuer():
    for algorithm in (0, 4):
        card = make_card("3100000000000000077", balance=-100, overdraft_limit=500, algorithm=algorithm)
        issuer = LoadIssuer()
        ask(card, SELECT_PURSE)
        initialised, order = load(card, 5000)
        assert initialised[:16] == "00000190" + "0000" + "01" + "%02X" % algorithm
        mac2 = issuer.order(order)
        tac, sw = ask(card, "805200000B" + WHEN + hexlify(mac2).decode() + "04")
        assert sw == "9000" and issuer.proved(order, unhexlify(tac))
        assert not issuer.proved(order, b"\0\0\0\0")
        assert (card.purse.balance, card.purse.online_counter, card.purse.counter) == (4900, 1, 0)
        assert ask(card, "00B201C417")[0][:20] == "0001" + "000000" + "00001388" + "02"
        assert issuer.loads == 1


def test_load_needs_the_issuers_order():
    card = make_card("1", balance=100)
    ask(card, SELECT_PURSE)
    assert ask(card, "805200000B" + WHEN + "0000000004")[1] == "6985"
    load(card, 5000)
    assert ask(card, "805200000B" + WHEN + "0000000004")[1] == "9302"
    assert card.purse.balance == 100


def test_issuer_refuses_a_card_without_its_keys():
    card = make_card("1", balance=100)
    card.purse.keys.load = bytes(16)
    ask(card, SELECT_PURSE)
    assert LoadIssuer().order(load(card, 5000)[1]) is None


def test_legacy_purses():
    for legacy, select in (
        ("beijing", "00A40000021001"),
        ("shenzhen", "00A4040007" + "5041592E535A54"),
        ("wuhan", "00A4040009" + "4150312E5748435443"),
        ("guangzhou", "00A4040008" + "5041592E41505059"),
        ("suzhou", "00A404000B" + "535558494E2E4444463031"),
        ("city_union", "00A4040009" + "A00000000386980701"),
    ):
        card = make_card("1", balance=100, legacy=legacy)
        assert ask(card, SELECT_PURSE)[1] == "6A82"
        assert ask(card, select)[1] == "9000", legacy
        assert ask(card, "805C000204")[0] == ("80000064" if legacy == "shenzhen" else "00000064")
        assert len(ask(card, "00B095001E")[0]) == 60
