"""Host only: the delta between two tables of one list."""

import os

from .delta import pack_delta
from .errors import DeltaError
from .media import sync_folder
from .table_blocks import BlockReader
from .table_format import BLOCK_HEADER


def diff(old, new, path, sign=None, progress=None):
    """Writes the WLD1 that leads from Table `old` to Table `new`; returns the number of changes.

    Only blocks that differ are looked into. DeltaError when the geometry differs: `new` was not built with base=old.
    """
    before, after = old.header, new.header
    same = ("list_id", "k", "block_size", "key_bytes", "value_bytes")
    if any(getattr(before, name) != getattr(after, name) for name in same):
        raise DeltaError("the tables have another list id or geometry: build the new one with the old one as base")
    readers = [BlockReader(table.medium, table.header, table.token_key) for table in (old, new)]
    differing = []
    for number in range(before.home_blocks + 1):
        for reader in readers:
            reader.must_load(number)
        one, other = (reader.block for reader in readers)
        if one[:6] != other[:6] or one[BLOCK_HEADER:] != other[BLOCK_HEADER:]:
            differing.append(number)
        if progress:
            progress("compare", number + 1, before.home_blocks + 1)
    operations = list(_changes(*(reader.entries(differing) for reader in readers)))
    draft = os.fspath(path) + ".building"
    with open(draft, "wb") as file:
        file.write(pack_delta(after, old.epoch, operations, sign))
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    sync_folder(path)
    return len(operations)


def _changes(before, after):
    """Two ascending runs of (token, record) to operations: put what is new or other, delete what is gone."""
    one, other = next(before, None), next(after, None)
    while one or other:
        if other is None or (one and one[0] < other[0]):
            yield one[0], None
            one = next(before, None)
        elif one is None or other[0] < one[0]:
            yield other
            other = next(after, None)
        else:
            if one[1] != other[1]:
                yield other
            one, other = next(before, None), next(after, None)
