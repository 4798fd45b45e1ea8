"""BER-TLV as cards answer it (ISO/IEC 7816-4 clause 5.2.2), with every length checked before it is used."""

from micropython import const

from terminal.errors import CardDataMalformed

_LONGEST_TAG = const(3)


def entries(data, start=0, end=None):
    """Yields (tag, value start, value end) for each object in data[start:end], in order.

    Zero bytes before, between and after objects are padding. CardDataMalformed names the offset.
    """
    if end is None:
        end = len(data)
    while start < end:
        if data[start] == 0:
            start += 1
            continue
        tag, length_at = _tag(data, start, end)
        length, value = _length(data, length_at, end)
        if length > end - value:
            raise CardDataMalformed(
                "tag %X at offset %d claims %d bytes, %d are there" % (tag, start, length, end - value)
            )
        yield tag, value, value + length
        start = value + length


def find(data, *path):
    """The value of the first object under `path` (tags from the outermost in), or None.

    Each level on the way is read to its end, so a cut or overlong neighbour is CardDataMalformed as well.
    """
    start, end = 0, len(data)
    for tag in path:
        found = None
        for seen, value, after in entries(data, start, end):
            if seen == tag and found is None:
                found = value, after
        if found is None:
            return None
        start, end = found
    return bytes(data[start:end])


def record(data, tag):
    """The value of a record file's object: one tag byte, one length byte, no long forms (social cards).

    None when the record carries another tag: this card reads that form of READ RECORD in another way.
    """
    if len(data) < 2:
        raise CardDataMalformed("record of %d bytes, expected tag and length" % len(data))
    if data[0] != tag:
        return None
    if data[1] > len(data) - 2:
        raise CardDataMalformed("record %02X claims %d bytes, %d are there" % (tag, data[1], len(data) - 2))
    return bytes(data[2 : 2 + data[1]])


def _tag(data, start, end):
    tag = data[start]
    at = start + 1
    if tag & 0x1F != 0x1F:
        return tag, at
    while at < end and at - start < _LONGEST_TAG:
        tag = tag << 8 | data[at]
        at += 1
        if tag & 0x80 == 0:
            return tag, at
    raise CardDataMalformed("tag at offset %d does not end" % start)


def _length(data, at, end):
    if at >= end:
        raise CardDataMalformed("no length at offset %d" % at)
    first = data[at]
    if first < 0x80:
        return first, at + 1
    more = first & 0x7F
    if more not in (1, 2):
        raise CardDataMalformed("length form %02X at offset %d is not used by cards" % (first, at))
    if at + 1 + more > end:
        raise CardDataMalformed("length at offset %d is cut" % at)
    return int.from_bytes(data[at + 1 : at + 1 + more], "big"), at + 1 + more
