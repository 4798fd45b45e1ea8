"""The builder: both ways make the same bytes, whatever is wrong is named, nothing is left half-built."""

import hashlib
import os

import pytest

from offline_store.errors import RowError, TableError
from offline_store.media import FileMedium, RamMedium
from offline_store.table import DAMAGED, LISTED, NOT_LISTED, Table
from offline_store.table_build import build

KEY = bytes(range(16))


def rows(count, value_bytes=3):
    return [
        (hashlib.sha256(b"%d" % i).digest()[:16], hashlib.sha256(b"r%d" % i).digest()[:value_bytes])
        for i in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 150, 300, 5000, 30000])
@pytest.mark.parametrize("options", [{}, {"block_size": 1024, "value_bytes": 8}, {"fingerprint": True}], ids=str)
def test_every_row_is_found_and_both_builders_agree(tmp_path, count, options):
    listed = rows(count, options.get("value_bytes", 3))
    build(listed, tmp_path / "a", KEY, epoch=7, use_numpy=False, **options)
    header = build(reversed(listed), tmp_path / "b", KEY, epoch=7, memory_bytes=1 << 19, **options)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]
    table = Table(FileMedium(tmp_path / "a"), KEY)
    assert (table.count, table.epoch, header.count) == (count, 7, count)
    step = max(1, count // 3000)
    for token, record in listed[::step]:
        listing = table.look(token)
        assert listing and listing.state == LISTED and bytes(listing.record) == record
    for token, _ in rows(2000)[1000:]:
        foreign = bytes(15 - b for b in token[:0]) + hashlib.sha256(token).digest()[:16]
        listing = table.look(foreign)
        assert listing.state == NOT_LISTED and not listing and not any(listing.record)
    looked = len(listed[::step]) + 1000
    assert table.reads <= 1.06 * looked + 2


def test_a_damaged_block_is_a_third_answer(tmp_path):
    listed = rows(5000)
    for keyed_tags in (True, False):
        build(listed, tmp_path / "t", KEY, epoch=1, keyed_tags=keyed_tags)
        data = bytearray((tmp_path / "t").read_bytes())
        data[4096 + 100] ^= 4
        table = Table(RamMedium(data), KEY)
        states = [table.look(token).state for token, _ in listed]
        assert set(states) == {LISTED, DAMAGED}
        damaged = states.count(DAMAGED)
        assert 50 < damaged < 400
        table = Table(RamMedium(data[:4096] + bytes(len(data) - 4096)), KEY)
        assert {table.look(token).state for token, _ in listed[:50]} == {DAMAGED}


@pytest.mark.parametrize("use_numpy", [True, False])
def test_bad_rows_are_named_and_leave_nothing(tmp_path, use_numpy):
    good = rows(1000)
    path = tmp_path / "t"
    build(good[:5], path, KEY, epoch=1)
    before = path.read_bytes()
    for bad, text in (
        (good + [good[17]], "rows 18 and 1001 hold the same token"),
        (good[:9] + [(b"short", b"abc")], "row 10"),
        (good[:9] + [(bytes(16), b"abcd")], "row 10"),
    ):
        with pytest.raises(RowError, match=text):
            build(bad, path, KEY, epoch=2, use_numpy=use_numpy)
        assert path.read_bytes() == before and os.listdir(tmp_path) == ["t"]


def test_tables_that_are_none(tmp_path):
    path = tmp_path / "t"
    build(rows(1000), path, KEY, epoch=1)
    data = path.read_bytes()
    for broken, text in (
        (data[:-1], "truncated"),
        (data[:100], "truncated"),
        (b"XLT1" + data[4:], "wrong file"),
        (data[:50] + b"\xff" + data[51:], "checksum"),
    ):
        with pytest.raises(TableError, match=text):
            Table(RamMedium(broken), KEY)
    with pytest.raises(TableError, match="another list key"):
        Table(RamMedium(data), bytes(16))


def test_a_base_keeps_its_geometry_and_the_marks_of_equal_blocks(tmp_path):
    listed = rows(20000)
    build(listed, tmp_path / "one", KEY, epoch=1)
    base = Table(FileMedium(tmp_path / "one"), KEY)
    listed[5] = (listed[5][0], b"new")
    for use_numpy, name in ((True, "two"), (False, "three")):
        build(listed, tmp_path / name, KEY, epoch=2, base=base, use_numpy=use_numpy)
    assert (tmp_path / "two").read_bytes() == (tmp_path / "three").read_bytes()
    one, two = (tmp_path / "one").read_bytes(), (tmp_path / "two").read_bytes()
    size = base.header.block_size
    changed = [at for at in range(4096, len(one), size) if one[at : at + size] != two[at : at + size]]
    assert len(changed) == 1


def test_issued_tokens_are_tested_against_fingerprints(tmp_path):
    listed = rows(1000)
    issued = [token for token, _ in rows(3000)[1000:]]
    build(listed, tmp_path / "t", KEY, epoch=1, fingerprint=True, issued=issued)
    with pytest.raises(RowError, match="issued token 2001"):
        build(listed, tmp_path / "t", KEY, epoch=1, fingerprint=True, issued=issued + [listed[3][0]])
