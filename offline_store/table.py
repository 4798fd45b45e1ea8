"""The list table's reader: one block read answers one tap, in about 4 KB of RAM, without allocating."""

from micropython import const

from .errors import TableError
from .search import BEYOND, search
from .table_blocks import BlockReader
from .table_format import read_header
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


class Table(BlockReader):
    """A WLT1 table on `medium`, readable with the 16-byte list key it was built under.

    TableError when the medium holds no sound table or one under another key. `block` as for BlockReader.
    """

    def __init__(self, medium, list_key, block=None):
        header = read_header(medium)
        token_key = TokenKey(list_key)
        if header.key_id != token_key.key_id():
            raise TableError("built under another list key: provision the key of this list, or fetch the right list")
        super().__init__(medium, header, token_key, block)
        self.epoch = header.epoch
        self.count = header.count
        self.not_before = header.not_before
        self.not_after = header.not_after
        self.profiles = header.profiles
        self._shift = 24 - header.k
        self._bits = header.k & 7
        self._h = bytearray(TOKEN_BYTES)
        self._listing = Listing(header.value_bytes)

    def look(self, token16):
        """The Listing of a 16-byte token."""
        return self.look_permuted(self.permuted(token16))

    def permuted(self, token16):
        """The permuted token in the table's own buffer."""
        self.token_key.permute_into(token16, self._h)
        return self._h

    def look_permuted(self, h):
        """The Listing of a token that is permuted already."""
        listing = self._listing
        header = self.header
        block = self.block
        number = (h[0] << 16 | h[1] << 8 | h[2]) >> self._shift
        self.forget()
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

    def forget(self):
        """Makes the Listing say nothing again."""
        listing = self._listing
        if listing.state != NOT_LISTED:
            for i in range(self.header.value_bytes):
                listing.record[i] = 0
        listing.state = NOT_LISTED

    def _load_into(self, listing, number):
        listing.block = number
        if self.load(number):
            return True
        listing.state = DAMAGED
        return False
