"""SM4 (GB/T 32907): one block each way, CBC-MAC with the purse's padding, CMAC.

Table look-ups, so not for secrets on a machine shared with strangers: simulator, tests and low-value site keys.
The purse's master keys stay in the PSAM.
"""

import sys
from array import array

from micropython import const

BLOCK = const(16)
_SBOX = bytes.fromhex(
    "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699"
    "9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6"
    "4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35"
    "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e"
    "eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3"
    "1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51"
    "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0"
    "8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948"
)


def _rotate(x, n):
    return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF


def _round_table():
    """S-box and linear layer in one: 256 words for the top byte, the other bytes by rotation."""
    table = array("I", bytes(1024))
    for i in range(256):
        b = _SBOX[i] << 24
        table[i] = b ^ _rotate(b, 2) ^ _rotate(b, 10) ^ _rotate(b, 18) ^ _rotate(b, 24)
    return table


def _key_constants():
    """FK (4 words), then CK (32 words)."""
    words = array("I", (0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC) + (0,) * 32)
    for i in range(32):
        words[4 + i] = int.from_bytes(bytes([(4 * i + j) * 7 & 255 for j in range(4)]), "big")
    return words


def _expand_plain(key, round_keys, constants, sbox):
    """The 32 round keys of a 16-byte key into `round_keys`."""
    a, b, c, d = [int.from_bytes(key[4 * i : 4 * i + 4], "big") ^ constants[i] for i in range(4)]
    for i in range(32):
        x = b ^ c ^ d ^ constants[4 + i]
        y = sbox[x >> 24] << 24 | sbox[x >> 16 & 255] << 16 | sbox[x >> 8 & 255] << 8 | sbox[x & 255]
        x = a ^ y ^ _rotate(y, 13) ^ _rotate(y, 23)
        round_keys[i] = x
        a, b, c, d = b, c, d, x


def _crypt_plain(round_keys, source, target, decrypt, table):
    """One block of `source` into `target` (may be the same buffer); `decrypt` 1 runs the keys backwards."""
    a, b, c, d = [int.from_bytes(source[i : i + 4], "big") for i in (0, 4, 8, 12)]
    for i in range(31, -1, -1) if decrypt else range(32):
        x = b ^ c ^ d ^ round_keys[i]
        t1 = table[x >> 16 & 255]
        t2 = table[x >> 8 & 255]
        t3 = table[x & 255]
        y = table[x >> 24] ^ (t1 >> 8 | t1 << 24) ^ (t2 >> 16 | t2 << 16) ^ (t3 >> 24 | t3 << 8)
        a, b, c, d = b, c, d, a ^ y & 0xFFFFFFFF
    target[:] = d.to_bytes(4, "big") + c.to_bytes(4, "big") + b.to_bytes(4, "big") + a.to_bytes(4, "big")


_expand = _expand_plain
_crypt = _crypt_plain
if sys.implementation.name == "micropython":
    try:
        from terminal.crypto.sm4_viper import crypt as _crypt
        from terminal.crypto.sm4_viper import expand as _expand
    except (ImportError, ValueError, SyntaxError):
        pass  # a port without the native emitter, or an .mpy for another processor: the plain rounds serve

_TABLE = _round_table()
_CONSTANTS = _key_constants()


class Sm4:
    """SM4 under a 16-byte key. Blocks are 16 bytes; ValueError for any other length."""

    def __init__(self, key):
        if len(key) != 16:
            raise ValueError("SM4 key of %d bytes, expected 16" % len(key))
        self._round_keys = array("I", bytes(128))
        _expand(bytes(key), self._round_keys, _CONSTANTS, _SBOX)

    def encrypt_block(self, block):
        return self._block(block, 0)

    def decrypt_block(self, block):
        return self._block(block, 1)

    def _block(self, block, decrypt):
        if len(block) != BLOCK:
            raise ValueError("SM4 block of %d bytes, expected 16" % len(block))
        out = bytearray(BLOCK)
        _crypt(self._round_keys, block, out, decrypt, _TABLE)
        return bytes(out)

    def chain(self, iv, data):
        """The last block of CBC over `data` (whole blocks only) that starts from `iv`."""
        if len(data) % BLOCK:
            raise ValueError("%d bytes to chain: not whole blocks of 16" % len(data))
        state = bytearray(iv)
        for offset in range(0, len(data), BLOCK):
            for i in range(BLOCK):
                state[i] ^= data[offset + i]
            _crypt(self._round_keys, state, state, 0, _TABLE)
        return bytes(state)


def cbc_mac(key, data, iv=bytes(16)):
    """SM4-CBC-MAC over whole blocks, 16 bytes. Pad first (`pad`) where the protocol pads."""
    return Sm4(key).chain(iv, data)


def pad(data):
    """`data` || 80 || 00... to whole blocks; always adds at least one byte (the purse's padding)."""
    return bytes(data) + b"\x80" + bytes(-(len(data) + 1) % BLOCK)


def cmac(key, data):
    """SM4-CMAC (NIST SP 800-38B), 16 bytes; any length of `data`."""
    cipher = Sm4(key)
    subkey = _doubled(cipher.encrypt_block(bytes(BLOCK)))
    if not data or len(data) % BLOCK:
        subkey = _doubled(subkey)
        data = pad(data)
    last = bytes([data[i - BLOCK] ^ subkey[i] for i in range(BLOCK)])
    return cipher.chain(bytes(BLOCK), bytes(data[:-BLOCK]) + last)


def _doubled(block):
    """Multiplication by x in GF(2^128)."""
    value = int.from_bytes(block, "big") << 1
    if value >> 128:
        value = value & ((1 << 128) - 1) ^ 0x87
    return value.to_bytes(16, "big")
