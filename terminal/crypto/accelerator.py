"""SM2 by our own machine code: native/sm2_core.c as an .mpy that stock firmware imports.

A board that carries sm2_core.mpy beside this file verifies many times faster; without it `find` says None.
"""

from micropython import const

from terminal.crypto import curve

_WORK = const(2432)  # bytes of scratch, WORK of sm2_core.c
_EXPONENT = (curve.P + 1) >> 2

# Places of the core's arguments, 32 bytes little-endian each.
_P, _SQUARE, _B, _K, _L, _X, _Y, _V1, _V2 = range(9)


def find():
    """The Accelerator of this board, or None."""
    try:
        from terminal.crypto.sm2_core import sm2_core
    except (ImportError, ValueError):
        return None  # not carried, or made for another processor
    return Accelerator(sm2_core)


class Accelerator:
    """An engine for `sm2.use`. `core(arguments, table, width, work)` as sm2_core.c says. Keeps 5 KB."""

    def __init__(self, core):
        self._core = core
        self._arguments = bytearray(9 * 32)
        self._put(_P, curve.P)
        self._put(_SQUARE, (1 << 512) % curve.P)
        self._put(_B, curve.B)
        self._table = _montgomery(curve.base_table())
        self._work = bytearray(_WORK)

    def verify(self, point, digest, r, s):
        """Does (r, s), in range, sign the 32-byte `digest` under `point`, on the curve?"""
        v = (r - int.from_bytes(digest, "big")) % curve.N
        self._put(_K, s)
        self._put(_L, (r + s) % curve.N)
        self._put(_X, point[0])
        self._put(_Y, point[1])
        self._put(_V1, v)
        self._put(_V2, v + curve.N if v + curve.N < curve.P else v)
        return self._core(self._arguments, self._table, curve.BASE_WIDTH, self._work) == 1

    def decompress(self, x, odd):
        """The point with x (below p) and the parity of y; None when x is not on the curve."""
        self._put(_K, _EXPONENT)
        self._put(_X, x)
        if self._core(self._arguments, self._table, 0, self._work) != 1:
            return None
        y = int.from_bytes(self._arguments[32 * _Y : 32 * _Y + 32], "little")
        return (x, curve.P - y) if (y & 1) != odd else (x, y)

    def _put(self, place, value):
        self._arguments[32 * place : 32 * place + 32] = value.to_bytes(32, "little")


def _montgomery(table):
    """A table of points, x || y big-endian, as the core reads it: x*2^256 mod p || y*2^256 mod p, little-endian."""
    out = bytearray(table)
    for offset in range(0, len(table), 32):
        value = int.from_bytes(table[offset : offset + 32], "big")
        out[offset : offset + 32] = ((value << 256) % curve.P).to_bytes(32, "little")
    return out
