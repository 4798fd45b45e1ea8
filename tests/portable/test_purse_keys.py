from terminal.media import purse_keys


def test_vectors():
    for name, arguments, result in purse_keys.VECTORS:
        assert getattr(purse_keys, name)(*arguments).hex() == result, name


def test_two_levels_issuer_first():
    master = bytes.fromhex("00112233445566778899aabbccddeeff")
    issuer = purse_keys.diversify(master, bytes.fromhex("01011000ffffffff"))
    card = purse_keys.diversify(issuer, bytes.fromhex("5170010170907984"))
    assert card.hex() == "627c98aec35e474435a83c3ad1266eb9"


def test_a_load_proves_itself_to_the_issuer():
    key = bytes(range(16))
    arguments = (5000, b"\0\x07", 1000, 2, bytes(6), bytes(7))
    assert len(purse_keys.load_tac(key, *arguments)) == 4
    assert purse_keys.load_tac(key, *arguments) != purse_keys.load_tac(key, *arguments + (purse_keys.SM4,))
    changed = purse_keys.load_tac(key, 5001, *arguments[1:])
    assert changed != purse_keys.load_tac(key, *arguments)


def test_same():
    assert purse_keys.same(b"abcd", bytearray(b"abcd"))
    assert not purse_keys.same(b"abcd", b"abce")
    assert not purse_keys.same(b"abcd", b"abc")
    assert not purse_keys.same(b"", b"a")
