"""SM3 (GB/T 32905): 32-byte digests of bytes, and HMAC-SM3.

The compression runs in viper on a board, in OpenSSL where CPython's hashlib offers SM3, in plain Python otherwise;
all three give the same digests.
"""

import hashlib
import sys
from array import array

from micropython import const

BLOCK = const(64)
SIZE = const(32)
_IV = const((0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E))


def _rotated_constants():
    """T(j) <<< j for the 64 rounds."""
    words = array("I", bytes(256))
    for j in range(64):
        t = 0x79CC4519 if j < 16 else 0x7A879D8A
        words[j] = _rotate(t, j & 31)
    return words


def _rotate(x, n):
    return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF


def _expand(data, offset):
    """The 68 message words of the block at `offset`."""
    w = [int.from_bytes(data[i : i + 4], "big") for i in range(offset, offset + 64, 4)]
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ _rotate(w[j - 3], 15)
        y = w[j - 13]
        x ^= (x << 15 | x >> 17) ^ (x << 23 | x >> 9) ^ (y << 7 | y >> 25) ^ w[j - 6]
        w.append(x & 0xFFFFFFFF)
    return w


def _compress_plain(state, data, offset, constants, words):
    """One block into the eight words of `state`, in place. `words` is the viper kernel's scratch."""
    w = _expand(data, offset)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        turned = (a << 12 | a >> 20) & 0xFFFFFFFF
        sum1 = (turned + e + constants[j]) & 0xFFFFFFFF
        sum1 = (sum1 << 7 | sum1 >> 25) & 0xFFFFFFFF
        if j < 16:
            ff = a ^ b ^ c
            gg = e ^ f ^ g
        else:
            ff = a & b | c & (a | b)
            gg = g ^ e & (f ^ g)
        t1 = (ff + d + (sum1 ^ turned) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
        t2 = (gg + h + sum1 + w[j]) & 0xFFFFFFFF
        d = c
        c = (b << 9 | b >> 23) & 0xFFFFFFFF
        b = a
        a = t1
        h = g
        g = (f << 19 | f >> 13) & 0xFFFFFFFF
        f = e
        e = (t2 ^ (t2 << 9 | t2 >> 23) ^ (t2 << 17 | t2 >> 15)) & 0xFFFFFFFF
    for i, word in enumerate((a, b, c, d, e, f, g, h)):
        state[i] ^= word


_compress = _compress_plain
if sys.implementation.name == "micropython":
    try:
        from terminal.crypto.sm3_viper import compress as _compress
    except (ImportError, ValueError, SyntaxError):
        pass  # a port without the native emitter, or an .mpy for another processor: the plain rounds serve

_CONSTANTS = _rotated_constants()
_WORDS = array("I", bytes(68 * 4))


class Sm3:
    """SM3 in pieces: `update(data)`, `digest()` (may be asked again later), `copy()` to keep a mid-state."""

    def __init__(self, data=b""):
        self._state = array("I", _IV)
        self._rest = b""
        self._done = 0
        self.update(data)

    def update(self, data):
        data = self._rest + bytes(data) if self._rest else bytes(data)
        whole = len(data) & ~63
        for offset in range(0, whole, BLOCK):
            _compress(self._state, data, offset, _CONSTANTS, _WORDS)
        self._done += whole
        self._rest = data[whole:]

    def digest(self):
        state = array("I", self._state)
        rest = self._rest
        tail = rest + b"\x80" + bytes((55 - len(rest)) % 64) + ((self._done + len(rest)) * 8).to_bytes(8, "big")
        for offset in range(0, len(tail), BLOCK):
            _compress(state, tail, offset, _CONSTANTS, _WORDS)
        return b"".join([word.to_bytes(4, "big") for word in state])

    def copy(self):
        other = Sm3()
        other._state = array("I", self._state)
        other._rest = self._rest
        other._done = self._done
        return other


def _openssl_sm3(data=b""):
    return hashlib.new("sm3", data)


def _choose():
    """OpenSSL's SM3 where hashlib has it, else our own. MicroPython's hashlib has no `new`."""
    try:
        _openssl_sm3()
        return _openssl_sm3
    except (AttributeError, ValueError):
        return Sm3


new = _choose()


def sm3(data):
    """The 32-byte SM3 digest of `data`."""
    return new(data).digest()


def hmac_sm3(key, data):
    """HMAC with SM3 (RFC 2104), 32 bytes."""
    if len(key) > BLOCK:
        key = sm3(key)
    key = bytes(key) + bytes(BLOCK - len(key))
    inner = new(bytes([b ^ 0x36 for b in key]))
    inner.update(data)
    outer = new(bytes([b ^ 0x5C for b in key]))
    outer.update(inner.digest())
    return outer.digest()
