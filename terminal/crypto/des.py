"""DES, two- and three-key 3DES, the purse's DES MAC and the retail MAC (ISO 9797-1 algorithm 3).

For the simulator's cards and PSAMs, for tests and for low-value site keys; the purse's master keys stay in the PSAM.
"""

import sys
from array import array

from micropython import const

BLOCK = const(8)
# FIPS 46-3: eight S-boxes, each 4 rows (outer bits) of 16 columns (inner bits).
_SBOX = (
    "E4D12FB83A6C59070F74E2D1A6CB953841E8D62BFC973A50FC8249175B3EA06D",
    "F18E6B34972DC05A3D47F28EC01A69B50E7BA4D158C6932FD8A13F42B67C05E9",
    "A09E63F51DC7B428D709346A285ECBF1D6498F30B12C5AE71AD069874FE3B52C",
    "7DE3069A1285BC4FD8B56F03472C1AE9A690CB7DF13E52843F06A1D8945BC72E",
    "2C417AB6853FD0E9EB2C47D150FA3986421BAD78F9C5630EB8C71E2D6F09A453",
    "C1AF92680D34E75BAF427C9561DE0B389EF528C3704A1DB6432C95FABE17608D",
    "4B2EF08D3C975A61D0B7491AE35C2F8614BDC37EAF6805926BD814A7950FE23C",
    "D2846FB1A93E50C71FD8A374C56B0E927B419CE206ADF35821E74A8DFC90356B",
)
_P = bytes(
    (16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10)
    + (2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25)
)
_PC1 = bytes(
    (57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36)
    + (63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4)
)
_PC2 = bytes(
    (14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2)
    + (41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32)
)


def _substitution_table():
    """S-boxes and permutation P in one: 8 x 64 words, rotated left by one as the rounds hold their halves."""
    table = array("I", bytes(2048))
    for box in range(8):
        for x in range(64):
            row = (x >> 5) << 1 | x & 1
            value = int(_SBOX[box][row * 16 + (x >> 1 & 15)], 16) << (28 - 4 * box)
            word = 0
            for bit in range(32):
                if value >> (32 - _P[bit]) & 1:
                    word |= 1 << (31 - bit)
            table[box * 64 + x] = (word << 1 | word >> 31) & 0xFFFFFFFF
    return table


def _schedule_plain(key, offset, round_keys, pc1, pc2):
    """16 round keys of the 8-byte key at `offset`: per round the groups 1 3 5 7 in one word, 2 4 6 8 in the next."""
    bits = int.from_bytes(key[offset : offset + 8], "big")
    c = d = 0
    for i in range(28):
        c = c << 1 | bits >> (64 - pc1[i]) & 1
        d = d << 1 | bits >> (64 - pc1[28 + i]) & 1
    for r in range(16):
        n = 1 if r in (0, 1, 8, 15) else 2
        c = (c << n | c >> (28 - n)) & 0xFFFFFFF
        d = (d << n | d >> (28 - n)) & 0xFFFFFFF
        both = c << 28 | d
        words = [0, 0]
        for group in range(8):
            value = 0
            for i in range(6 * group, 6 * group + 6):
                value = value << 1 | both >> (56 - pc2[i]) & 1
            words[group & 1] = words[group & 1] << 8 | value
        round_keys[2 * r], round_keys[2 * r + 1] = words


def _schedule_summed(key, offset, round_keys, pc1, pc2):
    """The same on a host: a round key is a choice of key bits, so the keys of one bit each are added up. Keeps 10 KB."""
    if not _one_bit:
        for bit in range(64):
            words = array("I", bytes(128))
            _schedule_plain((1 << bit).to_bytes(8, "big"), 0, words, pc1, pc2)
            _one_bit.append(int.from_bytes(bytes(words), sys.byteorder))
    bits = int.from_bytes(key[offset : offset + 8], "big")
    total = 0
    for words in _one_bit:
        if bits & 1:
            total |= words
        bits >>= 1
    round_keys[:] = array("I", total.to_bytes(128, sys.byteorder))


def _swap(a, b, shift, mask):
    """Exchanges the bits of `a` above `shift` with those of `b` under `mask`."""
    t = (a >> shift ^ b) & mask
    return a ^ t << shift, b ^ t


def _rounds(left, right, keys, offset, table):
    """One pass of 16 rounds; halves come back exchanged."""
    for i in range(offset, offset + 32, 2):
        w = (right << 28 | right >> 4) & 0xFFFFFFFF ^ keys[i]
        f = table[w >> 24 & 63] | table[128 + (w >> 16 & 63)] | table[256 + (w >> 8 & 63)] | table[384 + (w & 63)]
        w = right ^ keys[i + 1]
        f |= table[64 + (w >> 24 & 63)] | table[192 + (w >> 16 & 63)]
        f |= table[320 + (w >> 8 & 63)] | table[448 + (w & 63)]
        left, right = right, left ^ f
    return right, left


