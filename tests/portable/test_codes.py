"""Codes as a gate meets them: admitted, refused each with its own reason, replayed, forged, remembered."""

import random

from simulator import codes as phone
from terminal import reasons
from terminal.crypto import curve
from terminal.media import ride_code
from terminal.media.codes import CodeVerifier
from terminal.media.credential import ACCOUNT_CODE, PROVED_SIGNATURE, RIDE_CODE, token_of
from terminal.media.replay import ReplayStore
from terminal.media.trust import Trust
from terminal.media.verified import Verified, VerifiedBytes
from terminal.more_errors import TrustInvalid
from tests.portable.checks import raises, run

with open("tests/data/ride_code.hex") as file:
    PUBLISHED = bytes.fromhex("".join(file.read().split()))
NOW = 1767225600
CARD = "03101000123456789012"
RIDE = phone.issue_ride_code(b"RIDER", CARD, NOW)
ACCOUNT = phone.issue_account_code(b"12345678", NOW, holder_class="elder")


def verifier(**options):
    return CodeVerifier(phone.demonstration_trust(), ReplayStore(), **options)


def refused(data, now=NOW, gate=None):
    result = (gate or verifier()).verify(data, now)
    assert result.credential is None
    assert result.reason in reasons.keys()
    return result.reason


def test_the_published_code_is_verified():
    result = verifier().verify(PUBLISHED, NOW + 60)
    assert result.reason is None
    assert result.signatures == {"root": True, "issuer": True, "user": True}
    credential = result.credential
    assert (credential.scheme, credential.proved) == (RIDE_CODE, PROVED_SIGNATURE)
    assert credential.token == token_of(RIDE_CODE, bytes.fromhex(CARD))
    assert (credential.issuer, credential.region, credential.balance) == ("01011000", "1000", None)
    assert result.fields.account == b"TESTACCT00000001"


def test_our_own_code_is_verified_as_bytes_and_as_text():
    for data in (ACCOUNT, phone.as_text(ACCOUNT).encode(), phone.as_text(ACCOUNT).encode() + b"\r\n"):
        result = verifier().verify(data, NOW)
        assert result.reason is None
        assert result.signatures == {"root": None, "issuer": True, "user": True}
        assert result.credential.scheme == ACCOUNT_CODE
        assert result.credential.holder_class == "elder"
        assert result.credential.token == token_of(ACCOUNT_CODE, b"12345678")


def test_the_time_window():
    gate = verifier()
    assert refused(RIDE, NOW - 21, gate) == "code_not_yet_valid"
    assert refused(RIDE, NOW + 61, gate) == "code_expired"
    assert gate.verifications == 0
    assert gate.verify(RIDE, NOW - 20).reason is None
    assert gate.verify(RIDE, NOW + 60).reason is None


def test_a_long_validity_is_capped():
    code = phone.issue_ride_code(b"RIDER", CARD, NOW, validity=65535)
    assert verifier().verify(code, NOW + 1200).reason is None
    assert refused(code, NOW + 1201) == "code_expired"


def test_authorisation_and_certificate_end():
    assert refused(phone.issue_ride_code(b"RIDER", CARD, NOW, authorised_until=NOW)) == "code_expired"
    over = phone.certificate(expires=(11, 2025))
    assert refused(phone.issue_ride_code(b"RIDER", CARD, NOW, certificate_bytes=over)) == "code_untrusted_issuer"
    assert refused(phone.issue_account_code(b"12345678", NOW, valid_from=NOW + 1)) == "code_not_yet_valid"
    assert refused(phone.issue_account_code(b"12345678", NOW, valid_to=NOW)) == "code_expired"


def test_malformed_and_foreign_codes():
    for data in (b"", RIDE[:-1], RIDE[:40], ACCOUNT[:-1], ACCOUNT + b"\0", b"\x80", b"\x01"):
        assert refused(data) == "code_malformed", data
    for data in (b"\x02\x01" + bytes(60), b"\x55" * 20, b"https://example.org", b"A", "码".encode()[1:] * 3):
        assert refused(data) in ("code_unknown", "code_malformed"), data
    assert refused(b"https://example.org") == "code_unknown"
    assert refused(b"A" * 5000) == "code_unknown"


def test_a_code_is_used_once_but_not_burnt_by_being_looked_at():
    gate = verifier()
    for _ in range(3):
        result = gate.verify(RIDE, NOW)
        assert result.reason is None  # verified, then decided against: it may be shown again
    gate.accept(result)
    assert refused(RIDE, NOW + 60, gate) == "code_replayed"
    again = phone.issue_ride_code(b"RIDER", CARD, NOW + 30)
    assert gate.verify(again, NOW + 30).reason is None


