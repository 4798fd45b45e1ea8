"""The purse's keys and MACs (JT/T 978, the fact sheet's sections 2.7 and 2.8), for 3DES and for SM4.

Computed here on behalf of cards and PSAMs: by the simulator, tests and low-value site keys. A terminal asks its PSAM.
The algorithm is the byte the card names in its INIT answer; pass it on, do not assume.

Arguments are as the commands carry them: keys 16 bytes, random 4, counter 2, transaction 4, terminal 6, when 7 (BCD
date and time); amounts and balances are int fen. MACs and TACs have four bytes.
"""

from micropython import const

from terminal.crypto import des

TRIPLE_DES = const(0)
SM4 = const(4)
MAC_SIZE = const(4)

# (function, arguments, result), all recomputed with independent libraries.
_DPK = bytes.fromhex("11223344556677888877665544332211")
_DTK = bytes.fromhex("00112233445566778899aabbccddeeff")
_R, _T, _N = b"\x11\x22\x33\x44", b"\x00\x11\x22\x33\x44\x55", b"\x00\x00\x00\x01"
_W1, _W2 = bytes.fromhex("20120229135100"), bytes.fromhex("20111221214822")
_S0, _S4 = bytes.fromhex("003238abc57659dd"), bytes.fromhex("837a2d7bad7148114f160172e17bd1e9")
_L0 = bytes.fromhex("9b1d924e05595603")
VECTORS = (
    ("purchase_session_key", (_DPK, _R, b"\0\0", _N, TRIPLE_DES), "003238abc57659dd"),
    ("purchase_session_key", (_DPK, _R, b"\0\0", _N, SM4), "837a2d7bad7148114f160172e17bd1e9"),
    ("mac1", (_S0, 0x1000, 6, _T, _W1, TRIPLE_DES), "f15cab75"),
    ("mac1", (_S0, 0x1000, 6, _T, _W2, TRIPLE_DES), "389656cb"),
    ("mac1", (_S4, 0x1000, 6, _T, _W1, SM4), "9bafbcac"),
    ("mac2", (_S0, 0x1000, TRIPLE_DES), "56988a13"),
    ("mac2", (_S4, 0x1000, SM4), "b05bf7f7"),
    ("tac", (_DTK, 0x1000, 6, _T, _N, _W1, TRIPLE_DES), "b3a0d49c"),
    ("tac", (_DTK, 0x1000, 6, _T, _N, _W1, SM4), "30df7104"),
    ("load_session_key", (_DPK, _R, b"\0\0", TRIPLE_DES), "9b1d924e05595603"),
    ("load_mac1", (_L0, 0, 0x1000, 1, _T, TRIPLE_DES), "2988ae5a"),
    ("load_mac2", (_L0, 0x1000, 1, _T, _W2, TRIPLE_DES), "3a845bf0"),
    ("diversify", (_DTK, b"\x51\x70\x01\x01\x70\x90\x79\x84", TRIPLE_DES), "b9058a25b68893c82970f81e77a55260"),
    ("diversify", (_DTK, b"\x10\x01\x23\x45\x67\x89\x01\x23", SM4), "c26fdf93198a5b9f23230de02e046ef7"),
    ("line_mac", (_DTK[:8], _R, bytes.fromhex("04d6950005aabbccddee"), TRIPLE_DES), "4c6d8f9b"),
    ("line_mac", (_DTK, _R, bytes.fromhex("04d6950009aabbccddee"), TRIPLE_DES), "4f82186f"),
)


def _sm4():
    from terminal.crypto import sm4  # only when a card names it: 6 KB less where none does

    return sm4


def _with_complement(factor):
    return bytes(factor) + bytes([b ^ 255 for b in factor])


def _money(fen):
    return fen.to_bytes(4, "big")


