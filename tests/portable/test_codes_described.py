"""What `describe` tells a technician about a code."""

import json

from simulator import codes as phone
from terminal.media.code_description import describe

NOW = 1767225600
TRUST = phone.demonstration_trust()
with open("tests/data/ride_code.hex") as file:
    PUBLISHED = bytes.fromhex("".join(file.read().split()))


def test_the_published_code():
    told = describe(PUBLISHED, TRUST, NOW)
    assert (told["scheme"], told["size"], told["reason"], told["error"]) == ("ride_code", 332, None, None)
    assert told["signatures"] == {"root": "valid", "issuer": "valid", "user": "valid"}
    assert told["fields"]["limit"] == 30000
    assert told["fields"]["certificate"]["serial"] == "000001"
    assert told["token"] == "0303101000123456789012" + "00" * 5
    assert json.loads(json.dumps(told)) == told


def test_text_without_a_time():
    told = describe(phone.as_text(phone.issue_account_code(b"12345678", NOW)).encode(), TRUST)
    assert (told["scheme"], told["reason"]) == ("account_code", None)
    assert told["signatures"] == {"issuer": "valid", "user": "valid"}


def test_a_root_for_every_index():
    key = TRUST["roots"][0]["key"]
    assert describe(PUBLISHED, {"roots": [{"index": None, "key": key}]})["signatures"]["root"] == "valid"


def test_why_it_would_be_refused():
    forged = bytearray(PUBLISHED)
    forged[-1] ^= 1
    for data, trust, now, reason in (
        (PUBLISHED, TRUST, NOW + 61, "code_expired"),
        (PUBLISHED, {}, NOW, "code_untrusted_issuer"),
        (bytes(forged), TRUST, NOW, "code_tampered"),
        (PUBLISHED, dict(TRUST, revoked=["01011000000001"]), NOW, "code_revoked"),
        (b"hello", TRUST, NOW, "code_unknown"),
        (b"\x55\x00\x01", TRUST, NOW, "code_unknown"),
        (PUBLISHED[:99], TRUST, NOW, "code_malformed"),
        (b"", TRUST, NOW, "code_malformed"),
    ):
        told = describe(data, trust, now)
        assert told["reason"] == reason
        assert bool(told["error"]) == (reason == "code_malformed")
    assert describe(bytes(forged), TRUST)["signatures"]["user"] == "invalid"
    assert describe(PUBLISHED, {})["signatures"]["root"] == "unknown key"