def test_every_signed_byte_counts():
    seed = 20260101
    print("seed", seed)
    random.seed(seed)
    for code in (RIDE, ACCOUNT):
        for _ in range(12):
            offset = random.randrange(len(code))
            forged = bytearray(code)
            forged[offset] ^= 1 << random.randrange(8)
            assert verifier().verify(bytes(forged), NOW).reason is not None, offset


def test_each_signature_has_its_reason():
    (_, root), (_, issuer), (_, user) = ride_code.signed_ranges(RIDE)
    for at, reason, verdicts in (
        (root, "code_untrusted_issuer", (False, None, None)),
        (issuer, "code_tampered", (True, False, None)),
        (user, "code_tampered", (True, True, False)),
    ):
        forged = bytearray(RIDE)
        forged[at + 40] ^= 1
        result = verifier().verify(bytes(forged), NOW)
        assert result.reason == reason
        assert (result.signatures["root"], result.signatures["issuer"], result.signatures["user"]) == verdicts


def test_other_keys_are_not_trusted():
    stranger = phone.demonstration_key("stranger")
    own = phone.certificate(issuer=stranger, root=stranger)
    code = phone.issue_ride_code(b"RIDER", CARD, NOW, issuer=stranger, certificate_bytes=own)
    assert refused(code) == "code_untrusted_issuer"
    assert refused(phone.issue_account_code(b"12345678", NOW, issuer=stranger)) == "code_tampered"
    gate = CodeVerifier({}, ReplayStore())
    assert refused(RIDE, NOW, gate) == "code_untrusted_issuer"
    assert refused(ACCOUNT, NOW, gate) == "code_untrusted_issuer"
    assert gate.verifications == 0


def test_an_issuers_user_key_that_is_no_point():
    class Nobody:
        sign = phone.demonstration_key("user").sign

    x = 1
    while curve.decompress(x, 0):
        x += 1
    Nobody.public = b"\x02" + x.to_bytes(32, "big")
    assert refused(phone.issue_account_code(b"12345678", NOW, user=Nobody)) == "code_tampered"


def test_at_most_three_verifications_and_one_when_warm():
    gate = verifier()
    gate.verify(RIDE, NOW)
    assert gate.verifications == 3
    gate.verify(phone.issue_ride_code(b"RIDER", CARD, NOW + 30), NOW + 30)
    assert gate.verifications == 4
    other = phone.issue_ride_code(b"OTHER", "03101000123456789020", NOW, user=phone.demonstration_key("other"))
    gate.verify(other, NOW)  # the issuer's certificate is known by now
    assert gate.verifications == 6
    gate.verify(ACCOUNT, NOW)
    assert gate.verifications == 8


def test_other_work_comes_in_between_the_signatures():
    gate = verifier()
    seen = []

    async def breathe():
        seen.append(gate.verifications)

    assert run(gate.verify_between(RIDE, NOW, breathe)).reason is None
    assert seen == [0, 1, 2]
    assert run(gate.verify_between(ACCOUNT, NOW + 61, breathe)).reason == "code_expired"
    assert run(gate.verify_between(b"", NOW, breathe)).reason == "code_malformed"
    assert seen == [0, 1, 2]


def test_the_cache_believes_nothing_but_what_was_signed():
    gate = verifier()
    assert gate.verify(RIDE, NOW).reason is None
    forged = bytearray(RIDE)
    forged[155] ^= 1  # a higher limit under the cached signature
    assert refused(bytes(forged), NOW, gate) == "code_tampered"


def test_revocation_reaches_what_is_cached():
    gate = verifier()
    assert gate.verify(RIDE, NOW).reason is None
    assert gate.verify(ACCOUNT, NOW).reason is None
    gate.revoke(bytes.fromhex("01011000000001"))
    assert refused(RIDE, NOW, gate) == "code_revoked"
    assert gate.verify(ACCOUNT, NOW).reason is None
    gate.revoke(bytes.fromhex("0100000007"))
    assert refused(ACCOUNT, NOW, gate) == "code_revoked"
    assert len(gate._users) == 0


def test_new_keys_forget_the_old_ones_verdicts():
    gate = verifier()
    assert gate.verify(RIDE, NOW).reason is None
    gate.trust({})
    assert refused(RIDE, NOW, gate) == "code_untrusted_issuer"


def test_forgeries_in_a_row_earn_a_pause_without_curve_work():
    gate = verifier()
    forged = bytearray(ACCOUNT)
    forged[190] ^= 1
    for _ in range(3):
        assert refused(bytes(forged), NOW, gate) == "code_tampered"
    before = gate.verifications
    assert refused(ACCOUNT, NOW + 1, gate) == "code_too_soon"
    assert gate.verifications == before
    assert gate.verify(ACCOUNT, NOW + 2).reason is None


