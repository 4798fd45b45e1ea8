"""(name, key, digest, signature, verdict) cases for whoever verifies SM2: the published ones and the edges."""

import json

from simulator.sm2_signing import DemonstrationKey
from terminal.crypto import curve, sm2

KEY = DemonstrationKey.named("edges")


class using:
    """`with using(engine):` SM2 computes with `engine` (None: plain integers) and goes back afterwards."""

    def __init__(self, engine):
        self._engine = engine

    def __enter__(self):
        self._before = sm2.engine()
        sm2.use(self._engine)

    def __exit__(self, *_):
        sm2.use(self._before)


def number(value):
    return value.to_bytes(32, "big")


def sec1(point):
    return b"\x04" + number(point[0]) + number(point[1])


def published():
    with open("tests/data/sm.json") as file:
        vectors = json.load(file)["sm2_verify_digest"]
    for vector in vectors:
        x, y, e, r, s = [number(int(vector[name], 16)) for name in "xyers"]
        yield vector["name"], b"\x04" + x + y, e, r + s, vector["valid"]


def ranges():
    digest = bytes(range(32))
    signature = KEY.sign_digest(digest)
    r, s = signature[:32], signature[32:]
    zero, n = bytes(32), number(curve.N)
    yield "signed", KEY.public, digest, signature, True
    yield "another digest", KEY.public, bytes(32), signature, False
    yield "short digest", KEY.public, digest[:31], signature, False
    for name, wrong in (
        ("empty", b""),
        ("short", signature[:-1]),
        ("long", signature + b"\0"),
        ("r 0", zero + s),
        ("s 0", r + zero),
        ("r n", n + s),
        ("s n", r + n),
        ("ones", b"\xff" * 64),
        ("r + s = n", r + number(curve.N - int.from_bytes(r, "big"))),
        ("s + 1", r + number(int.from_bytes(s, "big") + 1)),
    ):
        yield name, KEY.public, digest, wrong, False


def infinity():
    # s*G + t*Q is infinity for t = 1 and s = -d; r = t - s. With v = 0 and 1, X = 0 or 1 must not match either.
    secret = 7
    key = DemonstrationKey(secret)
    s = curve.N - secret
    r = (1 - s) % curve.N
    for e in (r, r - 1, 5):
        yield "infinity", key.public, number(e), number(r) + number(s), False


def beyond_n():
    """A point R with n <= x < p, and the key Q = (R - s*G) / t for which it comes out."""
    x = curve.N
    while curve.decompress(x, 0) is None:
        x += 1
    s, t = 12345, 1
    minus = curve.base_multiple(curve.N - s)
    (q,) = curve.affine([curve.add(*(minus + curve.decompress(x, 0)))])
    r = (t - s) % curve.N
    e = (r - x) % curve.N
    yield "x between n and p", sec1(q), number(e), number(r) + number(s), True
    yield "x between n and p, e + 1", sec1(q), number((e + 1) % curve.N), number(r) + number(s), False


def equal_points():
    """Keys close to G and to infinity: sums that meet the doubling and the cancelling branch."""
    for secret in (1, 2, curve.N - 2):  # n - 1 cannot sign: 1 + d has no inverse
        key = DemonstrationKey(secret)
        for digest in (bytes(31) + b"\1", b"\xff" * 32):
            yield "d = %d" % secret, key.public, digest, key.sign_digest(digest), True


def crafted():
    """Signatures whose equation holds although r, s or r + s is out of range: only the range check refuses them."""
    point = KEY.public_key.point
    base, own = curve.base_table(), curve.odd_multiples(point, 5)

    def digest_for(r, s):
        t = (r + s) % curve.N
        ((x, _),) = curve.affine([curve.joint_multiply(s, base, curve.BASE_WIDTH, t, own, 5)])
        return number((r - x) % curve.N)

    for name, r, s, shown_r, shown_s in (
        ("holds", 5, 9, 5, 9),
        ("r = 0", 0, 9, 0, 9),
        ("s = 0", 9, 0, 9, 0),
        ("r + n", 5, 9, 5 + curve.N, 9),
        ("s + n", 5, 9, 5, 9 + curve.N),
        ("t = 0", curve.N - 9, 9, curve.N - 9, 9),
    ):
        yield name, KEY.public, digest_for(r, s), number(shown_r) + number(shown_s), name == "holds"


def all_cases():
    for group in (published, ranges, infinity, beyond_n, equal_points, crafted):
        yield from group()


def wrong_answers():
    """Names of the cases that `sm2.verify_digest` judges wrongly with the engine in use."""
    return [
        name
        for name, key, digest, signature, verdict in all_cases()
        if sm2.verify_digest(key, digest, signature) != verdict
    ]
