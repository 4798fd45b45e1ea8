from terminal.errors import CardDataMalformed
from terminal.media import tlv
from tests.portable.checks import raises

SHANGHAI = bytes.fromhex(
    "6F318408A000000632010105A5259F0801029F0C1E02002900FFFFFFFF02010310477004006744280220200115204012310114"
)
# As published: the lengths of 6F and A5 claim four bytes more than there are.
SHENZHEN = bytes.fromhex(
    "6F3284075041592E535A54A5279F0C200000000000000000FD44000051800000E63C1D29201712012027120110100000"
)


def test_nested_tags_are_found():
    assert tlv.find(SHANGHAI, 0x6F, 0x84).hex() == "a000000632010105"
    assert tlv.find(SHANGHAI, 0x6F, 0xA5, 0x9F08) == b"\x02"
    assert len(tlv.find(SHANGHAI, 0x6F, 0xA5, 0x9F0C)) == 30
    assert tlv.find(SHANGHAI, 0x6F, 0xA5, 0x50) is None
    assert tlv.find(SHANGHAI, 0x61, 0x84) is None


def test_the_published_shenzhen_answer_is_malformed():
    error = raises(CardDataMalformed, tlv.find, SHENZHEN, 0x6F, 0x84)
    assert "6F at offset 0 claims 50 bytes, 46 are there" in str(error)


def test_every_cut_is_noticed():
    for size in range(1, len(SHANGHAI)):
        raises(CardDataMalformed, tlv.find, SHANGHAI[:size], 0x6F, 0x84)


def test_a_broken_neighbour_is_noticed_behind_a_good_value():
    raises(CardDataMalformed, tlv.find, bytes.fromhex("8401AA9F0802"), 0x84)


def test_padding_is_skipped_and_offsets_are_right():
    data = bytes.fromhex("0000840111009F0C0200010000")
    assert list(tlv.entries(data)) == [(0x84, 4, 5), (0x9F0C, 9, 11)]


def test_the_first_of_equal_tags_counts():
    assert tlv.find(bytes.fromhex("840111840122"), 0x84) == b"\x11"


def test_long_lengths():
    body = bytes(range(200))
    assert tlv.find(b"\x84\x81\xc8" + body, 0x84) == body
    assert tlv.find(b"\x84\x82\x00\xc8" + body, 0x84) == body


def test_foreign_forms_are_refused_with_their_offset():
    for text, offset in (
        ("8480", "offset 1"),  # indefinite length
        ("84830000018400", "offset 1"),  # longer than any card answer
        ("848201", "offset 1"),  # cut length
        ("84", "offset 1"),  # no length
        ("9F", "offset 0"),  # tag without an end
        ("9F8C8C0C00", "offset 0"),  # tag too long
    ):
        error = raises(CardDataMalformed, tlv.find, bytes.fromhex(text), 0x84)
        assert offset in str(error), (text, str(error))