def test_a_good_code_in_between_ends_the_row():
    gate = verifier()
    forged = bytearray(ACCOUNT)
    forged[190] ^= 1
    for data in (forged, forged, ACCOUNT, forged, forged):
        gate.verify(bytes(data), NOW)
    assert gate.verify(ACCOUNT, NOW).reason is None


def test_standing_is_asked_before_any_curve_work():
    gate = verifier(standing=lambda credential, now: "hotlisted" if credential.holder_class == "elder" else None)
    assert refused(ACCOUNT, NOW, gate) == "hotlisted"
    assert gate.verifications == 0
    assert gate.verify(RIDE, NOW).reason is None


def test_an_issuer_that_counts_from_another_year():
    offset = 946656000
    trust = phone.demonstration_trust()
    trust["time_offsets"] = {"01011000": offset}
    code = phone.issue_ride_code(b"RIDER", CARD, NOW - offset, authorised_until=NOW + 1000 - offset)
    gate = CodeVerifier(trust, ReplayStore())
    assert gate.verify(code, NOW).credential.valid_to == NOW + 1000
    assert refused(code, NOW) == "code_expired"


def test_trust_of_another_shape_is_named():
    for data in (
        None,
        {"roots": [{}]},
        {"roots": [{"index": 2, "key": "zz"}]},
        {"issuers": [{"index": 1, "key": "02" + "00" * 31 + "05", "issuer": "", "region": ""}]},
        {"revoked": [5]},
    ):
        assert raises(TrustInvalid, Trust, data).code == "CONFIG-20"


def test_the_cache_is_bounded_and_keeps_what_is_used():
    a, b, c = [bytes((letter,)) * 16 for letter in b"abc"]
    for cache in (Verified(2), VerifiedBytes(2)):
        cache.put(a, b"aa", (b"1",))
        cache.put(b, b"", (b"1", b"22222"))
        assert (cache.get(b), cache.get(a)) == (b"", b"aa")
        cache.put(c, bytes(255), (b"3",))
        assert (len(cache), cache.get(b), cache.get(a), cache.get(c)) == (2, None, b"aa", bytes(255))


def test_the_cache_forgets_what_a_handle_revokes():
    keys = [bytes((number,)) * 16 for number in range(3)]
    for cache in (Verified(3), VerifiedBytes(3)):
        for key, handles in zip(keys, ((b"1",), (b"1", b"10002"), (b"2", b"20002"))):
            cache.put(key, b"value", handles)
        cache.forget(b"10002")
        assert [cache.get(key) for key in keys] == [b"value", None, b"value"]
        cache.forget(b"2")
        assert [cache.get(key) for key in keys] == [b"value", None, None]
        cache.forget(b"0")
        cache.forget(b"")
        assert len(cache) == 1


def test_the_replay_store_is_bounded_and_forgets_the_dead_first():
    store = ReplayStore(3)
    for i in range(3):
        store.mark(bytes((i,)) * 16, 100 + i, 50)
    store.mark(b"\x00" * 16, 100, 50)
    assert (len(store), store.forced) == (3, 0)
    store.mark(b"\x09" * 16, 200, 101)  # the first one is dead by now
    assert (len(store), store.forced) == (3, 0)
    assert not store.used(b"\x00" * 16, 101)
    assert store.used(b"\x01" * 16, 101)
    assert not store.used(b"\x01" * 16, 102)
    store.mark(b"\x0a" * 16, 300, 90)  # all alive: the one that dies first makes room
    assert (len(store), store.forced) == (3, 1)
    assert not store.used(b"\x01" * 16, 90)
    for key in (b"\x02" * 16, b"\x09" * 16, b"\x0a" * 16):
        assert store.used(key, 90)


def test_the_dead_do_not_fill_the_replay_store():
    store = ReplayStore()
    for second in range(200):
        store.mark(second.to_bytes(16, "big"), second + 5, second)
        assert store.used(max(0, second - 5).to_bytes(16, "big"), second)
    assert len(store) < 32 and store.forced == 0


def test_the_replay_store_is_not_fooled_by_a_hash_across_two_entries():
    store = ReplayStore()
    store.mark(bytes(range(16)), 7, 0)
    store.mark(bytes(range(16, 32)), 7, 0)
    straddling = bytes(range(8, 16)) + b"\0\0\0\x07" + bytes(range(16, 20))
    assert not store.used(straddling, 0)
