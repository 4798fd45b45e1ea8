"""Re-scans by hash chain: one signed anchor a day, afterwards no curve work at all."""

from simulator import codes as phone
from terminal.media import chain_code
from terminal.media.codes import CodeVerifier
from terminal.media.replay import ReplayStore
from terminal.more_errors import CodeMalformed
from tests.portable.checks import raises

NOW = 1767225600
CHAIN = phone.Chain(b"a phone's secret", NOW, period=60, steps=600)
ANCHORED = phone.issue_account_code(b"12345678", NOW, chain=CHAIN)


def gate_that_saw_the_anchor():
    gate = CodeVerifier(phone.demonstration_trust(), ReplayStore())
    result = gate.verify(ANCHORED, NOW)
    assert result.reason is None
    gate.accept(result)
    return gate, gate.verifications


def test_a_re_scan_needs_no_signature():
    gate, before = gate_that_saw_the_anchor()
    for later in (60, 3600, 3660, 35000):
        code = CHAIN.issue(NOW + later)
        assert len(code) == chain_code.SIZE
        for data in (code, phone.as_text(code).encode()):
            result = gate.verify(data, NOW + later)
            assert result.reason is None
            assert result.credential.token[1:9] == b"12345678"
        gate.accept(result)
        assert gate.verify(code, NOW + later).reason == "code_replayed"
    assert gate.verifications == before


def test_a_gate_without_the_anchor_asks_for_the_full_code():
    gate = CodeVerifier(phone.demonstration_trust(), ReplayStore())
    assert gate.verify(CHAIN.issue(NOW + 60), NOW + 60).reason == "code_show_full"


def test_a_link_lives_for_its_period():
    gate, _ = gate_that_saw_the_anchor()
    code = CHAIN.issue(NOW + 120)
    assert gate.verify(code, NOW + 99).reason == "code_not_yet_valid"
    assert gate.verify(code, NOW + 100).reason is None
    assert gate.verify(code, NOW + 200).reason is None
    assert gate.verify(code, NOW + 201).reason == "code_expired"


def test_links_cannot_be_made_up_or_taken_back():
    gate, _ = gate_that_saw_the_anchor()
    code = bytearray(CHAIN.issue(NOW + 60))
    code[20] ^= 1
    assert gate.verify(bytes(code), NOW + 60).reason == "code_tampered"
    early = CHAIN.issue(NOW + 60)
    moved = early[:9] + (3).to_bytes(2, "big") + early[11:]  # an old link under a later step
    assert gate.verify(moved, NOW + 130).reason == "code_tampered"
    assert gate.verify(CHAIN.issue(NOW + 120), NOW + 120).reason is None
    assert gate.verify(early, NOW + 125).reason == "code_tampered"  # older than what was seen


def test_the_newest_link_does_not_serve_again_under_an_older_step():
    gate, _ = gate_that_saw_the_anchor()
    code = CHAIN.issue(NOW + 120)
    gate.accept(gate.verify(code, NOW + 120))
    older = code[:9] + (2).to_bytes(2, "big") + code[11:]
    assert gate.verify(older, NOW + 125).reason == "code_tampered"


def test_chain_revocation_and_end_of_the_credential():
    gate, _ = gate_that_saw_the_anchor()
    gate.revoke(bytes.fromhex("0100000007"))
    assert gate.verify(CHAIN.issue(NOW + 60), NOW + 60).reason == "code_revoked"
    gate = CodeVerifier(phone.demonstration_trust(), ReplayStore())
    gate.verify(phone.issue_account_code(b"12345678", NOW, valid_to=NOW + 100, chain=CHAIN), NOW)
    assert gate.verify(CHAIN.issue(NOW + 60), NOW + 99).reason is None
    assert gate.verify(CHAIN.issue(NOW + 60), NOW + 100).reason == "code_expired"


def test_a_chain_ends():
    short = phone.Chain(b"x", NOW, period=60, steps=2)
    gate = CodeVerifier(phone.demonstration_trust(), ReplayStore())
    gate.verify(phone.issue_account_code(b"12345678", NOW, chain=short), NOW)
    code = short.issue(NOW + 60)
    assert gate.verify(code, NOW + 60).reason is None
    beyond = code[:9] + (3).to_bytes(2, "big") + code[11:]
    assert gate.verify(beyond, NOW + 120).reason == "code_expired"


def test_a_forged_anchor_is_not_remembered():
    gate = CodeVerifier(phone.demonstration_trust(), ReplayStore())
    forged = bytearray(ANCHORED)
    forged[130] ^= 1
    assert gate.verify(bytes(forged), NOW).reason == "code_tampered"
    assert gate._anchors.find(bytes(forged[130:138])) is None


def test_new_keys_forget_the_anchors():
    gate, _ = gate_that_saw_the_anchor()
    gate.trust(phone.demonstration_trust())
    assert gate.verify(CHAIN.issue(NOW + 60), NOW + 60).reason == "code_show_full"


def test_the_store_of_anchors_is_bounded():
    anchors = chain_code.Anchors(2)
    for name in (b"a", b"b", b"a", b"c"):
        anchors.put(chain_code.Anchor(name, 0, 60, 9, None, (), (), 1), bytes(16))
    assert anchors.find(b"b") is None
    assert anchors.find(b"a") and anchors.find(b"c")


def test_what_is_no_chain_code():
    code = CHAIN.issue(NOW)
    for data in (b"\x03", code[:-1], code + b"\0", code[:9] + bytes(2) + code[11:], code[:9] + b"\xff\xff" + code[11:]):
        raises(CodeMalformed, chain_code.parse, data)
