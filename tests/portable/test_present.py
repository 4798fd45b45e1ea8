from simulator.cards.demonstration import make_card
from terminal import civil_time
from terminal.media.credential import PURSE, SOCIAL_CARD
from terminal.media.present import read_card
from tests.portable.checks import run
from tests.portable.direct import DirectChannel

SERIAL = "03104830100000000042"
NANJING = "00083010"


def presented(card, order=("purse", "social_card")):
    return run(read_card(DirectChannel(card), order))


def test_purse_first():
    seen = presented(make_card(SERIAL, holder_class=3, balance=1234, issuer=NANJING, city="3010"))
    credential = seen.credential
    assert credential.scheme == PURSE
    assert credential.token == b"\x02\x03\x10\x48\x30\x10\x00\x00\x00\x00\x42" + bytes(5)
    assert credential.issuer == NANJING and credential.region == "3010"
    assert credential.holder_class == "elder" and credential.balance == 1234
    assert civil_time.civil(credential.valid_to) == (2041, 1, 1, 0, 0, 0)
    assert civil_time.civil(credential.valid_from) == (2024, 1, 1, 0, 0, 0)
    assert seen.purse.serial == b"\x48\x30\x10\x00\x00\x00\x00\x42"
    assert seen.purse.issuer == b"\x00\x08\x30\x10"


def test_social_card_first_keeps_the_purse_money():
    seen = presented(make_card(SERIAL, balance=99, region="320100"), ("social_card", "purse"))
    assert seen.credential.scheme == SOCIAL_CARD
    assert seen.credential.region == "320100" and seen.credential.balance == 99
    assert seen.credential.token == seen.card.identification
    assert civil_time.civil(seen.credential.valid_to) == (2041, 1, 1, 0, 0, 0)


def test_generation_three_shuts_its_holder_data_and_says_so():
    seen = presented(make_card(SERIAL, generation=3), ("social_card",))
    assert seen.card.partial and seen.card.birth is None and seen.card.version == "3.00"


def test_generation_two_shows_the_birth_date():
    seen = presented(make_card(SERIAL, generation=2), ("social_card",))
    assert not seen.card.partial and seen.card.version == "2.00"
    assert civil_time.civil_from_days(seen.card.birth) == (1981, 1, 1)


def test_each_form_of_read_record_is_found():
    for form in ("tag_sfi", "tag", "number_sfi", "number"):
        card = make_card(SERIAL, forms=(form,), purse=False)
        seen = presented(card, ("social_card",))
        assert seen is not None and len(seen.card.identification) == 16, form


def test_application_file_outside_of_the_fci():
    channel = DirectChannel(make_card(SERIAL, balance=5, fci_file=False, social=False))
    seen = run(read_card(channel, ("purse",)))
    assert seen.purse.application.number == SERIAL[1:]
    assert b"\x00\xb0\x95\x00\x1e" in channel.sent


def test_neither_application():
    assert presented(make_card(SERIAL, social=False, purse=False)) is None


def test_gates_ask_for_no_name_and_no_number():
    channel = DirectChannel(make_card(SERIAL, generation=2))
    run(read_card(channel, ("social_card",)))
    asked = [apdu[2] for apdu in channel.sent if apdu[1] == 0xB2 and apdu[3] & 0xF8 == 0x30]
    assert 0x09 not in asked and 0x08 not in asked
