"""WLT1, the list table: header, geometry and block tags (docs/stores.md has the format)."""

import struct
from binascii import crc32

from micropython import const

from .checksums import CbcMac, CrcTag
from .errors import TableError

HEADER_BYTES = const(4096)  # reserved in the file
HEADER_USED = const(1204)
ROOTED_BYTES = const(1092)  # what the root hash covers: everything before the root itself
_PARENT_AT = const(28)
_LIST_ID_AT = const(36)
_KEY_ID_AT = const(52)
_PROFILES_AT = const(68)
PROFILE_BYTES = const(1024)
_SIGNATURE_AT = const(1124)  # algorithm u8, key id 8, signature 64
_CRC_AT = const(1200)
_FIELDS = const("<4sHHBBBBIIQQ16s8sII")
_SEAL = const("<32sB8s64s")
_VERSION = const(1)

FINGERPRINT = const(1)
OVERLAY = const(2)
KEYED_TAGS = const(4)
HOTLIST = const(8)
_KNOWN_FLAGS = const(15)

BLOCK_HEADER = const(16)  # n, spin, spout, changed epoch (u16 each), tag
TAG_AT = const(8)
_MAX_BLOCK = const(32768)


def tombstone(value_bytes):
    """The record that stands for a deletion in an overlay; no listed token may have it."""
    return b"\xff" * value_bytes


class Header:
    """The fields of a table header. `raw` are its 1,204 bytes. TableError when they are not a sound WLT1 header."""

    def __init__(self, raw):
        if bytes(raw[:4]) != b"WLT1":
            raise TableError("starts with %r, a list table starts with WLT1: wrong file" % bytes(raw[:4]))
        if crc32(memoryview(raw)[:_CRC_AT]) != struct.unpack_from("<I", raw, _CRC_AT)[0]:
            raise TableError("the header's checksum does not hold: fetch the list again")
        self.raw = raw
        (
            _, version, self.flags, self.k, self.skip, self.key_bytes, self.value_bytes, self.block_size, self.count,
            self.epoch, _, _, _, self.not_before, self.not_after,
        ) = struct.unpack_from(_FIELDS, raw, 0)  # fmt: skip
        if version != _VERSION or self.flags & ~_KNOWN_FLAGS:
            raise TableError(
                "version %d with flags %04x, this reader knows version %d and flags up to %04x: update the terminal"
                % (version, self.flags, _VERSION, _KNOWN_FLAGS)
            )
        self.capacity = (self.block_size - BLOCK_HEADER) // (self.key_bytes + self.value_bytes)
        whole = 8 if self.flags & FINGERPRINT else 16
        if (
            self.k > 24 or self.skip != self.k >> 3 or self.key_bytes != whole - self.skip or not self.value_bytes
            or self.block_size % 16 or not BLOCK_HEADER < self.block_size <= _MAX_BLOCK or self.capacity < 1
        ):  # fmt: skip
            raise TableError("the header's geometry contradicts itself: fetch the list again")
        self.values_at = BLOCK_HEADER + self.capacity * self.key_bytes
        self.home_blocks = 1 << self.k
        self.size = HEADER_BYTES + (self.home_blocks + 1) * self.block_size

    # What a tap never asks for stays in `raw`: a board's RAM is scarce.

    @property
    def parent(self):
        """The epoch this table was made from, 0 when from none."""
        return struct.unpack_from("<Q", self.raw, _PARENT_AT)[0]

    @property
    def list_id(self):
        return bytes(self.raw[_LIST_ID_AT:_KEY_ID_AT])

    @property
    def key_id(self):
        return bytes(self.raw[_KEY_ID_AT : _KEY_ID_AT + 8])

    @property
    def root(self):
        return bytes(self.raw[ROOTED_BYTES : ROOTED_BYTES + 32])

    @property
    def signature_algorithm(self):
        return self.raw[_SIGNATURE_AT]

    @property
    def signature_key_id(self):
        return bytes(self.raw[_SIGNATURE_AT + 1 : _SIGNATURE_AT + 9])

    @property
    def signature(self):
        return bytes(self.raw[_SIGNATURE_AT + 9 : _SIGNATURE_AT + 73])

    @property
    def profiles(self):
        """The profile dictionary, a memoryview: 256 rows of 4 bytes."""
        return memoryview(self.raw)[_PROFILES_AT : _PROFILES_AT + PROFILE_BYTES]


