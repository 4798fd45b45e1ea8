"""SM2 signatures (GB/T 32918.2) verified: keys 33 or 65 bytes SEC1, signatures 64 bytes r || s, digests 32.

A malformed key or signature is a False, never an error. Only public data passes here; nothing is constant time.
Signing is no business of a terminal.

Who computes: the accelerator on a board that carries it, the system's libcrypto on a host that has it, plain integers
everywhere else. The answers are the same.
"""

import sys

from micropython import const

from terminal import modules
from terminal.crypto import curve, sm3

DEFAULT_ID = b"1234567812345678"
_KEY_WIDTH = const(5)

_NOT_LOOKED = const(1)
_engine = _NOT_LOOKED


def use(engine):
    """Computes with `engine` from now on; None: with plain integers.

    An engine has verify(point, digest, r, s) -> bool for a point on the curve and r, s, r + s in range, and
    decompress(x, odd) as curve has it.
    """
    global _engine
    _engine = engine


def engine():
    """What computes: an engine, or None for plain integers. Looks for the machine's best one at the first call."""
    if _engine == _NOT_LOOKED:
        use(_find())
    return _engine


def _find():
    if sys.implementation.name == "micropython":
        from terminal.crypto import accelerator

        found = accelerator.find()
        if found is None:
            modules.forget("terminal.crypto.accelerator")
        return found
    from terminal.crypto import libcrypto

    return libcrypto.find()


def point_of(key):
    """The affine point (x, y) of a SEC1 key (33 bytes 02/03, 65 bytes 04), None when it is not one on the curve."""
    key = bytes(key)
    if len(key) == 33 and key[0] in (2, 3):
        x = int.from_bytes(key[1:], "big")
        return (engine() or curve).decompress(x, key[0] & 1) if x < curve.P else None
    if len(key) == 65 and key[0] == 4:
        x = int.from_bytes(key[1:33], "big")
        y = int.from_bytes(key[33:], "big")
        return (x, y) if curve.on_curve(x, y) else None
    return None


def _za_start(user_id):
    """SM3 over what ZA has in common for all keys under `user_id`."""
    head = (len(user_id) * 8).to_bytes(2, "big") + bytes(user_id)
    return sm3.new(head + (curve.P - 3).to_bytes(32, "big") + curve.B.to_bytes(32, "big") + curve.pack((curve.G,)))


_DEFAULT_START = _za_start(DEFAULT_ID)


def za(point, user_id=DEFAULT_ID):
    """The 32-byte hash of signer identity, curve and key that precedes every message."""
    start = _DEFAULT_START.copy() if user_id == DEFAULT_ID else _za_start(user_id)
    start.update(curve.pack((point,)))
    return start.digest()


def message_digest(za_value, message):
    """e = SM3(ZA || M), what is signed."""
    hashed = sm3.new(za_value)
    hashed.update(message)
    return hashed.digest()


class PublicKey:
    """A key for more than one verification: decompressed once, ZA kept, with `fix()` a comb table (2 KB) as well.

    `PublicKey.read(key)` is None for what is no key.
    """

    @classmethod
    def read(cls, key, user_id=DEFAULT_ID):
        point = point_of(key)
        return cls(point, user_id) if point else None

    @classmethod
    def unpack(cls, packed):
        """The key of `pack`, without a decompression and without a hash."""
        return cls(curve.entry(packed, 0), za_value=packed[64:])

    def __init__(self, point, user_id=DEFAULT_ID, za_value=None):
        self.point = point
        self.za = za_value or za(point, user_id)
        self._comb = None

    def pack(self):
        """96 bytes that `unpack` reads: x, y and ZA. For caches; not a format for other machines."""
        return bytes(curve.pack((self.point,))) + self.za

    def fix(self):
        """Makes the comb table: a verification then costs half. For root and issuer keys."""
        if self._comb is None and engine() is None:
            curve.base_comb()  # one is of no use without the other
            self._comb = curve.comb_table(self.point, curve.COMB_WIDTH)
        return self

    def verify(self, message, signature):
        return self.verify_digest(message_digest(self.za, message), signature)

    def verify_digest(self, digest, signature):
        if len(digest) != 32 or len(signature) != 64:
            return False
        e = int.from_bytes(digest, "big")
        r = int.from_bytes(signature[:32], "big")
        s = int.from_bytes(signature[32:], "big")
        t = (r + s) % curve.N
        if not (0 < r < curve.N and 0 < s < curve.N and t):
            return False
        fast = engine()
        if fast:
            return fast.verify(self.point, digest, r, s)
        return self._matches(s, t, (r - e) % curve.N)

    def _matches(self, s, t, v):
        """Is x(s*G + t*Q) congruent to v modulo n?"""
        if self._comb:
            base, width = curve.base_comb(), curve.BASE_COMB_WIDTH
            X, _, Z = curve.comb_multiply(s, base, width, t, self._comb, curve.COMB_WIDTH)
        else:
            own = curve.odd_multiples(self.point, _KEY_WIDTH)
            X, _, Z = curve.joint_multiply(s, curve.base_table(), curve.BASE_WIDTH, t, own, _KEY_WIDTH)
        return x_matches(X, Z, v)


def x_matches(X, Z, v):
    """x = X/Z^2 without inversion: v * Z^2 == X. x may lie between n and p, where v + n stands for it.

    The point at infinity (Z = 0) has no x and matches nothing: some C libraries accept it.
    """
    if not Z:
        return False
    zz = Z * Z % curve.P
    if v * zz % curve.P == X:
        return True
    v += curve.N
    return v < curve.P and v * zz % curve.P == X


def verify(public_key, message, signature, user_id=DEFAULT_ID):
    """Is `signature` that of `message` (bytes) under `public_key` and the signer's `user_id`?"""
    key = PublicKey.read(public_key, user_id)
    return bool(key) and key.verify(message, signature)


def verify_digest(public_key, digest, signature):
    """The same for a digest e = SM3(ZA || M) that is at hand."""
    key = PublicKey.read(public_key)
    return bool(key) and key.verify_digest(digest, signature)
