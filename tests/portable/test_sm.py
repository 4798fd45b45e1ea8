"""SM2, SM3, SM4 and DES against the published and the twice computed vectors of tests/data/sm.json."""

import json
from array import array

from terminal.crypto import des, sm2, sm3, sm4

with open("tests/data/sm.json") as file:
    VECTORS = json.load(file)
unhex = bytes.fromhex


def word(text):
    return int(text, 16).to_bytes(32, "big")


def key_of(vector):
    return b"\x04" + word(vector["x"]) + word(vector["y"])


def signature_of(vector):
    return word(vector["r"]) + word(vector["s"])


def test_sm3():
    for vector in VECTORS["sm3"]:
        message = unhex(vector["msg"])
        assert sm3.sm3(message).hex() == vector["md"]
        assert sm3.Sm3(message).digest().hex() == vector["md"]


def test_sm3_in_pieces_and_copies():
    message = bytes(range(200))
    hashed = sm3.Sm3()
    for i in range(0, 200, 7):
        hashed.update(message[i : i + 7])
        if i == 70:
            early = hashed.copy()
    assert hashed.digest() == hashed.digest() == sm3.sm3(message)
    assert early.digest() == sm3.sm3(message[:77])


def test_plain_compression_equals_the_chosen_one():
    state = array("I", sm3.Sm3()._state)
    other = array("I", sm3.Sm3()._state)
    data = bytes(range(128))
    sm3._compress_plain(state, data, 64, sm3._CONSTANTS, None)
    sm3._compress(other, data, 64, sm3._CONSTANTS, sm3._WORDS)
    assert list(state) == list(other)


def test_hmac_sm3():
    for vector in VECTORS["hmac_sm3"]:
        assert sm3.hmac_sm3(unhex(vector["key"]), unhex(vector["msg"])).hex() == vector["mac"]
    fox = sm3.hmac_sm3(b"key", b"The quick brown fox jumps over the lazy dog")
    assert fox.hex() == "bd4a34077888162b210645b8ebf74b9af357303789357a27c7fc457244ebd398"
    assert sm3.hmac_sm3(bytes(65), b"x") == sm3.hmac_sm3(sm3.sm3(bytes(65)), b"x")


def test_sm4_chains():
    for vector in VECTORS["sm4"]:
        if vector["times"] > 1000:
            continue  # the million-fold chain has a test of its own: tests/host/test_crypto_peers.py
        cipher = sm4.Sm4(unhex(vector["key"]))
        block = unhex(vector["pt"])
        for _ in range(vector["times"]):
            block = cipher.encrypt_block(block)
        assert block.hex() == vector["ct"]
        for _ in range(vector["times"]):
            block = cipher.decrypt_block(block)
        assert block.hex() == vector["pt"]


def test_sm4_macs():
    for vector in VECTORS["sm4_cbc_mac"]:
        assert sm4.cbc_mac(unhex(vector["key"]), unhex(vector["msg"])).hex() == vector["mac"]
    for vector in VECTORS["sm4_cmac"]:
        assert sm4.cmac(unhex(vector["key"]), unhex(vector["msg"])).hex() == vector["mac"]


def test_plain_sm4_equals_the_chosen_one():
    key = bytes(range(16))
    plain = array("I", bytes(128))
    chosen = array("I", bytes(128))
    sm4._expand_plain(key, plain, sm4._CONSTANTS, sm4._SBOX)
    sm4._expand(key, chosen, sm4._CONSTANTS, sm4._SBOX)
    assert list(plain) == list(chosen)
    for decrypt in (0, 1):
        one, other = bytearray(16), bytearray(16)
        sm4._crypt_plain(plain, key, one, decrypt, sm4._TABLE)
        sm4._crypt(plain, key, other, decrypt, sm4._TABLE)
        assert one == other


def test_des_chain():
    for vector in VECTORS["des"]:
        cipher = des.Des3(unhex(vector["key"]))
        block = unhex(vector["pt"])
        for _ in range(vector["times"]):
            block = cipher.encrypt_block(block)
        assert block.hex() == vector["ct"]
        for _ in range(vector["times"]):
            block = cipher.decrypt_block(block)
        assert block.hex() == vector["pt"]


def test_plain_des_equals_the_chosen_one():
    key = bytes(range(1, 17))
    for offset in (0, 8):
        plain = array("I", bytes(128))
        chosen = array("I", bytes(128))
        des._schedule_plain(key, offset, plain, des._PC1, des._PC2)
        des._schedule(key, offset, chosen, des._PC1, des._PC2)
        assert list(plain) == list(chosen)
        one, other = bytearray(8), bytearray(8)
        des._crypt_plain(plain, 1, key[:8], one, des._TABLE)
        des._crypt(plain, 1, key[:8], other, des._TABLE)
        assert one == other


def test_retail_mac():
    for vector in VECTORS["retail_mac"]:
        assert des.retail_mac(unhex(vector["key"]), unhex(vector["msg"])).hex() == vector["mac"]


def test_blocks_and_keys_of_a_wrong_length_are_refused():
    wrong = (
        (sm4.Sm4, bytes(15)),
        (sm4.Sm4(bytes(16)).encrypt_block, bytes(15)),
        (des.Des3, bytes(9)),
        (des.Des3(bytes(8)).decrypt_block, bytes(9)),
    )
    for function, argument in wrong:
        try:
            function(argument)
        except ValueError:
            continue
        raise AssertionError("%r took %d bytes" % (function, len(argument)))


def test_sm2_messages():
    for vector in VECTORS["sm2_verify_message"]:
        key, message, signature = key_of(vector), unhex(vector["msg"]), signature_of(vector)
        compressed = bytes((2 + (key[64] & 1),)) + key[1:33]
        user_id = unhex(vector["id"])
        assert sm2.za(sm2.point_of(key)).hex() == vector["za"]
        assert sm2.verify(key, message, signature, user_id) == vector["valid"]
        assert sm2.verify(compressed, message, signature) == vector["valid"]
        assert not sm2.verify(key, message + b"!", signature)
        assert not sm2.verify(key, message, signature, b"somebody else")