def read_header(medium):
    """The Header at the start of `medium`. TableError when there is none or the medium is shorter than its table."""
    if medium.size < HEADER_BYTES:
        raise TableError("%d bytes are less than a table's header: truncated or a wrong file" % medium.size)
    raw = bytearray(HEADER_USED)
    medium.read_into(0, raw)
    header = Header(raw)
    if medium.size < header.size:
        raise TableError(
            "%d bytes, but the header tells of %d: truncated; fetch the list again" % (medium.size, header.size)
        )
    return header


def pack_header(geometry, flags, count, epoch, list_id, key_id, parent=0, validity=(0, 0), profiles=b""):
    """1,204 header bytes, not sealed yet. `geometry`: (k, key bytes, value bytes, block size)."""
    if len(profiles) > PROFILE_BYTES or len(profiles) % 4:
        raise TableError("a profile dictionary has up to 256 rows of 4 bytes, not %d bytes" % len(profiles))
    if len(list_id) != 16:
        raise TableError("a list id has 16 bytes, not %d" % len(list_id))
    k, key_bytes, value_bytes, block_size = geometry
    raw = bytearray(HEADER_USED)
    struct.pack_into(
        _FIELDS, raw, 0, b"WLT1", _VERSION, flags, k, k >> 3, key_bytes, value_bytes, block_size, count,
        epoch, parent, list_id, key_id, validity[0], validity[1],
    )  # fmt: skip
    raw[_PROFILES_AT : _PROFILES_AT + len(profiles)] = profiles
    return raw


def seal_header(raw, root, signature=None):
    """Puts root, signature (algorithm, key id of 8, signature of 64 bytes) and checksum into the header bytes."""
    algorithm, key_id, value = signature or (0, bytes(8), bytes(64))
    struct.pack_into(_SEAL, raw, ROOTED_BYTES, root, algorithm, key_id, value)
    struct.pack_into("<I", raw, _CRC_AT, crc32(memoryview(raw)[:_CRC_AT]))


def geometry(count, value_bytes=3, fingerprint=False, block_size=4096, align=512):
    """(k, key bytes, value bytes, block size) for `count` entries: the load comes out near 0.95.

    `block_size` is the upper bound; the real one is the multiple of `align` that fits the average home group.
    """
    if not 1 <= value_bytes <= 64 or not 64 <= block_size <= _MAX_BLOCK or align % 16 or block_size % align:
        raise TableError(
            "records of %d bytes in blocks of %d, aligned to %d: 1-64, 64-32768 and a multiple of 16 are possible"
            % (value_bytes, block_size, align)
        )
    slack = 0.055 if block_size >= 2048 else 0.15  # small home groups scatter more
    k = 0
    while True:
        entry = (8 if fingerprint else 16) - (k >> 3) + value_bytes
        needed = BLOCK_HEADER + count / (1 << k) * (1 + slack) * entry
        if k == 0:  # one group only: nothing scatters
            needed = BLOCK_HEADER + max(count, 1) * entry
        if needed <= block_size:
            return k, entry - value_bytes, value_bytes, (int(needed) + align - 1) // align * align
        k += 1
        if k > 20:
            raise TableError("%d entries are more than a table of %d-byte blocks holds" % (count, block_size))


def tagger(header, token_key, block):
    """The tag maker bound to the memoryview `block`, at the level the header names."""
    message = block[BLOCK_HEADER:]
    if not header.flags & KEYED_TAGS:
        return CrcTag(message)
    return CbcMac(token_key.tag_key(header.list_id), message)


def first_of_tag(first16, header):
    """Prepares the constant part of a tag's first block: block size and flags; number and block header come later."""
    struct.pack_into("<HH", first16, 4, header.block_size, header.flags)
