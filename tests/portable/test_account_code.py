"""Our own two-level code: the 194 bytes of the vectors, and what is none."""

import json

from simulator import codes as phone
from terminal.crypto import sm2
from terminal.media import account_code
from terminal.more_errors import CodeMalformed
from tests.portable.checks import raises

with open("tests/data/sm.json") as file:
    VECTOR = json.load(file)["two_level_code_194"]
CODE = bytes.fromhex(VECTOR["code"])


def test_fields():
    code = account_code.parse(CODE)
    assert (code.version, code.issuer_key, code.account.hex(), code.serial) == (1, 1, "0123456789abcdef", 7)
    assert (code.valid_from, code.valid_to, code.rights) == (0x68E77800, 0x6AC8AB80, 15)
    assert (code.generated, code.counter, code.flags) == (0x6920D780, 1, 0)


def test_both_signatures_hold():
    issuer = b"\x04" + bytes.fromhex(VECTOR["issuer_x"]) + bytes.fromhex(VECTOR["issuer_y"])
    for key, ((start, end), at) in zip((issuer, account_code.parse(CODE).user_key), account_code.signed_ranges(CODE)):
        assert sm2.verify(key, CODE[start:end], CODE[at : at + 64])


def test_the_phones_code_parses_back():
    made = phone.issue_account_code(b"12345678", 1767225600, holder_class="elder", serial=9, counter=3)
    code = account_code.parse(made)
    assert len(made) == account_code.SIZE
    assert (code.account, code.serial, code.counter, code.rights) == (b"12345678", 9, 3, 2 << 24)
    assert code.user_key == phone.demonstration_key("user").public


def test_what_is_none():
    for code in (b"", CODE[:-1], CODE + b"\0", b"\x02" + CODE[1:], CODE[:26] + b"\x04" + CODE[27:]):
        raises(CodeMalformed, account_code.parse, code)
    raises(CodeMalformed, account_code.parse, CODE[:14] + CODE[18:22] + CODE[18:])  # valid to = valid from
    raises(CodeMalformed, account_code.parse, CODE[:22] + b"\xff" + CODE[23:])


def test_a_chains_anchor_stands_under_the_users_signature():
    chain = phone.Chain(b"seed", 1767225600, period=60, steps=30)
    made = phone.issue_account_code(b"12345678", 1767225600, chain=chain)
    code = account_code.parse(made)
    assert len(made) == 214
    assert (code.anchor, code.period, code.steps, code.flags) == (chain.anchor, 60, 30, 1)
    assert account_code.signed_ranges(made)[1] == ((0, 150), 150)
    assert account_code.parse(CODE).anchor == b""
    no_period, no_steps = bytearray(made), bytearray(made)
    no_period[146:148] = bytes(2)
    no_steps[148:150] = bytes(2)
    unflagged = bytearray(made)
    unflagged[129] = 0
    for broken in (no_period, no_steps, unflagged, CODE[:129] + b"\1" + CODE[130:]):
        raises(CodeMalformed, account_code.parse, bytes(broken))
