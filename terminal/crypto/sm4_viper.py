# ruff: noqa: F821 - ptr8, ptr32 and uint are viper's own type names
"""SM4's rounds and key expansion for MicroPython's viper emitter. CPython never imports this (see sm3_viper)."""

from array import array

import micropython

_MASK = array("I", [0xFFFFFFFF])


@micropython.viper
def expand(key, round_keys, constants, sbox):
    """The 32 round keys of a 16-byte key into `round_keys`."""
    p = ptr8(key)
    out = ptr32(round_keys)
    k = ptr32(constants)
    s = ptr8(sbox)
    mask = uint(ptr32(_MASK)[0])
    a = (uint((p[0] << 24) | (p[1] << 16) | (p[2] << 8) | p[3]) ^ uint(k[0])) & mask
    b = (uint((p[4] << 24) | (p[5] << 16) | (p[6] << 8) | p[7]) ^ uint(k[1])) & mask
    c = (uint((p[8] << 24) | (p[9] << 16) | (p[10] << 8) | p[11]) ^ uint(k[2])) & mask
    d = (uint((p[12] << 24) | (p[13] << 16) | (p[14] << 8) | p[15]) ^ uint(k[3])) & mask
    i = 0
    while i < 32:
        x = (b ^ c ^ d ^ uint(k[4 + i])) & mask
        y = uint((s[int(x >> 24)] << 24) | (s[int((x >> 16) & 255)] << 16) | (s[int((x >> 8) & 255)] << 8)) & mask
        y = y | uint(s[int(x & 255)])
        x = (a ^ y ^ (y << 13) ^ (y >> 19) ^ (y << 23) ^ (y >> 9)) & mask
        out[i] = int(x)
        a = b
        b = c
        c = d
        d = x
        i += 1


@micropython.viper
def crypt(round_keys, source, target, decrypt: int, table):
    """One block of `source` into `target` (may be the same buffer); `decrypt` 1 runs the keys backwards."""
    p = ptr8(source)
    q = ptr8(target)
    k = ptr32(round_keys)
    t = ptr32(table)
    mask = uint(ptr32(_MASK)[0])
    a = uint((p[0] << 24) | (p[1] << 16) | (p[2] << 8) | p[3]) & mask
    b = uint((p[4] << 24) | (p[5] << 16) | (p[6] << 8) | p[7]) & mask
    c = uint((p[8] << 24) | (p[9] << 16) | (p[10] << 8) | p[11]) & mask
    d = uint((p[12] << 24) | (p[13] << 16) | (p[14] << 8) | p[15]) & mask
    i = 0
    end = 32
    step = 1
    if decrypt:
        i = 31
        end = -1
        step = -1
    while i != end:
        x = (b ^ c ^ d ^ uint(k[i])) & mask
        y = uint(t[int(x & 255)]) & mask
        y = (((y >> 8) | (y << 24)) ^ uint(t[int((x >> 8) & 255)])) & mask
        y = (((y >> 8) | (y << 24)) ^ uint(t[int((x >> 16) & 255)])) & mask
        y = (((y >> 8) | (y << 24)) ^ uint(t[int(x >> 24)])) & mask
        x = a ^ y
        a = b
        b = c
        c = d
        d = x
        i += step
    j = 0
    while j < 4:
        shift = 24 - j * 8
        q[j] = int(d >> shift) & 255
        q[4 + j] = int(c >> shift) & 255
        q[8 + j] = int(b >> shift) & 255
        q[12 + j] = int(a >> shift) & 255
        j += 1
