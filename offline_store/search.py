"""Finds a key among the sorted keys of one block: the fastest way each interpreter has, all with the same answer.

search(block, h, first, last, key_bytes, skip, bits) -> index of the entry in [first, last) whose key is
h[skip : skip + key_bytes], ABSENT when a larger key follows, BEYOND when all keys are smaller (or there are none).
`bits`: how many bits of h[skip] the block's home group implies.
"""

import sys

from micropython import const

from .table_format import BLOCK_HEADER

ABSENT = const(-1)
BEYOND = const(-2)

# Compiled on the board itself, because mpy-cross would need to know the board's processor.
_VIPER = const("""
@micropython.viper
def search(block, h, first: int, last: int, key_bytes: int, skip: int, bits: int) -> int:
    keys = ptr8(block)
    wanted = ptr8(h)
    low = first
    high = last
    while low < high:
        middle = (low + high) >> 1
        at = 16 + middle * key_bytes
        i = 0
        difference = 0
        while i < key_bytes:
            difference = int(keys[at + i]) - int(wanted[skip + i])
            if difference:
                break
            i += 1
        if difference == 0:
            return middle
        if difference < 0:
            low = middle + 1
        else:
            high = middle
    return -2 if low == last else -1
""")


def search_by_interpolation(block, h, first, last, key_bytes, skip, bits):
    """For ports without a native emitter: small integers only, nothing is allocated."""
    if first >= last:
        return BEYOND
    wanted = h[skip] << 16 | h[skip + 1] << 8 | h[skip + 2]
    i = first + ((wanted >> (8 - bits) & 0xFFFF) * (last - first) >> 16)
    at = BLOCK_HEADER + i * key_bytes
    key = block[at] << 16 | block[at + 1] << 8 | block[at + 2]
    if key < wanted:
        while key < wanted:
            i += 1
            if i >= last:
                return BEYOND
            at += key_bytes
            key = block[at] << 16 | block[at + 1] << 8 | block[at + 2]
    else:
        while key >= wanted:
            i -= 1
            if i < first:
                break
            at -= key_bytes
            key = block[at] << 16 | block[at + 1] << 8 | block[at + 2]
        i += 1
        at = BLOCK_HEADER + i * key_bytes
    while i < last:  # from the first key whose three leading bytes are not smaller
        j = 0
        while j < key_bytes and block[at + j] == h[skip + j]:
            j += 1
        if j == key_bytes:
            return i
        if block[at + j] > h[skip + j]:
            return ABSENT
        i += 1
        at += key_bytes
    return BEYOND


def search_by_find(block, h, first, last, key_bytes, skip, bits):
    """For CPython: the block's own `find`, in C; a hit that straddles two keys is passed over."""
    key = bytes(h[skip : skip + key_bytes])
    at = BLOCK_HEADER + first * key_bytes
    end = BLOCK_HEADER + last * key_bytes
    while True:
        at = block.find(key, at, end)
        if at < 0:
            break
        index, straddles = divmod(at - BLOCK_HEADER, key_bytes)
        if not straddles:
            return index
        at += 1
    return BEYOND if first >= last or key > block[end - key_bytes : end] else ABSENT


def _choose():
    if sys.implementation.name != "micropython":
        return search_by_find
    names = {}
    try:
        exec("import micropython\n" + _VIPER, names)
    except (SyntaxError, NotImplementedError):
        return search_by_interpolation
    return names["search"]


search = _choose()