def _crypt_plain(keys, passes, source, target, table):
    """One block of `source` into `target` through `passes` (1 or 3) times 16 rounds."""
    left = int.from_bytes(source[:4], "big")
    right = int.from_bytes(source[4:8], "big")
    left, right = _swap(left, right, 4, 0x0F0F0F0F)
    left, right = _swap(left, right, 16, 0x0000FFFF)
    right, left = _swap(right, left, 2, 0x33333333)
    right, left = _swap(right, left, 8, 0x00FF00FF)
    right = (right << 1 | right >> 31) & 0xFFFFFFFF
    left, right = _swap(left, right, 0, 0xAAAAAAAA)
    left = (left << 1 | left >> 31) & 0xFFFFFFFF
    for offset in range(0, 32 * passes, 32):
        left, right = _rounds(left, right, keys, offset, table)
    left, right = right, left
    right = (right >> 1 | right << 31) & 0xFFFFFFFF
    left, right = _swap(left, right, 0, 0xAAAAAAAA)
    left = (left >> 1 | left << 31) & 0xFFFFFFFF
    left, right = _swap(left, right, 8, 0x00FF00FF)
    left, right = _swap(left, right, 2, 0x33333333)
    right, left = _swap(right, left, 16, 0x0000FFFF)
    right, left = _swap(right, left, 4, 0x0F0F0F0F)
    target[:] = right.to_bytes(4, "big") + left.to_bytes(4, "big")


_one_bit = []
_schedule = _schedule_summed
_crypt = _crypt_plain
if sys.implementation.name == "micropython":
    _schedule = _schedule_plain
    try:
        from terminal.crypto.des_viper import crypt as _crypt
        from terminal.crypto.des_viper import schedule as _schedule
    except (ImportError, ValueError, SyntaxError):
        pass  # a port without the native emitter, or an .mpy for another processor: the plain rounds serve

_TABLE = _substitution_table()


def _backwards(keys):
    """The round keys in reverse order of rounds: decryption."""
    out = array("I", keys)
    for i in range(0, 32, 2):
        out[i] = keys[30 - i]
        out[i + 1] = keys[31 - i]
    return out


class Des3:
    """DES (8-byte key) or 3DES (16 or 24 bytes; 16 means K1 K2 K1). Blocks are 8 bytes, ValueError otherwise."""

    def __init__(self, key):
        if len(key) not in (8, 16, 24):
            raise ValueError("DES key of %d bytes, expected 8, 16 or 24" % len(key))
        key = bytes(key)
        parts = []
        for offset in range(0, len(key), 8):
            words = array("I", bytes(128))
            _schedule(key, offset, words, _PC1, _PC2)
            parts.append(words)
        first, last = parts[0], parts[2 if len(key) == 24 else 0]
        if len(key) == 8:
            self._encrypt, self._decrypt = first, _backwards(first)
        else:
            self._encrypt = first + _backwards(parts[1]) + last
            self._decrypt = _backwards(last) + parts[1] + _backwards(first)
        self._passes = 1 if len(key) == 8 else 3

    def encrypt_block(self, block):
        return self._block(self._encrypt, block)

    def decrypt_block(self, block):
        return self._block(self._decrypt, block)

    def _block(self, keys, block):
        if len(block) != BLOCK:
            raise ValueError("DES block of %d bytes, expected 8" % len(block))
        out = bytearray(BLOCK)
        _crypt(keys, self._passes, block, out, _TABLE)
        return bytes(out)

    def chain(self, iv, data):
        """The last block of CBC over `data` (whole blocks only) that starts from `iv`."""
        if len(data) % BLOCK:
            raise ValueError("%d bytes to chain: not whole blocks of 8" % len(data))
        state = bytearray(iv)
        for offset in range(0, len(data), BLOCK):
            for i in range(BLOCK):
                state[i] ^= data[offset + i]
            _crypt(self._encrypt, self._passes, state, state, _TABLE)
        return bytes(state)


def pad(data):
    """`data` || 80 || 00... to whole blocks; always adds at least one byte."""
    return bytes(data) + b"\x80" + bytes(-(len(data) + 1) % BLOCK)


def des_mac(key8, data, iv=bytes(8)):
    """DES-CBC-MAC over `pad(data)`, 8 bytes; the purse sends the left four."""
    return Des3(key8).chain(iv, pad(data))


def retail_mac(key16, data, iv=bytes(8)):
    """ISO 9797-1 algorithm 3 (X9.19) over whole blocks, 8 bytes: DES chain, 3DES on the last. `pad` first if due."""
    if not data or len(data) % BLOCK:
        raise ValueError("%d bytes for a retail MAC: not whole blocks of 8" % len(data))
    state = Des3(key16[:8]).chain(iv, data[:-BLOCK])
    return Des3(key16).chain(state, data[-BLOCK:])
