# ruff: noqa: F821 - ptr8, ptr32 and uint are viper's own type names
"""DES key schedule and rounds for MicroPython's viper emitter. CPython never imports this (see sm3_viper)."""

from array import array

import micropython

_MASKS = array("I", [0xFFFFFFFF, 0xAAAAAAAA])
_HALVES = array("I", (0, 0))


@micropython.viper
def schedule(key, offset: int, round_keys, pc1, pc2):
    """16 round keys of the 8-byte key at `offset`: per round the groups 1 3 5 7 in one word, 2 4 6 8 in the next."""
    p = ptr8(key)
    out = ptr32(round_keys)
    p1 = ptr8(pc1)
    p2 = ptr8(pc2)
    c = 0
    d = 0
    i = 0
    while i < 28:
        n = p1[i] - 1
        c = (c << 1) | ((p[offset + (n >> 3)] >> (7 - (n & 7))) & 1)
        n = p1[28 + i] - 1
        d = (d << 1) | ((p[offset + (n >> 3)] >> (7 - (n & 7))) & 1)
        i += 1
    r = 0
    while r < 16:
        n = 2
        if r < 2 or r == 8 or r == 15:
            n = 1
        c = ((c << n) | (c >> (28 - n))) & 0xFFFFFFF
        d = ((d << n) | (d >> (28 - n))) & 0xFFFFFFF
        odd = 0
        even = 0
        i = 0
        while i < 48:
            value = 0
            end = i + 6
            while i < end:
                if i < 24:
                    value = (value << 1) | ((c >> (28 - p2[i])) & 1)
                else:
                    value = (value << 1) | ((d >> (56 - p2[i])) & 1)
                i += 1
            if end % 12 == 6:
                odd = (odd << 8) | value
            else:
                even = (even << 8) | value
        out[2 * r] = odd
        out[2 * r + 1] = even
        r += 1


def crypt(keys, passes, source, target, table):
    """One block of `source` into `target` through `passes` (1 or 3) times 16 rounds."""
    _enter(source, _HALVES)
    _rounds(keys, passes, _HALVES, table)
    _leave(_HALVES, target)


@micropython.viper
def _enter(source, halves):
    """Initial permutation; both halves rotated left by one, as the table expects them."""
    p = ptr8(source)
    out = ptr32(halves)
    m = uint(ptr32(_MASKS)[0])
    alternate = uint(ptr32(_MASKS)[1]) & m
    left = uint((p[0] << 24) | (p[1] << 16) | (p[2] << 8) | p[3]) & m
    right = uint((p[4] << 24) | (p[5] << 16) | (p[6] << 8) | p[7]) & m
    w = ((left >> 4) ^ right) & 0x0F0F0F0F
    right ^= w
    left ^= w << 4
    w = ((left >> 16) ^ right) & 0xFFFF
    right ^= w
    left ^= w << 16
    w = ((right >> 2) ^ left) & 0x33333333
    left ^= w
    right ^= w << 2
    w = ((right >> 8) ^ left) & 0x00FF00FF
    left ^= w
    right ^= w << 8
    right = ((right << 1) | ((right >> 31) & 1)) & m
    w = (left ^ right) & alternate
    left ^= w
    right ^= w
    out[0] = int(((left << 1) | ((left >> 31) & 1)) & m)
    out[1] = int(right)


@micropython.viper
def _rounds(keys, passes: int, halves, table):
    k = ptr32(keys)
    s = ptr32(table)
    state = ptr32(halves)
    m = uint(ptr32(_MASKS)[0])
    left = uint(state[0]) & m
    right = uint(state[1]) & m
    i = 0
    while passes:
        j = 0
        while j < 16:
            w = (((right << 28) | (right >> 4)) & m) ^ uint(k[i])
            f = uint(s[384 + int(w & 63)]) | uint(s[256 + int((w >> 8) & 63)])
            f = f | uint(s[128 + int((w >> 16) & 63)]) | uint(s[int((w >> 24) & 63)])
            w = right ^ uint(k[i + 1])
            f = f | uint(s[448 + int(w & 63)]) | uint(s[320 + int((w >> 8) & 63)])
            f = f | uint(s[192 + int((w >> 16) & 63)]) | uint(s[64 + int((w >> 24) & 63)])
            f = (f ^ left) & m
            left = right
            right = f
            i += 2
            j += 1
        f = left
        left = right
        right = f
        passes -= 1
    state[0] = int(right)
    state[1] = int(left)


@micropython.viper
def _leave(halves, target):
    """The inverse of the initial permutation."""
    state = ptr32(halves)
    q = ptr8(target)
    m = uint(ptr32(_MASKS)[0])
    alternate = uint(ptr32(_MASKS)[1]) & m
    left = uint(state[0]) & m
    right = uint(state[1]) & m
    right = ((right >> 1) | (right << 31)) & m
    w = (left ^ right) & alternate
    left ^= w
    right ^= w
    left = ((left >> 1) | (left << 31)) & m
    w = ((left >> 8) ^ right) & 0x00FF00FF
    right ^= w
    left ^= w << 8
    w = ((left >> 2) ^ right) & 0x33333333
    right ^= w
    left ^= w << 2
    w = ((right >> 16) ^ left) & 0xFFFF
    left ^= w
    right ^= w << 16
    w = ((right >> 4) ^ left) & 0x0F0F0F0F
    left ^= w
    right ^= w << 4
    j = 0
    while j < 4:
        shift = 24 - 8 * j
        q[j] = int(right >> shift) & 255
        q[4 + j] = int(left >> shift) & 255
        j += 1
