"""Codes on paper: one signature, shown again and again while they are valid, gone when revoked."""

from simulator import codes as phone
from terminal.media import base45, paper_code
from terminal.media.codes import CodeVerifier
from terminal.media.replay import ReplayStore
from terminal.more_errors import CodeMalformed
from tests.portable.checks import raises

NOW = 1773619200
DAY = 86400


def slip(key=phone.ACCOUNT_ISSUER_INDEX, valid_from=NOW, valid_to=NOW + 5 * DAY, holder_class=2):
    signed = paper_code.pack_signed(key, b"ACCT0001", 77, valid_from, valid_to, holder_class)
    return signed + phone.demonstration_key("issuer").sign(signed)


def test_a_slip_opens_as_often_as_it_is_shown_and_no_longer_than_it_is_valid():
    gate = CodeVerifier(phone.demonstration_trust(), ReplayStore())
    text = base45.encode(slip())
    assert len(text) == 135
    for later in (0, 10, 4 * DAY):
        result = gate.verify(text, NOW + later)
        assert result.reason is None and result.credential.holder_class == "elder"
        gate.accept(result)
    assert gate.verify(text, NOW + 5 * DAY).reason == "code_expired"
    assert gate.verify(slip(valid_from=NOW + DAY), NOW).reason == "code_not_yet_valid"
    gate.revoke(bytes((phone.ACCOUNT_ISSUER_INDEX,)) + (77).to_bytes(4, "big"))
    assert gate.verify(text, NOW).reason == "code_revoked"


def test_a_changed_slip_is_refused():
    gate = CodeVerifier(phone.demonstration_trust(), ReplayStore())
    good = slip()
    for at in (2, 12, 25, 30, 89):
        bad = good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :]
        assert gate.verify(bad, NOW + 3 * at).credential is None
    assert gate.verify(slip(key=9), NOW + 300).reason == "code_untrusted_issuer"
    assert gate.verify(good[:-1], NOW + 300).reason == "code_malformed"


def test_a_slip_for_longer_than_two_weeks_is_none():
    raises(CodeMalformed, paper_code.parse, slip(valid_to=NOW + 16 * DAY))
    raises(CodeMalformed, paper_code.parse, slip(holder_class=8))
