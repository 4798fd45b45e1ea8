"""SM2 at its edges: what is no key, what is no signature, x between n and p, infinity, and our own `inverse`."""

from simulator.sm2_signing import DemonstrationKey
from terminal.crypto import curve, sm2
from tests.portable.checks import raises
from tests.portable.sm2_cases import KEY, all_cases, number, using, wrong_answers

MESSAGE = b"one tap"
SIGNATURE = KEY.sign(MESSAGE)


def test_signed_and_verified():
    assert sm2.verify(KEY.public, MESSAGE, SIGNATURE)
    assert KEY.sign(MESSAGE) == SIGNATURE


def test_the_standards_nonce_gives_the_standards_signature():
    secret = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
    nonce = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
    key = DemonstrationKey(secret)
    e = int.from_bytes(sm2.message_digest(key.public_key.za, b"message digest"), "big")
    assert e == 0xF0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640
    signature = key._try(e, nonce)
    assert signature[:32].hex() == "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    assert signature[32:].hex() == "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"


def test_a_flipped_bit_is_refused_wherever_it_is():
    with using(None):
        for i in range(0, 64, 5):
            bad = bytearray(SIGNATURE)
            bad[i] ^= 1 << (i & 7)
            assert not sm2.verify(KEY.public, MESSAGE, bytes(bad)), i


def test_the_cases_with_plain_integers():
    with using(None):
        assert wrong_answers() == []


def test_the_cases_with_combs():
    with using(None):
        for name, public, digest, signature, verdict in all_cases():
            key = sm2.PublicKey.read(public)
            assert (key is not None and key.fix().verify_digest(digest, signature)) == verdict, name


def test_the_cases_with_what_this_machine_has():
    assert wrong_answers() == []


def test_what_is_no_key():
    x, y = KEY.public_key.point
    off = 1
    while curve.decompress(off, 0):
        off += 1
    keys = (
        b"",
        b"\x04",
        KEY.public[:-1],
        b"\x05" + KEY.public[1:],
        b"\x00" * 33,
        b"\x04" + number(x) + number(y ^ 1),
        b"\x04" + number(x) + number(curve.P),
        b"\x02" + number(curve.P),
        b"\x02" + number(off),
        b"\x04" + bytes(64),
    )
    for key in keys:
        assert sm2.point_of(key) is None
        assert sm2.verify(key, MESSAGE, SIGNATURE) is False
        assert sm2.verify_digest(key, bytes(32), SIGNATURE) is False


def test_x_is_compared_without_inversion():
    x = curve.N + 3
    zz = 9
    assert sm2.x_matches(x * zz % curve.P, 3, 3)
    assert sm2.x_matches(5 * zz, 3, 5)
    assert not sm2.x_matches(x * zz % curve.P, 3, 4)
    assert not sm2.x_matches(0, 0, 0)


def test_inverse_is_a_real_one():
    # Guards against "simplifying" it to pow(a, -1, p), which is 0 on MicroPython.
    for a in (1, 2, 3, curve.P - 1, curve.G[0]):
        assert curve.inverse(a, curve.P) * a % curve.P == 1
    raises(ValueError, curve.inverse, 0, curve.P)
    raises(ValueError, curve.inverse, 6, 9)


def test_sums_of_equal_and_opposite_points():
    x, y = curve.G
    two = curve.affine([curve.double(x, y, 1)])[0]
    assert curve.affine([curve.add(x, y, 1, x, y)])[0] == two
    assert curve.add(x, y, 1, x, curve.P - y)[2] == 0
    assert curve.add(1, 1, 0, x, y) == (x, y, 1)


def test_combs_and_joint_multiplication_agree():
    q = KEY.public_key.point
    g_comb, q_comb = curve.comb_table(curve.G, 3), curve.comb_table(q, 4)
    odd = curve.odd_multiples(q, 5)
    for k, m in ((1, 1), (curve.N - 1, 2), (3 << 200, 5), (curve.N - 7, curve.N - 9)):
        one = curve.joint_multiply(k, curve.base_table(), curve.BASE_WIDTH, m, odd, 5)
        other = curve.comb_multiply(k, g_comb, 3, m, q_comb, 4)
        assert curve.affine([one]) == curve.affine([other])
