"""What can go wrong with a store. The codes never change: a technician looks them up."""


class StoreError(Exception):
    """A store that cannot be used as it is. The message says what was seen and what to do."""

    code = "STORE-1"


class JournalFull(StoreError):
    """No slot is free: nothing was written. The gate goes to its no-offline policy until the head-end acknowledges."""

    code = "STORE-2"


class MediumError(StoreError):
    """The medium below: too small, missing, not writable, wrong size."""

    code = "STORE-3"


class ForeignMedium(StoreError):
    """The medium holds something that is not ours, or not this store's. Nothing was changed."""

    code = "STORE-4"


class TableError(StoreError):
    """A table that is truncated, damaged in its header, of another version or under another list key."""

    code = "STORE-5"


class RowError(StoreError):
    """Rows a table cannot be built from: wrong length, duplicates, colliding fingerprints. Nothing was built."""

    code = "STORE-6"


class DeltaError(StoreError):
    """A delta that does not fit this list: other epoch, other list, unsigned, unsorted. The old list stays in force."""

    code = "STORE-7"


class MergeError(StoreError):
    """A merge that cannot be finished here, because a block overflows: the head-end must build a new table."""

    code = "STORE-8"


class NorError(StoreError):
    """A program or erase the NOR chip cannot do: bits from 0 to 1, across a page, an unaligned erase."""

    code = "STORE-9"
