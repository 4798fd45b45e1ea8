# ruff: noqa: F821 - ptr8, ptr32 and uint are viper's own type names
"""SM3's compression for MicroPython's viper emitter. CPython never imports this.

Words live in machine registers: 64 bits wide on a desk, 32 on a board. `mask` cuts the former back; it comes out of
an array because 0xFFFFFFFF is no small integer on a board.
"""

from array import array

import micropython

_MASK = array("I", [0xFFFFFFFF])


@micropython.viper
def compress(state, data, offset: int, constants, words):
    """One 64-byte block of `data` into the eight words of `state`, in place; `words` is scratch for 68 words."""
    v = ptr32(state)
    w = ptr32(words)
    k = ptr32(constants)
    mask = uint(ptr32(_MASK)[0])
    source = ptr8(data)
    j = 0
    while j < 16:
        w[j] = (source[offset] << 24) | (source[offset + 1] << 16) | (source[offset + 2] << 8) | source[offset + 3]
        offset += 4
        j += 1
    while j < 68:
        x = uint(w[j - 3]) & mask
        x = (uint(w[j - 16]) ^ uint(w[j - 9]) ^ (x << 15) ^ (x >> 17)) & mask
        y = uint(w[j - 13]) & mask
        w[j] = int(x ^ (x << 15) ^ (x >> 17) ^ (x << 23) ^ (x >> 9) ^ (y << 7) ^ (y >> 25) ^ uint(w[j - 6]))
        j += 1
    a = uint(v[0]) & mask
    b = uint(v[1]) & mask
    c = uint(v[2]) & mask
    d = uint(v[3])
    e = uint(v[4]) & mask
    f = uint(v[5]) & mask
    g = uint(v[6]) & mask
    h = uint(v[7])
    j = 0
    while j < 64:
        x = ((a << 12) | (a >> 20)) & mask
        y = (x + e + uint(k[j])) & mask
        y = ((y << 7) | (y >> 25)) & mask
        if j < 16:
            t1 = (a ^ b ^ c) + d
            t2 = (e ^ f ^ g) + h
        else:
            t1 = ((a & b) | (c & (a | b))) + d
            t2 = (g ^ (e & (f ^ g))) + h
        t1 = (t1 + (y ^ x) + (uint(w[j]) ^ uint(w[j + 4]))) & mask
        t2 = (t2 + y + uint(w[j])) & mask
        d = c
        c = ((b << 9) | (b >> 23)) & mask
        b = a
        a = t1
        h = g
        g = ((f << 19) | (f >> 13)) & mask
        f = e
        e = (t2 ^ (t2 << 9) ^ (t2 >> 23) ^ (t2 << 17) ^ (t2 >> 15)) & mask
        j += 1
    v[0] = int(a ^ uint(v[0]))
    v[1] = int(b ^ uint(v[1]))
    v[2] = int(c ^ uint(v[2]))
    v[3] = int(d ^ uint(v[3]))
    v[4] = int(e ^ uint(v[4]))
    v[5] = int(f ^ uint(v[5]))
    v[6] = int(g ^ uint(v[6]))
    v[7] = int(h ^ uint(v[7]))
