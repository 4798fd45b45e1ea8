"""Our SM2, SM3, SM4 and DES beside gmalg, gmssl-pyx, cryptography and OpenSSL: the same answers, seeded at random."""

import hashlib
import random

import gmalg
import gmssl_pyx
import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import cmac, hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from simulator.sm2_signing import DemonstrationKey
from terminal.crypto import curve, des, sm2, sm3, sm4
from tests import board_interpreter
from tests.portable.sm2_cases import sec1, using

SEED = 20260101


@pytest.fixture
def chosen():
    print("seed", SEED)
    return random.Random(SEED)


def sm3_of_cryptography(data):
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def gmalg_verifies(key, message, signature):
    verifier = gmalg.SM2(pk=sec1(key.public_key.point), uid=sm2.DEFAULT_ID)
    return verifier.verify(message, signature[:32], signature[32:])


def gmssl_verifies(key, message, signature):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    der = b"".join(bytes((2, len(n))) + n for n in (v.to_bytes(v.bit_length() // 8 + 1, "big") for v in (r, s)))
    return gmssl_pyx.sm2_verify(sec1(key.public_key.point)[1:], message, bytes((0x30, len(der))) + der)


@pytest.mark.parametrize("peer", [gmalg_verifies, gmssl_verifies])
def test_sm2_messages(peer, chosen):
    with using(None):
        for size in (0, 1, 55, 56, 64, 195, 300):
            key = DemonstrationKey(chosen.randrange(1, curve.N - 1))
            message = chosen.randbytes(size)
            signature = key.sign(message)
            assert sm2.verify(key.public, message, signature)
            assert peer(key, message, signature)
            other = message + b"!"
            assert not sm2.verify(key.public, other, signature)
            assert not peer(key, other, signature)


def test_sm2_signatures_of_a_peer(chosen):
    with using(None):
        for _ in range(5):
            key = DemonstrationKey(chosen.randrange(1, curve.N - 1))
            signer = gmalg.SM2(sk=key._secret.to_bytes(32, "big"), pk=sec1(key.public_key.point), uid=sm2.DEFAULT_ID)
            r, s = [part.rjust(32, b"\0") for part in signer.sign(b"a message")]  # it drops leading zeros
            assert sm2.verify(key.public, b"a message", r + s)


def test_sm3_lengths(chosen):
    for size in [*range(0, 130), 1000, 4096]:
        data = chosen.randbytes(size)
        expected = sm3_of_cryptography(data)
        assert sm3.Sm3(data).digest() == expected
        assert sm3.sm3(data) == expected
        assert gmssl_pyx.sm3_hash(data) == expected


def test_hmac_sm3(chosen):
    for size in (0, 1, 63, 64, 65, 200):
        key, data = chosen.randbytes(size), chosen.randbytes(3 * size)
        if size:
            mac = hmac.HMAC(key, hashes.SM3())
            mac.update(data)
            assert sm3.hmac_sm3(key, data) == mac.finalize()


def test_sm4(chosen):
    for size in (0, 1, 15, 16, 17, 32, 100):
        key, data = chosen.randbytes(16), chosen.randbytes(size)
        mac = cmac.CMAC(algorithms.SM4(key))
        mac.update(data)
        assert sm4.cmac(key, data) == mac.finalize()
        iv = chosen.randbytes(16)
        chain = Cipher(algorithms.SM4(key), modes.CBC(iv)).encryptor().update(sm4.pad(data))
        assert sm4.cbc_mac(key, sm4.pad(data), iv) == chain[-16:]
        block = sm4.Sm4(key).encrypt_block(iv)
        assert block == Cipher(algorithms.SM4(key), modes.ECB()).encryptor().update(iv)
        assert sm4.Sm4(key).decrypt_block(block) == iv


@pytest.mark.parametrize("size", [8, 16, 24])
def test_des(size, chosen):
    for _ in range(20):
        key, block, iv = chosen.randbytes(size), chosen.randbytes(8), chosen.randbytes(8)
        peer = TripleDES((key * 3)[:24])  # K1 K1 K1 is DES, K1 K2 K1 two-key 3DES
        assert des.Des3(key).encrypt_block(block) == Cipher(peer, modes.ECB()).encryptor().update(block)
        assert des.Des3(key).decrypt_block(block) == Cipher(peer, modes.ECB()).decryptor().update(block)
        data = des.pad(chosen.randbytes(30))
        chain = Cipher(peer, modes.CBC(iv)).encryptor().update(data)
        assert des.Des3(key).chain(iv, data) == chain[-8:]


def test_retail_mac(chosen):
    for size in (8, 16, 40):
        key, data = chosen.randbytes(16), chosen.randbytes(size)
        single, double = TripleDES(key[:8] * 3), TripleDES((key * 2)[:24])
        head = Cipher(single, modes.CBC(bytes(8))).encryptor().update(data[:-8])
        last = Cipher(double, modes.CBC(head[-8:] or bytes(8))).encryptor().update(data[-8:])
        assert des.retail_mac(key, data) == last


def test_without_openssls_sm3_our_own_serves(monkeypatch):
    def without(name, data=b""):
        raise ValueError("unsupported hash type " + name)

    monkeypatch.setattr(hashlib, "new", without)
    assert sm3._choose() is sm3.Sm3


_MILLION = """
from terminal.crypto import sm4
cipher = sm4.Sm4(bytes.fromhex("0123456789abcdeffedcba9876543210"))
block = bytearray(bytes.fromhex("0123456789abcdeffedcba9876543210"))
for _ in range(1000000):
    sm4._crypt(cipher._round_keys, block, block, 0, sm4._TABLE)
print(block.hex())
"""


def test_a_million_rounds_of_sm4_on_a_boards_interpreter(compiled_tree):
    done = board_interpreter.run(["-c", _MILLION], compiled_tree)
    assert done.stdout.strip() == "595298c7c6fd271f0402f804c33d3f66", done.stderr
