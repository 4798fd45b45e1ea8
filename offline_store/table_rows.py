"""Host only: rows on their way into a table: permuted, checked, split by leading byte and sorted, in bounded memory.

An entry is the permuted token (16), the record and the row number (4, little-endian), so that a duplicate can name
both rows without ever naming the token.
"""

import itertools
import struct
import tempfile

from .errors import RowError
from .tokens import TOKEN_BYTES

try:
    import numpy
except ImportError:  # the standard library sorts as well, more slowly
    numpy = None

_CHUNK = 1 << 16
_BUCKETS = 256
_ROW = struct.Struct("<I")


class SortedRows:
    """Takes rows (token of 16 bytes, record); gives the entries of each leading byte, sorted.

    Above `memory_bytes` the buckets go to temporary files in `folder`. Keys that agree in `distinct` bytes are refused.
    """

    def __init__(
        self, token_key, value_bytes, distinct=16, folder=None, memory_bytes=1 << 28, use_numpy=None, progress=None
    ):
        self._permute = token_key.permute_into
        self.value_bytes = value_bytes
        self.width = TOKEN_BYTES + value_bytes + _ROW.size
        self.distinct = distinct
        self.count = 0
        self.numpy = numpy if use_numpy or use_numpy is None else None
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._progress = progress
        self._held = 0
        self._parts = [[] for _ in range(_BUCKETS)]
        self._files = [None] * _BUCKETS

    def add(self, rows):
        """All of an iterable of rows. RowError names the first row that is no (token, record)."""
        rows = iter(rows)
        while chunk := list(itertools.islice(rows, _CHUNK)):
            self._check(chunk)
            blob = b"".join([row[0] for row in chunk])
            permuted = bytearray(len(blob))
            self._permute(blob, permuted)
            records = b"".join([row[1] for row in chunk])
            split = self._split_arrays if self.numpy else self._split_lists
            split(permuted, records, len(chunk))
            self.count += len(chunk)
            self._held += len(chunk) * self.width
            if self._held > self._memory_bytes:
                self._spill()
            if self._progress:
                self._progress("read", self.count, 0)

    def _check(self, chunk):
        if {len(row[0]) for row in chunk} == {TOKEN_BYTES} and {len(row[1]) for row in chunk} == {self.value_bytes}:
            return
        for number, (token, record) in enumerate(chunk, self.count + 1):
            if len(token) != TOKEN_BYTES or len(record) != self.value_bytes:
                raise RowError(
                    "row %d: a token of %d and a record of %d bytes, expected %d and %d: nothing was built"
                    % (number, len(token), len(record), TOKEN_BYTES, self.value_bytes)
                )

    def _split_lists(self, permuted, records, count):
        value_bytes = self.value_bytes
        adders = [part.append for part in self._parts]
        pack = _ROW.pack
        row = self.count
        for at in range(count):
            row += 1
            entry = permuted[16 * at : 16 * at + 16] + records[value_bytes * at : value_bytes * (at + 1)] + pack(row)
            adders[entry[0]](entry)

    def _split_arrays(self, permuted, records, count):
        np = self.numpy
        entries = np.empty((count, self.width), np.uint8)
        entries[:, :16] = np.frombuffer(permuted, np.uint8).reshape(count, 16)
        entries[:, 16:-4] = np.frombuffer(records, np.uint8).reshape(count, self.value_bytes)
        rows = np.arange(self.count + 1, self.count + count + 1, dtype="<u4")
        entries[:, -4:] = rows.view(np.uint8).reshape(count, 4)
        entries = entries[np.argsort(entries[:, 0], kind="stable")]
        bounds = np.searchsorted(entries[:, 0], np.arange(_BUCKETS + 1)).tolist()
        for bucket, (start, end) in enumerate(itertools.pairwise(bounds)):
            if start < end:
                self._parts[bucket].append(entries[start:end].tobytes())

    def _spill(self):
        for bucket, parts in enumerate(self._parts):
            if not parts:
                continue
            if self._files[bucket] is None:
                self._files[bucket] = tempfile.TemporaryFile(dir=self._folder, buffering=0)
            self._files[bucket].write(b"".join(parts))
            parts.clear()
        self._held = 0

    def close(self):
        for file in self._files:
            if file is not None:
                file.close()

    def bucket(self, leading):
        """The entries with this leading byte as one bytes object, sorted. RowError for a token that comes twice."""
        blob = b"".join(self._parts[leading])
        if self._files[leading] is not None:
            self._files[leading].seek(0)
            blob = self._files[leading].read() + blob
        return self._sort_array(blob) if self.numpy else self._sort_list(blob)

    def _sort_list(self, blob):
        width = self.width
        entries = sorted([blob[at : at + width] for at in range(0, len(blob), width)])
        for one, other in itertools.pairwise(entries):
            if one[: self.distinct] == other[: self.distinct]:
                raise _duplicate(one, other)
        return b"".join(entries)

    def _sort_array(self, blob):
        np = self.numpy
        entries = np.frombuffer(blob, np.uint8).reshape(-1, self.width)
        high, low = (entries[:, at : at + 8].copy().view(">u8").ravel().astype(np.uint64) for at in (0, 8))
        order = np.argsort(high, kind="stable")
        ordered = high[order]
        if (ordered[1:] == ordered[:-1]).any():
            order = np.lexsort((low, high))
            same = high[order][1:] == high[order][:-1]
            if self.distinct == TOKEN_BYTES:
                same &= low[order][1:] == low[order][:-1]
            if same.any():
                first = int(np.argmax(same))
                raise _duplicate(entries[order[first]].tobytes(), entries[order[first + 1]].tobytes())
        return entries[order].tobytes()


def _duplicate(one, other):
    rows = sorted(_ROW.unpack(entry[-4:])[0] for entry in (one, other))
    if one[:TOKEN_BYTES] != other[:TOKEN_BYTES]:
        return RowError("rows %d and %d have the same fingerprint: build under another list key" % tuple(rows))
    return RowError("rows %d and %d hold the same token: decide which one counts; nothing was built" % tuple(rows))
