"""The synthetic 332-byte code of the fact sheet, and what is no ride code."""

from simulator import codes as phone
from terminal.media import ride_code
from terminal.more_errors import CodeMalformed
from tests.portable.checks import raises

with open("tests/data/ride_code.hex") as file:
    CODE = bytes.fromhex("".join(file.read().split()))
MADE = 1767225600


def changed(offset, value):
    code = bytearray(CODE)
    code[offset] = value
    return bytes(code)


def test_fields():
    code = ride_code.parse(CODE)
    assert code.version == 0x81
    assert code.account == b"TESTACCT00000001"
    assert code.card_number == "03101000123456789012"
    assert (code.issuer.hex(), code.platform.hex(), code.account_type) == ("01011000", "00000001", 1)
    assert (code.limit, code.authorised_until, code.validity, code.generated) == (30000, 1893456000, 60, MADE)
    assert code.custom == b""
    assert code.user_key == phone.demonstration_key("user").public
    certificate = code.certificate
    assert (certificate.service.hex(), certificate.root_index) == ("01012020", 2)
    assert (certificate.issuer.hex(), certificate.serial.hex()) == ("01011000", "000001")
    assert (certificate.expiry_month, certificate.expiry_year) == (12, 2030)
    assert certificate.public_key == phone.demonstration_key("issuer").public


def test_the_certificate_ends_with_its_month_in_china():
    certificate = ride_code.parse(CODE).certificate
    assert ride_code.certificate_ends(certificate) == 1924992000 - 8 * 3600
    may = phone.certificate(expires=(5, 2026))
    code = ride_code.parse(phone.issue_ride_code(b"A", "03101000123456789012", MADE, certificate_bytes=may))
    assert ride_code.certificate_ends(code.certificate) == 1780272000 - 8 * 3600


def test_the_phone_makes_the_same_code_but_for_the_nonces():
    made = phone.issue_ride_code(b"TESTACCT00000001", "03101000123456789012", MADE)
    (_, root), (_, issuer), (_, user) = ride_code.signed_ranges(CODE)
    assert made[:root] == CODE[:root]
    assert made[root + 64 : issuer] == CODE[root + 64 : issuer]
    assert made[issuer + 64 : user] == CODE[issuer + 64 : user]
    assert len(made) == 332


def test_a_custom_field_moves_what_follows():
    made = phone.issue_ride_code(b"A", "03101000123456789012", MADE, custom=b"x" * 32)
    assert len(made) == 364
    code = ride_code.parse(made)
    assert (code.custom, code.generated) == (b"x" * 32, MADE)


def test_truncated_and_extended_codes_are_malformed():
    for size in list(range(0, 332, 13)) + [331]:
        raises(CodeMalformed, ride_code.parse, CODE[:size])
    raises(CodeMalformed, ride_code.parse, CODE + b"\0")
    raises(CodeMalformed, ride_code.parse, bytes(332))


def test_fields_that_are_not_the_layouts():
    # version, length, head, format, algorithm, key length, month 0, BCD, card number, type 0, user key, custom, tags
    broken = ((0, 0x01), (2, 0), (3, 0), (9, 0), (19, 3), (22, 0x20), (14, 0), (14, 0x13), (15, 0xA0), (136, 0xF0))
    for offset, value in broken + ((154, 0), (158, 4), (197, 1), (197, 33), (198, 0), (267, 0)):
        raises(CodeMalformed, ride_code.parse, changed(offset, value))
