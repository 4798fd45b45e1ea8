"""The list table's reader: one block read answers one tap, in about 4 KB of RAM, without allocating."""

from micropython import const

from .errors import MediumError, TableError
from .search import BEYOND, search
from .table_format import BLOCK_HEADER, HEADER_BYTES, TAG_AT, first_of_tag, read_header, tagger
from .tokens import TOKEN_BYTES, TokenKey

NOT_LISTED = const(0)
LISTED = const(1)
DAMAGED = const(2)  # neither yes nor no: the risk policy decides, and a repair is due


class Listing:
    """What a table says of a token. There is one per table, valid until its next look.

    `state`; `record`: memoryview of the value bytes, zeros unless listed; `block`: the one looked at, or the damaged
    one. True only when listed.
    """

    def __init__(self, value_bytes):
        self.state = NOT_LISTED
        self.record = memoryview(bytearray(value_bytes))
        self.block = 0

    def __bool__(self):
        return self.state == LISTED

    @property
    def profile(self):
        """Row of the profile dictionary, in the standard 3-byte record."""
        return self.record[0]

    @property
    def expiry_day(self):
        """Last valid day since 1970-01-01, 0 for none, in the standard 3-byte record."""
        return self.record[1] | self.record[2] << 8


class Table:
    """A WLT1 table on `medium`, readable with the 16-byte list key it was built under.

    TableError when the medium holds no sound table or one under another key.
    """

    def __init__(self, medium, list_key):
        self.medium = medium
        self.token_key = TokenKey(list_key)
        header = self.header = read_header(medium)
        if header.key_id != self.token_key.key_id():
            raise TableError("built under another list key: provision the key of this list, or fetch the right list")
        self.epoch = header.epoch
        self.count = header.count
        self.not_before = header.not_before
        self.not_after = header.not_after
        self.profiles = header.profiles
        self.reads = 0  # blocks read, for the benchmark and the technician
        self._block = bytearray(header.block_size)
        self._tagger = tagger(header, self.token_key, memoryview(self._block))
        self._first16 = bytearray(16)
        first_of_tag(self._first16, header)
        self._shift = 24 - header.k
        self._bits = header.k & 7
        self._h = bytearray(TOKEN_BYTES)
        self._listing = Listing(header.value_bytes)

    def look(self, token16):
        """The Listing of a 16-byte token."""
        self.token_key.permute_into(token16, self._h)
        return self.look_permuted(self._h)

    def look_permuted(self, h):
        """The Listing of a token that is permuted already."""
        listing = self._listing
        header = self.header
        block = self._block
        number = (h[0] << 16 | h[1] << 8 | h[2]) >> self._shift
        self._forget(listing)
        if not self._load_into(listing, number):
            return listing
        key_bytes = header.key_bytes
        found = search(block, h, block[2] | block[3] << 8, block[0] | block[1] << 8, key_bytes, header.skip, self._bits)
        if found == BEYOND and (block[4] or block[5]):  # the tail of this home group lies in the next block
            if not self._load_into(listing, number + 1):
                return listing
            found = search(block, h, 0, block[2] | block[3] << 8, key_bytes, header.skip, self._bits)
        if found >= 0:
            at = header.values_at + found * header.value_bytes
            record = listing.record
            for i in range(header.value_bytes):
                record[i] = block[at + i]
            listing.state = LISTED
        return listing

    def _forget(self, listing):
        if listing.state == LISTED:
            for i in range(self.header.value_bytes):
                listing.record[i] = 0
        listing.state = NOT_LISTED

    def _load_into(self, listing, number):
        listing.block = number
        if self.load(number):
            return True
        listing.state = DAMAGED
        return False

    def load(self, number):
        """Reads a block into the table's buffer; False when it cannot be read or its tag does not hold."""
        block = self._block
        self.reads += 1
        try:
            self.medium.read_into(HEADER_BYTES + number * self.header.block_size, block)
        except (MediumError, OSError):
            return False
        return self._tag_holds(number)

    def _tag_holds(self, number):
        block = self._block
        tag = self._tag(number)
        for i in range(8):
            if tag[i] != block[TAG_AT + i]:
                return False
        return True

    def _tag(self, number):
        first16 = self._first16
        block = self._block
        first16[0] = number & 255
        first16[1] = number >> 8 & 255
        first16[2] = number >> 16
        for i in range(8):
            first16[8 + i] = block[i]
        return self._tagger.tag(first16)

    def entries(self):
        """Yields (key bytes, record) of all entries in their order; TableError at a damaged block."""
        header = self.header
        for number in range(header.home_blocks + 1):
            if not self.load(number):
                raise TableError("block %d is damaged: repair it first" % number)
            block = bytes(self._block)
            key_at = BLOCK_HEADER
            value_at = header.values_at
            for _ in range(block[0] | block[1] << 8):
                yield (
                    block[key_at : key_at + header.key_bytes],
                    block[value_at : value_at + header.value_bytes],
                )
                key_at += header.key_bytes
                value_at += header.value_bytes
