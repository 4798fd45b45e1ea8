"""Every format: what is written comes back; whatever else is read is refused by name."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_store.delta import Delta, pack_delta
from offline_store.errors import StoreError
from offline_store.journal import Journal
from offline_store.journal_nor import NorJournal
from offline_store.media import RamMedium
from offline_store.media_nor import NorEmulator
from offline_store.search import search_by_find, search_by_interpolation
from offline_store.slots import Settings
from offline_store.table import Table
from offline_store.table_format import HEADER_USED, KEYED_TAGS, Header, geometry, pack_header, seal_header
from offline_store.table_write import write_sorted
from offline_store.tokens import TokenKey

KEY = TokenKey(bytes(range(16)))
FEW = settings(max_examples=60)


def sealed(count=0, epoch=1, value_bytes=3, **fields):
    raw = pack_header(geometry(count, value_bytes), KEYED_TAGS, count, epoch, bytes(16), KEY.key_id(), **fields)
    seal_header(raw, b"r" * 32, (3, b"signer 1", b"s" * 64))
    return raw


@FEW
@given(
    st.integers(0, 30_000_000),
    st.integers(0, 2**64 - 1),
    st.integers(1, 64),
    st.binary(max_size=256).map(lambda b: b * 4),
)
def test_header(count, epoch, value_bytes, profiles):
    header = Header(sealed(count, epoch, value_bytes, profiles=profiles, validity=(5, 2**32 - 1), parent=epoch))
    assert (header.count, header.epoch, header.parent, header.value_bytes) == (count, epoch, epoch, value_bytes)
    assert bytes(header.profiles) == profiles + bytes(1024 - len(profiles))
    assert (header.not_before, header.not_after, header.root) == (5, 2**32 - 1, b"r" * 32)
    assert (header.signature_algorithm, header.signature_key_id, header.signature) == (3, b"signer 1", b"s" * 64)
    assert header.capacity * header.home_blocks >= count and header.block_size <= 4096


@FEW
@given(st.integers(0, HEADER_USED * 8 - 1))
def test_no_bit_of_a_header_may_change(bit):
    raw = sealed()
    raw[bit >> 3] ^= 1 << (bit & 7)
    with pytest.raises(StoreError):
        Header(raw)


@FEW
@given(st.dictionaries(st.binary(min_size=16, max_size=16), st.none() | st.binary(min_size=3, max_size=3)))
def test_delta(changes):
    operations = [item for item in sorted(changes.items()) if item[1] != b"\xff\xff\xff"]
    packed = pack_delta(Header(sealed(epoch=9)), 4, operations, lambda digest: (1, b"signer 1", digest * 2))
    delta = Delta(RamMedium(packed))
    delta.check(lambda digest, algorithm, key_id, signature: signature == digest * 2 and algorithm == 1)
    assert (delta.from_epoch, delta.to_epoch, delta.count) == (4, 9, len(operations))
    assert list(delta.operations()) == operations


@FEW
@given(st.data())
def test_no_bit_of_a_delta_may_change(data):
    packed = bytearray(pack_delta(Header(sealed(epoch=9)), 4, [(bytes(15) + b"1", None), (bytes(15) + b"2", b"abc")]))
    unsealed = [*range(48 + HEADER_USED + 32), *range(48 + HEADER_USED + 32 + 73, len(packed))]
    at = data.draw(st.sampled_from(unsealed))
    packed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(StoreError):
        Delta(RamMedium(packed)).check()


@FEW
@given(st.binary(max_size=5000))
def test_garbage_is_no_store(garbage):
    content = garbage + random.Random(len(garbage)).randbytes(65536 - len(garbage))
    for read in (
        lambda: Table(RamMedium(content), bytes(16)),
        lambda: Delta(RamMedium(content)),
        lambda: Journal(RamMedium(content)),
        lambda: Settings(RamMedium(content[:4096])),
        lambda: NorJournal(NorEmulator(16, content=content)),
    ):
        with pytest.raises(StoreError):
            read()


@FEW
@given(st.sets(st.binary(min_size=16, max_size=16), max_size=300), st.integers(0, 2**32))
def test_tables_of_any_tokens(tokens, seed):
    """Also of tokens that are not spread evenly: the searches must not depend on luck."""
    ordered = sorted(tokens)
    shape = geometry(len(ordered), 3, False, 1 << 14, 64)
    medium = RamMedium(4096 + ((1 << shape[0]) + 1) * shape[3])
    entries = [(h, bytes([i & 255, i >> 8, 1])) for i, h in enumerate(ordered)]
    write_sorted(medium, pack_header(shape, 0, len(ordered), 1, bytes(16), KEY.key_id()), KEY, entries)
    table = Table(medium, bytes(range(16)))
    assert list(table.entries()) == entries
    for h, record in entries:
        assert bytes(table.look_permuted(h).record) == record
    rng = random.Random(seed)
    assert table.load(0)
    place = (0, len(ordered), table.header.key_bytes, table.header.skip, table.header.k & 7)
    for _ in range(20):
        near = bytearray(rng.choice(ordered) if ordered else bytes(16))
        near[rng.randrange(16)] ^= rng.randrange(256)
        assert bool(table.look_permuted(near)) == (bytes(near) in tokens)
        if table.header.k == 0:
            assert search_by_find(table.block, near, *place) == search_by_interpolation(table.block, near, *place)
