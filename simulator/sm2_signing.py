"""SM2 signing in plain Python for demonstration keys and tests: not constant time, never with a real key.

Deterministic: the nonce is HMAC-SM3 of key and digest, so that the same code comes out twice.
"""

from terminal.crypto import curve, sm2, sm3


class DemonstrationKey:
    """A private key `secret` (int). `public` is the compressed SEC1 key, `public_key` its PublicKey."""

    def __init__(self, secret, user_id=sm2.DEFAULT_ID):
        self._secret = secret
        point = _multiple(secret)
        self.public = bytes((2 + (point[1] & 1),)) + point[0].to_bytes(32, "big")
        self.public_key = sm2.PublicKey(point, user_id)

    @classmethod
    def named(cls, name):
        """A key made from a name, the same one every time."""
        return cls(int.from_bytes(sm3.sm3(b"gatepost demonstration key " + name.encode()), "big") % (curve.N - 1) + 1)

    def sign(self, message):
        """64 bytes r || s over `message`."""
        return self.sign_digest(sm2.message_digest(self.public_key.za, message))

    def sign_digest(self, digest):
        secret = self._secret.to_bytes(32, "big")
        attempt = 0
        while True:
            seed = sm3.hmac_sm3(secret, digest + attempt.to_bytes(4, "big"))
            signature = self._try(int.from_bytes(digest, "big"), int.from_bytes(seed, "big") % curve.N)
            if signature:
                return signature
            attempt += 1

    def _try(self, e, nonce):
        if not nonce:
            return None
        r = (e + _multiple(nonce)[0]) % curve.N
        if not r or r + nonce == curve.N:
            return None
        s = curve.inverse(1 + self._secret, curve.N) * (nonce - r * self._secret) % curve.N
        return r.to_bytes(32, "big") + s.to_bytes(32, "big") if s else None


def _multiple(scalar):
    """scalar * G, affine."""
    (point,) = curve.affine([curve.base_multiple(scalar)])
    return point
