"""The one-line output for hosts that used to call a card middleware; and any bytes a card may answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cards.demonstration import make_card
from simulator.cards.psam import SoftwarePsam
from simulator.cards.social_application import Holder
from terminal.errors import CardDataMalformed
from terminal.media import middleware, social_auth, social_holder
from tests.portable.checks import run
from tests.portable.direct import DirectChannel

CODE = bytes.fromhex("639900D15600000500BF7C7A48FB4966")


class Reader:
    """A reader port with one card on it, or none."""

    def __init__(self, card=None):
        self.channel = DirectChannel(card) if card else None
        self.released = 0

    async def poll(self):
        return self.channel

    async def release(self):
        self.released += 1


def example(generation=1, **options):
    card = make_card(
        "03104830100000000042", identification_code=CODE, generation=generation, valid_from="20101001",
        valid_to="20201001", **options,
    )  # fmt: skip
    # The published example's own chip and card number.
    records = list(card.social.records[5])
    records[6] = (7, b"X00000019")
    card.social.records[5] = tuple(records)
    card.ats = b"\x12\x78\x80\x70\x02" + bytes.fromhex("00814E43238697159900BF7C7A")
    return card


def read(card, kind=middleware.CONTACTLESS, back_end=None):
    return run(middleware.read_card_bas((None, Reader(card)), kind, back_end, "410100813475", "D1"))


def test_the_published_example():
    code, line = read(example())
    assert code == middleware.OK
    assert line == (
        "639900|111111198101011110|X00000019|639900D15600000500BF7C7A48FB4966|张三|00814E43238697159900BF7C7A|1.00|"
        "20101001|20201001|410100813475|D1|"
    )
    assert line.encode("gb18030").split(b"|")[4] == b"\xd5\xc5\xc8\xfd"


def test_a_third_generation_card_without_sam():
    code, line = read(example(3))
    assert code == middleware.NO_SAM
    fields = line.split("|")
    assert fields[1] == fields[4] == ""  # number and name; what EF05 holds stays readable
    assert fields[2] == "X00000019" and fields[6] == "3.00" and fields[8] == "20201001"


def test_each_failure_has_its_code():
    card = make_card("03104830100000000042", generation=3)

    def with_keys(**options):
        return read(card, back_end=social_auth.ThreeDesSam(DirectChannel(SoftwarePsam(**options))))[0]

    assert with_keys() == middleware.OK
    assert with_keys(social_keys={}) == middleware.NO_KEY
    assert with_keys(social_keys={0x12: bytes(16), 0x13: bytes(16)}) == middleware.NO_READ_KEY
    levels = social_auth.Profile(0, 8, 0x12, 1, 0x13, 0x0A)
    assert read(card, back_end=social_auth.ThreeDesSam(DirectChannel(SoftwarePsam()), levels))[0] == middleware.NO_LEVEL


def test_which_reader_comes_first():
    contact, contactless = Reader(example()), Reader(example())
    for kind, used in ((1, contact), (2, contactless), (3, contact), (4, contactless)):
        before = used.released
        assert run(middleware.read_card_bas((contact, contactless), kind))[0] == middleware.OK
        assert used.released == before + 1
    assert run(middleware.read_card_bas((Reader(), contactless), 3))[0] == middleware.OK
    assert run(middleware.read_card_bas((Reader(), None), 4)) == (middleware.NO_CARD, "")


def test_cards_that_cannot_be_read():
    assert read(make_card("1", social=False)) == (middleware.NOT_A_SOCIAL_CARD, "")
    reader = Reader(example())
    reader.channel.cut(3, True)
    assert run(middleware.read_card_bas((None, reader), 2)) == (middleware.READ_FAILED, "")
    assert reader.channel.torn.fired and reader.released == 1


def test_a_bar_in_a_name_moves_no_field():
    holder = Holder("111111198101011110", "张|三".encode("gbk"), b"\x19\x81\x01\x01")
    assert len(read(example(holder=holder))[1].split("|")) == 12


@given(st.text(st.characters(codec="gbk", exclude_categories=["Cc"]), min_size=1, max_size=25))
@settings(max_examples=40)
def test_names_come_back(name):
    coded = name.encode("gbk")
    holder = Holder("111111198101011110", coded[:30], b"\x19\x81\x01\x01", name_more=coded[30:])
    details = run(social_holder.read(DirectChannel(example(holder=holder))))
    assert middleware.text(details.name) == name.rstrip(" ")


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30), st.binary(max_size=40), st.sampled_from([0x9000, 0x6982, 0x6A86, 0x6C12, 0x6110, 0])
        )
    )
)
@settings(max_examples=60)
def test_any_answers_are_fields_or_a_named_error(answers):
    card = example()
    channel = DirectChannel(card)
    transmit, count, said = channel.transmit, [0], {at: (data, sw) for at, data, sw in answers}

    async def strange(apdu):
        count[0] += 1
        return said[count[0]] if count[0] in said else await transmit(apdu)

    channel.transmit = strange
    try:
        details = run(social_holder.read(channel))
    except (CardDataMalformed, middleware.CardLost):
        return
    assert details is None or isinstance(middleware.line(details), str)


@given(st.binary(max_size=40))
def test_any_activation_has_historical_bytes_or_none(data):
    found = social_auth.historical_of(data)
    assert len(found) <= len(data)


def test_a_pin_is_never_in_an_error():
    with pytest.raises(ValueError) as error:
        social_auth.verify_pin(None, "13579").send(None)
    assert "13579" not in str(error.value)