def diversify(key, factor, algorithm=TRIPLE_DES):
    """The key of the next level for an 8-byte factor: 4 issuer bytes || FFFFFFFF first, then 0015[12..19] of a card."""
    both = _with_complement(factor)
    if algorithm == SM4:
        return _sm4().Sm4(key).encrypt_block(both)
    cipher = des.Des3(key)
    return cipher.encrypt_block(both[:8]) + cipher.encrypt_block(both[8:])


def _session_key(key, factor, algorithm):
    """8 bytes for 3DES, 16 for SM4."""
    if algorithm == SM4:
        return _sm4().Sm4(key).encrypt_block(_with_complement(factor))
    return des.Des3(key).encrypt_block(factor)


def purchase_session_key(key, random, counter, transaction, algorithm=TRIPLE_DES):
    """From the card's purchase key, its random and offline counter and the PSAM's transaction number."""
    return _session_key(key, bytes(random) + bytes(counter) + bytes(transaction[2:]), algorithm)


def load_session_key(key, random, counter, algorithm=TRIPLE_DES):
    """From the card's load key, its random and online counter."""
    return _session_key(key, bytes(random) + bytes(counter) + b"\x80\x00", algorithm)


def _mac(session, data, algorithm):
    if algorithm == SM4:
        return _sm4().cbc_mac(session, _sm4().pad(data))[:MAC_SIZE]
    return des.des_mac(session, data)[:MAC_SIZE]


def _tac_session(key, algorithm):
    return key if algorithm == SM4 else bytes([key[i] ^ key[8 + i] for i in range(8)])


def mac1(session, amount, kind, terminal, when, algorithm=TRIPLE_DES):
    """What the terminal proves to the card in a purchase; `kind` 06 or 09 (composite)."""
    return _mac(session, _money(amount) + bytes((kind,)) + terminal + when, algorithm)


def mac2(session, amount, algorithm=TRIPLE_DES):
    """What the card proves to the PSAM after a purchase."""
    return _mac(session, _money(amount), algorithm)


def tac(key, amount, kind, terminal, transaction, when, algorithm=TRIPLE_DES):
    """The purchase's proof for the issuer, under the card's TAC key."""
    data = _money(amount) + bytes((kind,)) + terminal + transaction + when
    return _mac(_tac_session(key, algorithm), data, algorithm)


def load_mac1(session, balance_before, amount, kind, terminal, algorithm=TRIPLE_DES):
    """What the card proves to the issuer before a load; `kind` 02 for the purse."""
    return _mac(session, _money(balance_before) + _money(amount) + bytes((kind,)) + terminal, algorithm)


def load_mac2(session, amount, kind, terminal, when, algorithm=TRIPLE_DES):
    """The issuer's order to the card to load."""
    return _mac(session, _money(amount) + bytes((kind,)) + terminal + when, algorithm)


def load_tac(key, balance_after, counter, amount, kind, terminal, when, algorithm=TRIPLE_DES):
    """The load's proof for the issuer; `counter` is the online counter before the load."""
    data = _money(balance_after) + counter + _money(amount) + bytes((kind,)) + terminal + when
    return _mac(_tac_session(key, algorithm), data, algorithm)


def line_mac(key, challenge, data, algorithm=TRIPLE_DES):
    """Line protection: `data` is the command from CLA on, `challenge` the card's 4 bytes; an 8-byte key means DES."""
    if algorithm == SM4:
        return _sm4().cbc_mac(key, _sm4().pad(data), bytes(challenge) + bytes(12))[:MAC_SIZE]
    iv = bytes(challenge) + bytes(4)
    if len(key) == 8:
        return des.des_mac(key, data, iv)[:MAC_SIZE]
    return des.retail_mac(key, des.pad(data), iv)[:MAC_SIZE]


def same(one, other):
    """Compares MACs without telling by the time taken where they differ."""
    difference = len(one) ^ len(other)
    for i in range(min(len(one), len(other))):
        difference |= one[i] ^ other[i]
    return not difference
