"""The records of a batch in one blob, as the embedded log keeps them: seq 4, span 1, length 2, payload; big-endian."""

import struct

_HEAD = struct.Struct(">IBH")


def pack_entries(entries):
    """Bytes of [(seq, span, payload)]."""
    head = _HEAD.pack
    return b"".join([head(seq, span, len(payload)) + payload for seq, span, payload in entries])


def unpack_entries(blob):
    """[(seq, span, payload)] of what `pack_entries` made."""
    entries, at = [], 0
    while at < len(blob):
        seq, span, length = _HEAD.unpack_from(blob, at)
        at += _HEAD.size
        entries.append((seq, span, blob[at : at + length]))
        at += length
    return entries
