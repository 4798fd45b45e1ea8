"""Host only: sorted entries to blocks by numpy, a segment of home groups at a time; same bytes as TableWriter.group."""

import numpy

from .table_format import BLOCK_HEADER
from .table_write import check_spill


def write_arrays(writer, entries, width, old):
    """The blocks of one segment: whole home groups, sorted entries of `width` bytes."""
    header = writer.header
    key_bytes, value_bytes, capacity = header.key_bytes, header.value_bytes, header.capacity
    rows = numpy.frombuffer(entries, numpy.uint8).reshape(-1, width)
    first = writer.number
    homes = max(1, header.home_blocks >> 8)
    leading = rows[:, 0].astype(numpy.uint32) << 16 | rows[:, 1].astype(numpy.uint32) << 8 | rows[:, 2]
    counts = numpy.bincount((leading >> (24 - header.k)) - first, minlength=homes)
    spilled_keys, spilled_values = writer.take_spilled()
    keys = numpy.concatenate([_array(spilled_keys, key_bytes), rows[:, header.skip : header.skip + key_bytes]])
    values = numpy.concatenate([_array(spilled_values, value_bytes), rows[:, 16:-4]])
    heads = numpy.zeros((homes, 4), "<u2")
    spill = len(spilled_keys) // key_bytes
    for i, count in enumerate(counts.tolist()):
        put = min(spill + count, capacity)
        rest = spill + count - put
        check_spill(header, first + i, rest)
        heads[i] = put, spill, rest, header.epoch & 0xFFFF
        spill = rest
    puts = heads[:, 0].astype(numpy.int64)
    starts = numpy.concatenate(([0], numpy.cumsum(puts)))
    total = int(starts[-1])
    home = numpy.repeat(numpy.arange(homes), puts)
    place = numpy.arange(total) - starts[home]
    blocks = numpy.zeros((homes, header.block_size), numpy.uint8)
    blocks[:, :8] = heads.view(numpy.uint8)
    for column, source, size in ((BLOCK_HEADER, keys, key_bytes), (header.values_at, values, value_bytes)):
        laid = numpy.zeros((homes, capacity, size), numpy.uint8)
        laid[home, place] = source[:total]
        blocks[:, column : column + capacity * size] = laid.reshape(homes, -1)
    for block in blocks:
        writer.block[:] = memoryview(block)
        writer.seal(old(writer.number))
    writer.keep_spilled(keys[total:].tobytes(), values[total:].tobytes(), spill)


def _array(data, size):
    return numpy.frombuffer(data, numpy.uint8).reshape(-1, size)
