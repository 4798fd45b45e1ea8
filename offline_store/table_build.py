"""Host only: builds list tables, with numpy when it is there and with the standard library otherwise: same bytes."""

import os
from bisect import bisect_left

from .errors import MergeError, RowError
from .media import FileMedium, sync_folder
from .table_format import FINGERPRINT, HEADER_BYTES, HOTLIST, KEYED_TAGS, Header, geometry, pack_header, seal_header
from .table_rows import SortedRows
from .table_write import TableWriter
from .tokens import TOKEN_BYTES, TokenKey

try:
    from .table_arrays import write_arrays
except ImportError:  # no numpy: SortedRows uses the standard library then
    write_arrays = None

_DRAFT = ".building"


def build(
    rows, path, list_key, *, epoch, list_id=None, value_bytes=3, fingerprint=False, block_size=4096, align=512,
    keyed_tags=True, hotlist=False, parent=0, not_before=0, not_after=0, profiles=b"", base=None, issued=(), sign=None,
    progress=None, use_numpy=None, memory_bytes=1 << 28,
):  # fmt: skip
    """Builds the table of `rows` (token of 16 bytes, record of `value_bytes`) at `path`; returns its Header.

    Whole or not at all: written beside `path` and renamed. `base`: an open Table whose geometry is kept, so that a
    delta between the two can be merged on a terminal. `issued`: tokens that are known but not listed; none of them may
    share a fingerprint with a listed one. `sign(root)` -> (algorithm, key id of 8, signature of 64 bytes).
    `progress(stage, done, total)`. RowError for bad rows, MergeError when `base`'s geometry has no room.
    """
    token_key = TokenKey(list_key)
    path = os.fspath(path)
    folder = os.path.dirname(os.path.abspath(path))
    distinct = 8 if fingerprint else TOKEN_BYTES
    options = dict(folder=folder, memory_bytes=memory_bytes, use_numpy=use_numpy)
    sorted_rows = SortedRows(token_key, value_bytes, distinct, progress=progress, **options)
    foreign = SortedRows(token_key, 0, distinct, **options) if fingerprint and issued else None
    try:
        sorted_rows.add(rows)
        if foreign:
            foreign.add((token, b"") for token in issued)
        flags = (FINGERPRINT if fingerprint else 0) | (KEYED_TAGS if keyed_tags else 0) | (HOTLIST if hotlist else 0)

        def header_for(shape):
            return pack_header(
                shape, flags, sorted_rows.count, epoch, list_id or token_key.default_list_id(), token_key.key_id(),
                base.epoch if base else parent, (not_before, not_after), profiles,
            )  # fmt: skip

        shape = _shape(sorted_rows.count, value_bytes, fingerprint, block_size, align, base)
        while True:
            try:
                return _write(path, header_for(shape), token_key, sorted_rows, foreign, base, sign, progress)
            except MergeError:
                if base:
                    raise
                shape = shape[:3] + (shape[3] + align,)
    finally:
        sorted_rows.close()
        if foreign:
            foreign.close()


def _shape(count, value_bytes, fingerprint, block_size, align, base):
    if not base:
        return geometry(count, value_bytes, fingerprint, block_size, align)
    header = base.header
    if header.value_bytes != value_bytes or bool(header.flags & FINGERPRINT) != fingerprint:
        raise RowError("the base has records of %d bytes or another profile: build without it" % header.value_bytes)
    return header.k, header.key_bytes, header.value_bytes, header.block_size


def _write(path, raw_header, token_key, sorted_rows, foreign, base, sign, progress):
    draft = path + _DRAFT
    seal_header(raw_header, bytes(32))
    try:
        with open(draft, "wb") as file:
            file.truncate(Header(raw_header).size)
        medium = FileMedium(draft)
        try:
            writer = TableWriter(medium, raw_header, token_key)
            emit = write_arrays if sorted_rows.numpy else _write_lists
            old = _old_blocks(base)
            for entries in _segments(sorted_rows, foreign, writer.header.k):
                emit(writer, entries, sorted_rows.width, old)
                if progress:
                    progress("write", writer.number, writer.header.home_blocks)
            header = writer.finish(sign, old(writer.number))
        finally:
            medium.close()
        os.replace(draft, path)
        sync_folder(path)
        return header
    finally:
        if os.path.exists(draft):
            os.remove(draft)


def _segments(sorted_rows, foreign, k):
    """Sorted entries of whole home groups: of one leading byte, or of as many as a home group takes."""
    step = max(1, 256 >> k)
    for first in range(0, 256, step):
        buckets = []
        for leading in range(first, first + step):
            buckets.append(sorted_rows.bucket(leading))
            if foreign:
                _check_fingerprints(sorted_rows, buckets[-1], foreign.bucket(leading), foreign.width)
        yield b"".join(buckets)


def _check_fingerprints(sorted_rows, entries, others, width):
    listed = {entries[at : at + 8] for at in range(0, len(entries), sorted_rows.width)}
    for at in range(0, len(others), width):
        if others[at : at + 8] in listed:
            row = int.from_bytes(others[at + width - 4 : at + width], "little")
            raise RowError("issued token %d would be taken for a listed one: build under another list key" % row)


def _old_blocks(base):
    """A function number -> that block of the base as memoryview; None without a base."""
    if not base:
        return lambda number: None
    buffer = memoryview(bytearray(base.header.block_size))

    def read(number):
        base.medium.read_into(HEADER_BYTES + number * len(buffer), buffer)
        return buffer

    return read


def _write_lists(writer, entries, width, old):
    """The blocks of one segment, by the standard library."""
    header = writer.header
    skip, whole = header.skip, header.skip + header.key_bytes
    rows = [entries[at : at + width] for at in range(0, len(entries), width)]
    end = 0
    for _ in range(max(1, header.home_blocks >> 8)):
        start = end
        limit = (writer.number + 1) << (24 - header.k)
        end = bisect_left(rows, limit.to_bytes(3, "big"), start) if limit >> 24 == 0 else len(rows)
        group = rows[start:end]
        keys = b"".join([row[skip:whole] for row in group])
        values = b"".join([row[16:-4] for row in group])
        writer.group(memoryview(keys), memoryview(values), len(group), old(writer.number))
