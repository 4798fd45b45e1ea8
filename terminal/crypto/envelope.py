"""A digital envelope: whoever seals cannot open again, only the holder of the SM2 key can.

Envelope: version 1 (1 byte) | a one-time SM4 key and HMAC key, 32 bytes under SM2 (GB/T 32918.4, C1 || C3 || C2,
C1 with its 04: 129 bytes) | HMAC-SM3 over what it is about and the SM4-CTR text (32) | that text, as long as the data.

Each envelope has keys of its own, so that the counter starts at zero. The scalar multiplication is not constant in
time: it works on a number that is used once.
"""

from micropython import const

from terminal.crypto import curve, sm2, sm3
from terminal.crypto.sm4 import BLOCK, Sm4

VERSION = const(1)
OVERHEAD = const(162)
KEYS = const(32)
_WIDTH = const(5)


def seal(key, random, data, about=b""):
    """The envelope for the SM2 public key `key` (33 or 65 bytes SEC1). ValueError when it is none.

    `random(count)` gives bytes nobody can foretell; `about` is not sealed, but cannot be changed either.
    """
    point = sm2.point_of(key)
    if point is None:
        raise ValueError("sealing key of %d bytes is no SM2 key" % len(key))
    keys = random(KEYS)
    text = counter_mode(keys[:16], data)
    return bytes((VERSION,)) + encrypt(point, random, keys) + mark(keys[16:], about, text) + text


def mark(key, about, text):
    """What shows that neither `about` nor `text` was changed."""
    return sm3.hmac_sm3(key, len(about).to_bytes(2, "big") + about + text)


def counter_mode(key, data):
    """SM4-CTR from counter 0; the same call opens what it made."""
    cipher = Sm4(key)
    out = bytearray(data)
    for start in range(0, len(out), BLOCK):
        stream = cipher.encrypt_block((start // BLOCK).to_bytes(BLOCK, "big"))
        for at in range(start, min(start + BLOCK, len(out))):
            out[at] ^= stream[at - start]
    return bytes(out)


def encrypt(point, random, data):
    """C1 || C3 || C2 of `data` for an affine point (GB/T 32918.4, 6.1)."""
    own = curve.odd_multiples(point, _WIDTH)
    while True:
        k = int.from_bytes(random(32), "big")
        if not 0 < k < curve.N:
            continue
        first = curve.base_multiple(k)
        shared = curve.joint_multiply(k, own, _WIDTH, 0, own, _WIDTH)
        packed = bytes(curve.pack(curve.affine([first, shared])))
        x2, y2 = packed[64:96], packed[96:]
        stream = derive(x2 + y2, len(data))
        if any(stream):
            break
    hidden = bytes([byte ^ stream[at] for at, byte in enumerate(data)])
    return b"\x04" + packed[:64] + sm3.sm3(x2 + data + y2) + hidden


def derive(shared, length):
    """The standard's KDF: `length` bytes."""
    out = b""
    count = 1
    while len(out) < length:
        out += sm3.sm3(shared + count.to_bytes(4, "big"))
        count += 1
    return out[:length]
