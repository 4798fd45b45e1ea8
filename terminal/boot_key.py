"""The terminal's own key, made on it and never leaving it: ECDSA P-256, its certificate request, its DER.

Runs once, when a terminal is provisioned; some seconds on a microcontroller. Constant time is not claimed: nobody can
measure a board that is signing its one request on a technician's bench.
"""

import hashlib
import os

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

_EC_PUBLIC_KEY = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
_PRIME256V1 = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
_ECDSA_SHA256 = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
_COMMON_NAME = b"\x06\x03\x55\x04\x03"


def _inverse(a, modulus):
    # MicroPython's pow(a, -1, p) silently returns 0.
    return pow(a, modulus - 2, modulus)


def _double(x, y, z):
    delta, gamma = z * z % P, y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P
    x3 = (alpha * alpha - 8 * beta) % P
    return x3, (alpha * (4 * beta - x3) - 8 * gamma * gamma) % P, 2 * y * z % P


def _add(x, y, z, x2, y2):
    """Jacobian plus affine, neither at infinity nor equal."""
    square = z * z % P
    h = (x2 * square - x) % P
    r = (y2 * square * z - y) % P
    h2 = h * h % P
    h3, v = h * h2 % P, x * h2 % P
    x3 = (r * r - h3 - 2 * v) % P
    return x3, (r * (v - x3) - y * h3) % P, h * z % P


def multiply(scalar):
    """scalar * G, affine; 0 < scalar < N."""
    point = None
    for bit in range(255, -1, -1):
        if point is not None:
            point = _double(*point)
        if scalar >> bit & 1:
            # scalar < N: the running point is G itself only at the first bit, and never -G.
            point = G + (1,) if point is None else _add(*(point + G))
    x, y, z = point
    inverse = _inverse(z, P)
    return x * inverse * inverse % P, y * pow(inverse, 3, P) % P


def _random_scalar():
    while True:
        scalar = int.from_bytes(os.urandom(32), "big")
        if 0 < scalar < N:
            return scalar


def _sign(secret, message):
    """DER of an ECDSA signature over SHA-256 of `message`."""
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    while True:
        nonce = _random_scalar()
        r = multiply(nonce)[0] % N
        s = _inverse(nonce, N) * (digest + r * secret) % N
        if r and s:
            return _tlv(0x30, _integer(r) + _integer(s))


def _tlv(tag, value):
    size = len(value)
    if size < 128:
        return bytes((tag, size)) + value
    if size < 256:
        return bytes((tag, 0x81, size)) + value
    return bytes((tag, 0x82, size >> 8, size & 255)) + value


def _integer(value):
    raw = value.to_bytes(33, "big")
    while len(raw) > 1 and not raw[0] and raw[1] < 128:
        raw = raw[1:]
    return _tlv(0x02, raw)


def make(path):
    """Makes the key and keeps it in `path` (SEC1 DER), unless there is one already. Returns nothing of it."""
    if _secret(path) is not None:
        return
    secret = _random_scalar()
    x, y = multiply(secret)
    public = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    der = _tlv(
        0x30,
        _integer(1)
        + _tlv(0x04, secret.to_bytes(32, "big"))
        + _tlv(0xA0, _PRIME256V1)
        + _tlv(0xA1, _tlv(0x03, b"\0" + public)),
    )
    with open(path + ".part", "wb") as file:
        file.write(der)
    os.rename(path + ".part", path)


def _secret(path):
    """(secret, public point) of the key file, None when there is none."""
    try:
        with open(path, "rb") as file:
            der = file.read()
    except OSError:
        return None
    return int.from_bytes(der[7:39], "big"), der[-65:]


def request(path, name):
    """The certificate request (PKCS #10, DER) of the key in `path` for the common name `name`."""
    secret, public = _secret(path)
    subject = _tlv(0x30, _tlv(0x31, _tlv(0x30, _COMMON_NAME + _tlv(0x0C, name.encode()))))
    key = _tlv(0x30, _tlv(0x30, _EC_PUBLIC_KEY + _PRIME256V1) + _tlv(0x03, b"\0" + public))
    info = _tlv(0x30, _integer(0) + subject + key + b"\xa0\x00")
    return _tlv(0x30, info + _ECDSA_SHA256 + _tlv(0x03, b"\0" + _sign(secret, info)))


def fingerprint(path):
    """SHA-256 over the public key, the first 8 bytes: what the label shows."""
    return hashlib.sha256(_secret(path)[1]).digest()[:8]
