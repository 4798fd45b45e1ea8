"""MicroPython's `cryptolib` for the page, whose port has none: AES-128 encryption by web/aes.js. Portable.

The page's builder lays it down under that name. Of the rest of the module the terminal needs nothing.
"""

import uctypes
from page import encrypt

_CBC = 2


class aes:  # noqa: N801 - MicroPython's name
    """Mode 1 (ECB) or 2 (CBC, with `iv`); `encrypt(data, out)` fills `out` and returns it."""

    def __init__(self, key, mode, iv=None):
        self._key = bytes(key)
        self._chain = bytearray(iv) if mode == _CBC else None

    def encrypt(self, data, out=None):
        if out is None:
            out = bytearray(len(data))
        place = uctypes.addressof
        encrypt(place(self._key), 0 if self._chain is None else place(self._chain), place(data), place(out), len(data))
        return out
