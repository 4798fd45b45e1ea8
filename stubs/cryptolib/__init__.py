"""MicroPython's `cryptolib` module for CPython: the AES of the `cryptography` package in MicroPython's shape."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_ECB = 1
_CBC = 2


class aes:  # noqa: N801 - MicroPython's name
    """AES in mode 1 (ECB) or 2 (CBC, with `iv`); `encrypt(data, out)` fills `out` and returns it."""

    def __init__(self, key, mode, iv=None):
        if mode == _ECB:
            chosen = modes.ECB()
        elif mode == _CBC:
            chosen = modes.CBC(bytes(iv))
        else:
            raise ValueError("aes mode %r: 1 (ECB) or 2 (CBC) are known" % mode)
        cipher = Cipher(algorithms.AES(bytes(key)), chosen)
        self._encrypt = cipher.encryptor().update
        self._decrypt = cipher.decryptor().update

    def encrypt(self, data, out=None):
        return self._into(self._encrypt(bytes(data)), out)

    def decrypt(self, data, out=None):
        return self._into(self._decrypt(bytes(data)), out)

    def _into(self, result, out):
        if out is None:
            return result
        out[:] = result
        return out
