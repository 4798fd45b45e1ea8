"""Whatever bytes a card answers: fields, None, or CardDataMalformed; and what is encoded is read back."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.civil_time import civil_from_days, days_from_civil
from terminal.errors import CardDataMalformed
from terminal.media import purse_files, purse_trips, tlv

SHANGHAI = bytes.fromhex(
    "6F318408A000000632010105A5259F0801029F0C1E02002900FFFFFFFF02010310477004006744280220200115204012310114"
)

PRIMITIVE_TAGS = st.sampled_from([0x01, 0x50, 0x84, 0x9F08, 0x9F0C, 0x9F8C12])
CONSTRUCTED_TAGS = st.sampled_from([0x6F, 0x61, 0xA5, 0xBF0C])


def _encoded(tag, value):
    tag_bytes = tag.to_bytes((tag.bit_length() + 7) // 8, "big")
    size = len(value)
    if size < 0x80:
        length = bytes((size,))
    elif size < 0x100:
        length = bytes((0x81, size))
    else:
        length = b"\x82" + size.to_bytes(2, "big")
    return tag_bytes + length + value


@st.composite
def trees(draw, depth=3):
    """(bytes, [(tag, bytes or list)])."""
    nodes, parts = [], []
    for _ in range(draw(st.integers(0, 3))):
        parts.append(bytes(draw(st.integers(0, 2))))  # padding
        if depth and draw(st.booleans()):
            tag = draw(CONSTRUCTED_TAGS)
            body, children = draw(trees(depth=depth - 1))
            nodes.append((tag, children))
        else:
            tag = draw(PRIMITIVE_TAGS)
            body = draw(st.binary(max_size=300))
            nodes.append((tag, body))
        parts.append(_encoded(tag, body))
    return b"".join(parts), nodes


def _decoded(data):
    nodes = []
    for tag, start, end in tlv.entries(data):
        value = data[start:end]
        constructed = tag >> 8 * ((tag.bit_length() + 7) // 8 - 1) & 0x20
        nodes.append((tag, _decoded(value) if constructed else value))
    return nodes


@given(trees())
def test_trees_come_back(tree):
    data, nodes = tree
    assert _decoded(data) == nodes


@given(st.binary(max_size=80))
def test_any_bytes_are_objects_or_an_error(data):
    try:
        objects = list(tlv.entries(data))
    except CardDataMalformed:
        return
    for _, start, end in objects:
        assert 0 < start <= end <= len(data)


@given(st.integers(0, len(SHANGHAI) - 1), st.integers(1, 255))
def test_a_changed_byte_never_breaks_the_reader(place, change):
    data = bytearray(SHANGHAI)
    data[place] ^= change
    try:
        purse_files.parse_fci(bytes(data))
    except CardDataMalformed as error:
        assert "4770040067442802" not in str(error)


@pytest.mark.parametrize(
    "parse, size",
    [
        (purse_files.parse_fci, 60),
        (purse_files.parse_0015, 30),
        (purse_files.parse_0017, 60),
        (purse_files.parse_0018, 23),
        (purse_trips.parse_001e, 48),
        (purse_trips.parse_001a, 128),
    ],
)
def test_files_of_any_bytes(parse, size):
    @given(st.binary(max_size=size) | st.binary(min_size=size, max_size=size))
    def examine(data):
        try:
            parse(data)
        except CardDataMalformed:
            pass

    examine()


@given(
    st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFFFF), st.binary(min_size=6, max_size=6),
    st.dates(min_value=datetime.date(1971, 1, 1)), st.times(),
)  # fmt: skip
def test_log_records_come_back(counter, overdraft, amount, terminal, day, time):
    written = "%04x%06x%08x09%s%s%s" % (
        counter, overdraft, amount, terminal.hex(), day.strftime("%Y%m%d").zfill(8), time.strftime("%H%M%S")
    )  # fmt: skip
    entry = purse_files.parse_0018(bytes.fromhex(written))
    assert (entry.counter, entry.overdraft, entry.amount, entry.type) == (counter, overdraft, amount, 9)
    assert entry.terminal == terminal.hex().upper()
    local = entry.time + 8 * 3600
    assert civil_from_days(local // 86400) == (day.year, day.month, day.day)
    assert local % 86400 == time.hour * 3600 + time.minute * 60 + time.second


@given(st.dates())
def test_days_come_back(day):
    days = days_from_civil(day.year, day.month, day.day)
    assert days == (day - type(day)(1970, 1, 1)).days
    assert civil_from_days(days) == (day.year, day.month, day.day)


@given(st.integers(0, 0x7FFFFFFF), st.integers(0, 0x7FFFFFFF), st.booleans())
def test_balances(available, limit, top_bit):
    raw = (available | top_bit << 31).to_bytes(4, "big")
    assert purse_files.parse_balance(raw, limit.to_bytes(4, "big")) == available - limit
