from simulator.cards.demonstration import identification, make_card
from simulator.cards.social_application import ALL_FORMS, Holder
from terminal import civil_time
from terminal.media import social_holder
from terminal.media.social_holder import is_card_number, is_citizen_number
from tests.portable.checks import run
from tests.portable.direct import DirectChannel

SERIAL = "03104830100000000042"
CODE = bytes.fromhex("639900D15600000500BF7C7A48FB4966")
ZHANG_SAN = b"\xd5\xc5\xc8\xfd"


def example(**options):
    """The specification's own example of a card."""
    return make_card(
        SERIAL, identification_code=CODE, generation=1, valid_from="20101001", valid_to="20201001", **options
    )


def read(card):
    return run(social_holder.read(DirectChannel(card)))


def test_everything_of_the_published_example():
    details = read(example())
    assert details.card.identification == CODE and details.card.version == "1.00" and not details.card.partial
    assert civil_time.civil_from_days(details.issued) == (2010, 10, 1)
    assert civil_time.civil_from_days(details.card.expires) == (2020, 10, 1)
    assert civil_time.civil_from_days(details.card.birth) == (1981, 1, 1)
    assert details.number == "111111198101011110" and details.name == ZHANG_SAN
    assert (details.sex, details.nation, details.birthplace, details.card_class) == ("1", 1, "639900", "1")
    assert len(details.card_number) == 9 and len(details.agency) == 12


def test_all_forms_read_the_same():
    expected = read(example())
    for form in ALL_FORMS:
        assert read(example(forms=(form,))) == expected, form


def test_over_contacts_too():
    card = example()
    card.power_on("contact")
    assert read(card).number == "111111198101011110"


def test_a_long_name_goes_on_in_its_extension():
    # 15 characters fill the name, a sixteenth lies in the extension; no character is cut in two.
    holder = Holder("111111198101011110", ZHANG_SAN * 7 + b"\xd5\xc5", b"\x19\x81\x01\x01", name_more=b"\xc8\xfd")
    assert read(example(holder=holder)).name == ZHANG_SAN * 8


def test_check_characters():
    for number in ("X00000019", "A12345674", "000000000", "123456788", "B00001230"):
        assert is_card_number(number)
        assert not is_card_number(number[:8] + ("1" if number[8] != "1" else "2"))
    assert is_citizen_number("11010519491231002X") and not is_citizen_number("110105194912310021")
    for wrong in ("", "X0000001", "x00000019", "X000000190"):
        assert not is_card_number(wrong)
    for wrong in ("", "11010519491231002", "1101051949123100AX"):
        assert not is_citizen_number(wrong)


def test_wrong_check_characters_are_named():
    holder = Holder("110105194912310021", ZHANG_SAN, b"\x19\x49\x12\x31")
    assert read(example(holder=holder)).wrong == ("number",)
    card = example()
    records = list(card.social.records[5])
    records[6] = (7, b"X00000018")
    card.social.records[5] = tuple(records)
    assert "card_number" in read(card).wrong


def test_a_card_that_says_6982_of_a_form_it_does_not_know():
    card = example(forms=("number",))
    transmit = card.transmit
    card.transmit = lambda apdu: b"\x69\x82" if apdu[1] == 0xB2 and apdu[3] & 0xF8 else transmit(apdu)
    details = read(card)
    assert details.number and not details.card.partial


def test_an_unpersonalised_card():
    card = make_card(SERIAL, identification_code=bytes.fromhex("330300D15600000599110145FFFFFFFF"), generation=2)
    card.social.records[6] = tuple([(tag, b"\xff" * len(value)) for tag, value in card.social.records[6]])
    details = read(card)
    assert details.number == details.sex == "" and details.name == b"" and details.card.birth is None


def test_no_such_application():
    assert read(make_card(SERIAL, social=False)) is None


def test_made_up_codes_carry_their_region():
    assert (
        read(make_card(SERIAL, identification_code=identification("320100", b"abcd"))).card.identification[:3]
        == b"\x32\x01\x00"
    )
