"""The wallet's layout: read for technicians, refused at gates, broken lengths named."""

from simulator import codes as phone
from terminal.media import wallet_code
from terminal.media.code_description import describe
from terminal.media.codes import CodeVerifier
from terminal.media.replay import ReplayStore
from terminal.more_errors import CodeMalformed
from tests.portable.checks import raises

NOW = 1767225600
MADE = NOW.to_bytes(4, "big")


def made(algorithm=2, card_number=b"0310310010001234", generated=MADE):
    key = bytes((2,)) + bytes(range(24 if algorithm == 3 else 32))
    signed = b"2088000000000001" + (NOW + 9).to_bytes(4, "big") + b"\x00\x3c" + b"\x07\xd0" + b"IDNTORGN" + bytes(4)
    signed += key + b"T0330000" + bytes((len(card_number),)) + card_number + b"\x02ab"
    code = bytes((2, algorithm, 7, len(signed))) + signed + b"\x03sig" + bytes((len(generated),)) + generated
    return code + b"\x04sig2"


def test_fields():
    for algorithm, name in ((1, "secp256k1"), (2, "SM2"), (3, "secp192k1")):
        code = wallet_code.parse(made(algorithm))
        assert (code.algorithm, code.key_index, code.user_id) == (name, 7, b"2088000000000001")
        assert (code.expires, code.validity, code.limit, code.generated) == (NOW + 9, 60, 2000, NOW)
        assert (code.identity, code.organisation, code.card_type) == (b"IDNT", b"ORGN", b"T0330000")
        assert (code.card_number, code.card_data) == (b"0310310010001234", b"ab")
        assert (code.institution_signature, code.user_signature) == (b"sig", b"sig2")
        assert len(code.user_key) == (25 if algorithm == 3 else 33)
    assert wallet_code.parse(b"\x54\x01" + made()) == wallet_code.parse(made())


def test_what_is_none():
    code = made()
    for size in range(len(code)):
        raises(CodeMalformed, wallet_code.parse, code[:size])
    raises(CodeMalformed, wallet_code.parse, code + b"\0")
    raises(CodeMalformed, wallet_code.parse, code[:3] + bytes((code[3] - 1,)) + code[4:])
    raises(CodeMalformed, wallet_code.parse, made(algorithm=9))
    raises(CodeMalformed, wallet_code.parse, made(generated=b"12345"))


def test_a_gate_does_not_support_it_and_a_technician_reads_it():
    gate = CodeVerifier(phone.demonstration_trust(), ReplayStore())
    for data in (made(), b"\x54\x02" + made()):
        assert gate.verify(data, NOW).reason == "code_unknown"
        told = describe(data, {}, NOW)
        assert (told["scheme"], told["reason"]) == ("wallet_code", "code_unknown")
        assert told["fields"]["limit"] == 2000
    assert describe(made()[:50], {}, NOW)["reason"] == "code_malformed"


def test_a_chain_code_is_described_too():
    told = describe(phone.Chain(b"x", NOW).issue(NOW), {}, NOW)
    assert (told["scheme"], told["fields"]["step"], told["reason"]) == ("chain_code", 1, "code_show_full")
