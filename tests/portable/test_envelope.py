from binascii import unhexlify

from terminal.crypto import curve, envelope, sm2, sm3

# GB/T 32918.5, annex C: the encryption of "encryption standard" under the example key.
SECRET = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
KEY = unhexlify(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
K = unhexlify("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21")
C1 = unhexlify(
    "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
    "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
)
C3 = unhexlify("59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766")
C2 = unhexlify("21886ca989ca9c7d58087307ca93092d651efa")


def opened(sealed, about):
    """What the holder of SECRET reads; None when something was changed."""
    x, y = int.from_bytes(sealed[2:34], "big"), int.from_bytes(sealed[34:66], "big")
    own = curve.odd_multiples((x, y), 5)
    shared = bytes(curve.pack(curve.affine([curve.joint_multiply(SECRET, own, 5, 0, own, 5)])))
    stream = envelope.derive(shared, 32)
    keys = bytes([a ^ b for a, b in zip(sealed[98:130], stream)])
    assert sealed[66:98] == sm3.sm3(shared[:32] + keys + shared[32:])
    text = sealed[envelope.OVERHEAD :]
    if envelope.mark(keys[16:], about, text) != sealed[130 : envelope.OVERHEAD]:
        return None
    return envelope.counter_mode(keys[:16], text)


def numbers(*values):
    """A source of randomness that gives these, one after the other."""
    left = list(values)

    def random(count):
        value = left.pop(0)
        assert len(value) == count
        return value

    return random


def test_the_standards_example():
    got = envelope.encrypt(sm2.point_of(KEY), numbers(K), b"encryption standard")
    assert got == C1 + C3 + C2


def test_a_number_out_of_range_is_drawn_again():
    got = envelope.encrypt(sm2.point_of(KEY), numbers(b"\xff" * 32, bytes(32), K), b"encryption standard")
    assert got == C1 + C3 + C2


def test_what_is_sealed_opens_with_the_secret_only_unchanged():
    data = b'{"fields":{"phone":"13800000000"}}'
    sealed = envelope.seal(KEY, numbers(bytes(range(32)), K), data, b"12345678")
    assert len(sealed) == envelope.OVERHEAD + len(data)
    assert opened(sealed, b"12345678") == data
    assert opened(sealed, b"12345679") is None
    assert opened(sealed[:-1] + bytes((sealed[-1] ^ 1,)), b"12345678") is None
    assert b"phone" not in sealed and b"138" not in sealed


def test_what_is_no_key_is_refused():
    for key in (b"", bytes(33), b"\x04" + bytes(64)):
        try:
            envelope.seal(key, numbers(), b"x")
            raise AssertionError("sealed")
        except ValueError:
            pass
