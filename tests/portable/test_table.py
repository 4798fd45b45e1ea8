import gc
import hashlib
import os

import micropython

from offline_store.errors import MediumError, TableError
from offline_store.media import FileMedium
from offline_store.search import ABSENT, BEYOND, search, search_by_find, search_by_interpolation
from offline_store.table import DAMAGED, LISTED, NOT_LISTED, Table
from offline_store.table_format import HEADER_BYTES, KEYED_TAGS, geometry, pack_header
from offline_store.table_write import write_sorted
from offline_store.tokens import TokenKey
from tests.portable.checks import raises
from tests.portable.sparse_medium import SparseMedium

KEY = bytes(range(16))
COUNT = 400


def token(number):
    return hashlib.sha256(b"%d" % number).digest()[:16]


def record(number):
    return bytes([number & 255, number >> 8, 7])


def build(medium, count=COUNT, flags=KEYED_TAGS, block_size=512):
    key = TokenKey(KEY)
    shape = geometry(count, 3, False, block_size, 64)
    header = pack_header(shape, flags, count, 9, key.default_list_id(), key.key_id(), profiles=b"abcdefgh")
    entries = []
    for number in range(count):
        entries.append(key.permute(token(number)) + record(number))
        if number % 16 == 0 and hasattr(gc, "mem_free"):
            gc.collect()  # or what lives lies scattered among what does not
    entries.sort()
    write_sorted(medium, header, key, ((entry[:16], entry[16:]) for entry in entries))
    return medium


_built = {}


def table(flags=KEYED_TAGS):
    if flags not in _built:
        _built[flags] = build(SparseMedium(1 << 20), flags=flags)
    return Table(_built[flags].copy(), KEY)


def test_listed_and_not_listed():
    for flags in (0, KEYED_TAGS):
        whitelist = table(flags)
        assert (whitelist.epoch, whitelist.count, whitelist.profiles[:8]) == (9, COUNT, b"abcdefgh")
        for number in range(0, COUNT, 3):
            listing = whitelist.look(token(number))
            assert listing and bytes(listing.record) == record(number)
            assert listing.profile == number & 255 and listing.expiry_day == number >> 8 | 7 << 8
        for number in range(COUNT, COUNT + 200):
            listing = whitelist.look(token(number))
            assert listing.state == NOT_LISTED and not listing and bytes(listing.record) == bytes(3)


def test_one_block_is_read_for_a_lookup():
    whitelist = table()
    for number in range(COUNT):
        whitelist.look(token(number))
    assert whitelist.reads < 1.15 * COUNT, whitelist.reads  # small blocks scatter most


def test_there_is_one_listing_per_table():
    whitelist = table()
    assert whitelist.look(token(1)) is whitelist.look(token(2))


def test_a_damaged_block_is_neither_listed_nor_not_listed():
    whitelist = table()
    listing = whitelist.look(token(5))
    offset = HEADER_BYTES + listing.block * whitelist.header.block_size
    for damage in (0, 0xFF, 0x5A):
        whitelist.medium.fill(offset + 40, 8, damage)
        assert whitelist.look(token(5)).state == DAMAGED and not listing
        assert bytes(listing.record) == bytes(3)
    states = [whitelist.look(token(n)).state for n in range(COUNT)]
    assert LISTED in states and 5 < states.count(DAMAGED) < 80


def test_a_medium_that_fails_is_damage_too():
    whitelist = table()

    def fail(offset, buffer):
        raise MediumError("pulled")

    whitelist.medium.read_into = fail
    assert whitelist.look(token(5)).state == DAMAGED


def test_blocks_cannot_change_places():
    whitelist = table()
    size = whitelist.header.block_size
    block = bytearray(size)
    whitelist.medium.read_into(HEADER_BYTES + size, block)
    whitelist.medium.write(HEADER_BYTES + 2 * size, block)
    assert whitelist.load(1) and not whitelist.load(2) and whitelist.load(3)


def test_the_wrong_key_and_foreign_media_are_named():
    medium = table().medium
    assert "another list key" in str(raises(TableError, Table, medium, bytes(16)))
    assert "wrong file" in str(raises(TableError, Table, SparseMedium(1 << 20), KEY))
    assert "truncated" in str(raises(TableError, Table, SparseMedium(100), KEY))
    raises(TableError, TokenKey, b"short")


def test_the_permutation_can_be_undone():
    key = TokenKey(KEY)
    assert key.permute(token(1)) != token(1)
    assert key.unpermute(key.permute(token(1))) == token(1)


def test_all_searches_agree():
    whitelist = table()
    header = whitelist.header
    seen = set()
    for number in range(0, header.home_blocks, 2):
        assert whitelist.load(number)
        block = whitelist.block
        first, last = block[2] | block[3] << 8, block[0] | block[1] << 8
        for probe in range(60):
            h = bytearray(token(number * 60 + probe))
            if probe < 40 and probe + first < last:
                at = 16 + (first + probe) * header.key_bytes
                h[header.skip :] = block[at : at + header.key_bytes]
                h[15] = (h[15] + probe % 3 - 1) & 255
            h[0] = (number << (8 - header.k)) | h[0] & (255 >> header.k)
            place = (block, h, first, last, header.key_bytes, header.skip, header.k & 7)
            answers = {way(*place) for way in (search, search_by_find, search_by_interpolation)}
            assert len(answers) == 1, answers
            seen.add(min(answers.pop(), 0))
    assert seen == {0, ABSENT, BEYOND}


def test_a_lookup_allocates_nothing():
    path = (os.getenv("TMPDIR") or "/tmp") + "/gatepost-look.wlt"
    build(FileMedium(path, 1 << 17))
    whitelist = Table(FileMedium(path, readonly=True), KEY)
    known, foreign = token(3), token(COUNT)
    micropython.heap_lock()
    try:
        listed = whitelist.look(known).state
        not_listed = whitelist.look(foreign).state
    finally:
        micropython.heap_unlock()
        whitelist.medium.close()
        os.remove(path)
    assert (listed, not_listed) == (LISTED, NOT_LISTED)
