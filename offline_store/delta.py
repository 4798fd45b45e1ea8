"""WLD1, the change of a list from one epoch to another: read and checked on a terminal (docs/stores.md: format).

fields | header of the resulting table | digest, signature | operations sorted by permuted token. A delta is
cumulative against its base, so that one at most is live beside a table.
"""

import hashlib
import struct

from micropython import const

from .errors import DeltaError, TableError
from .table_format import HEADER_USED, Header, tombstone

_FIELDS = "<4sHH16sQQIB3x"  # magic, version, flags, list id, from epoch, to epoch, count, value bytes
_FIELDS_BYTES = const(48)
_SEAL = "<32sB8s64s"
_SEAL_AT = const(1252)
_OPERATIONS_AT = const(1357)
_VERSION = const(1)
DELETE = const(0)
PUT = const(1)
_PER_READ = const(16)


class Delta:
    """A WLD1 on `medium`. DeltaError when it is foreign, truncated or contradicts itself."""

    def __init__(self, medium):
        self._medium = medium
        if medium.size < _OPERATIONS_AT:
            raise DeltaError("%d bytes are less than a delta's header: truncated or a wrong file" % medium.size)
        head = bytearray(_OPERATIONS_AT)
        medium.read_into(0, head)
        self._head = memoryview(head)
        (
            magic, version, self.flags, self.list_id, self.from_epoch, self.to_epoch, self.count, self.value_bytes,
        ) = struct.unpack_from(_FIELDS, head, 0)  # fmt: skip
        if magic != b"WLD1" or version != _VERSION:
            raise DeltaError("starts with %r version %d, expected WLD1 version 1: wrong file" % (magic, version))
        self.target_raw = bytes(head[_FIELDS_BYTES:_SEAL_AT])
        try:
            self.target = Header(self.target_raw)
        except TableError as error:
            raise DeltaError("the delta's table header is damaged (%s): fetch it again" % error)
        if (self.target.epoch, self.target.list_id, self.target.value_bytes) != (
            self.to_epoch, self.list_id, self.value_bytes,
        ):  # fmt: skip
            raise DeltaError("the delta contradicts the table header it carries: fetch it again")
        self.digest, self.signature_algorithm, self.signature_key_id, self.signature = struct.unpack_from(
            _SEAL, head, _SEAL_AT
        )
        self._width = 17 + self.value_bytes
        self.size = _OPERATIONS_AT + self.count * self._width
        if medium.size < self.size:
            raise DeltaError("%d bytes, but %d operations take %d: truncated" % (medium.size, self.count, self.size))

    def operations(self):
        """Yields (permuted token, record or None for a deletion) in ascending order."""
        for piece in self._pieces():
            for at in range(0, len(piece), self._width):
                record = piece[at + 17 : at + self._width]
                yield piece[at + 1 : at + 17], record if piece[at] == PUT else None

    def _pieces(self):
        offset = _OPERATIONS_AT
        while offset < self.size:
            piece = bytearray(min(_PER_READ * self._width, self.size - offset))
            self._medium.read_into(offset, piece)
            yield bytes(piece)
            offset += len(piece)

    def check(self, verify=None):
        """Reads all of it. DeltaError unless digest, order, operations and (with `verify`) the signature hold.

        `verify(digest, algorithm, key_id, signature)` -> bool.
        """
        digest = hashlib.sha256(self._head[:_SEAL_AT])
        before = b""
        dead = tombstone(self.value_bytes)
        for piece in self._pieces():
            digest.update(piece)
            for at in range(0, len(piece), self._width):
                token = piece[at + 1 : at + 17]
                if token <= before:
                    raise DeltaError("operations are not sorted, or one token has two: fetch the delta again")
                before = token
                if piece[at] > PUT or (piece[at] == PUT and piece[at + 17 : at + self._width] == dead):
                    raise DeltaError("operation %d with an unknown code or a reserved record" % piece[at])
        if digest.digest() != self.digest:
            raise DeltaError("the delta's digest does not hold: fetch it again")
        if verify and not verify(self.digest, self.signature_algorithm, self.signature_key_id, self.signature):
            raise DeltaError("the delta's signature does not hold: do not use it, tell the head-end")


def pack_delta(target, from_epoch, operations, sign=None):
    """The bytes of a delta to the table of Header `target`; `operations` as Delta.operations yields them."""
    width = target.value_bytes
    body = bytearray()
    count = 0
    for token, record in operations:
        if record == tombstone(width):
            raise DeltaError("a record of all FF is reserved for deletions: change that row")
        body += (b"\x00" if record is None else b"\x01") + token + bytes(16 - len(token))
        body += bytes(width) if record is None else record
        count += 1
    fields = struct.pack(
        _FIELDS, b"WLD1", _VERSION, target.flags, target.list_id, from_epoch, target.epoch, count, width
    )
    head = fields + bytes(target.raw[:HEADER_USED])
    digest = hashlib.sha256(head + body).digest()
    algorithm, key_id, signature = sign(digest) if sign else (0, bytes(8), bytes(64))
    return head + struct.pack(_SEAL, digest, algorithm, key_id, signature) + bytes(body)
