"""CRC-32 and the keyed tag of the stores, written into buffers that exist already: nothing is allocated per call."""

from binascii import crc32
from struct import pack_into

from cryptolib import aes
from micropython import const

_CBC = const(2)
_AES_BLOCK = const(16)
TAG_BYTES = const(8)


def store_crc(data, out, offset=0):
    """Writes the CRC-32 of `data` into four bytes of `out`, little-endian."""
    pack_into("<I", out, offset, crc32(data))


def crc_matches(data, stored, offset=0):
    """True when four bytes of `stored` are the CRC-32 of `data`, little-endian."""
    crc = crc32(data)
    return (
        stored[offset] == crc & 255
        and stored[offset + 1] == crc >> 8 & 255
        and stored[offset + 2] == crc >> 16 & 255
        and stored[offset + 3] == crc >> 24 & 255
    )


class CrcTag:
    """The development level of the block tags: CRC-32 over first16 and the message, four zero bytes behind it."""

    def __init__(self, message):
        self._message = message
        self._tag = bytearray(TAG_BYTES)

    def tag(self, first16):
        crc = crc32(self._message, crc32(first16))
        out = self._tag
        out[0] = crc & 255
        out[1] = crc >> 8 & 255
        out[2] = crc >> 16 & 255
        out[3] = crc >> 24 & 255
        return out


class CbcMac:
    """AES-128-CBC-MAC over 16 bytes and a message buffer of fixed length (for which CBC-MAC is a sound MAC).

    One cipher object serves for ever: its chaining value, known from the last output, is XORed out of the next
    first block, so that every message starts from zero and no object is made per call.
    """

    def __init__(self, key, message, chunk=256):
        """`message`: memoryview of a whole number of 16-byte blocks, always read where it lies."""
        self._encrypt = aes(key, _CBC, bytes(_AES_BLOCK)).encrypt
        chunk = min(chunk, len(message))
        self._out = memoryview(bytearray(chunk))
        self._parts = [message[start : start + chunk] for start in range(0, len(message), chunk)]
        self._last = self._parts.pop()
        self._last_out = self._out[: len(self._last)]
        self._chain = self._last_out[len(self._last) - _AES_BLOCK :]
        self._first = bytearray(_AES_BLOCK)

    def tag(self, first16):
        """A buffer whose first 8 bytes are the tag; valid until the next call."""
        first = self._first
        chain = self._chain
        for i in range(_AES_BLOCK):
            first[i] = first16[i] ^ chain[i]
        encrypt = self._encrypt
        encrypt(first, first)
        out = self._out
        for part in self._parts:
            encrypt(part, out)
        encrypt(self._last, self._last_out)
        return chain
