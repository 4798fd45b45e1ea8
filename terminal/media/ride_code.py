"""The ministry's ride code (JT/T 1179 as the fact sheet's section 6.1 has it): layout only, no cryptography.

332 bytes and a custom field of up to 32: a certificate of the issuer under a root key, an authorisation of the user's
key by the issuer, a generation time under the user's key.
"""

from collections import namedtuple

from micropython import const

from terminal.civil_time import days_from_civil, start_of_day
from terminal.more_errors import CodeMalformed

SIZE = const(332)
CUSTOM_LIMIT = const(32)
VALIDITY_LIMIT = const(1200)  # the cap seen on terminals
_SM2_TAG = const(0x15)
_CERTIFICATE = const(3)  # offset of the certificate's 117 bytes
_CERTIFICATE_SIZE = const(117)

CERTIFICATE_FIELDS = (
    "service", "root_index", "issuer", "expiry_month", "expiry_year", "serial", "public_key", "signature",
)  # fmt: skip
FIELDS = (
    "version", "certificate", "account", "card_number", "issuer", "platform", "account_type", "limit", "user_key",
    "authorised_until", "validity", "custom", "generated", "authorisation", "signature",
)  # fmt: skip
Certificate = namedtuple("Certificate", CERTIFICATE_FIELDS)
RideCode = namedtuple("RideCode", FIELDS)

CERTIFIED = (3, 120)  # the certificate with its signature
ACCOUNT = (136, 146)  # the card account number, ten BCD bytes


def signed_ranges(data):
    """((start, end), start of the signature) for root, issuer and user."""
    end = 198 + data[197]
    return ((9, 56), 56), ((3, end), end + 1), ((0, end + 69), end + 70)


def certificate_ends(certificate):
    """UTC second at which the certificate's last month is over in China."""
    year, month = certificate.expiry_year, certificate.expiry_month
    return start_of_day(days_from_civil(year + month // 12, month % 12 + 1, 1))


def parse(data):
    """The RideCode in `data` (bytes); CodeMalformed when lengths, tags or digits are not the layout's.

    Signatures are 64 bytes r || s and unverified; times are Unix seconds, `limit` fen, `card_number` decimal digits,
    `authorised_until` the expiry of the issuer's authorisation, `validity` seconds from `generated`.
    """
    size = len(data)
    if size < SIZE:
        raise CodeMalformed("ride code of %d bytes, at least %d expected" % (size, SIZE))
    if not data[0] & 0x80:
        raise CodeMalformed("ride code version %02x, 80 or above expected" % data[0])
    if int.from_bytes(data[1:3], "big") != size - 3:
        raise CodeMalformed("ride code of %d bytes announces %d" % (size, int.from_bytes(data[1:3], "big") + 3))
    custom = data[197]
    if custom > CUSTOM_LIMIT or size != SIZE + custom:
        raise CodeMalformed("ride code of %d bytes with a custom field of %d" % (size, custom))
    end = 198 + custom
    if data[end] != _SM2_TAG or data[end + 69] != _SM2_TAG:
        raise CodeMalformed("ride code signed with %02x and %02x, SM2 (15) expected" % (data[end], data[end + 69]))
    if data[158] not in (2, 3):
        raise CodeMalformed("ride code with a user key that starts with %02x, 02 or 03 expected" % data[158])
    if not data[154]:
        raise CodeMalformed("ride code with account type 0")
    return RideCode(
        data[0],
        _certificate(data[_CERTIFICATE : _CERTIFICATE + _CERTIFICATE_SIZE]),
        data[120:136],
        _digits(data[136:146]),
        data[146:150],
        data[150:154],
        data[154],
        int.from_bytes(data[155:158], "big"),
        data[158:191],
        int.from_bytes(data[191:195], "big"),
        int.from_bytes(data[195:197], "big"),
        data[198:end],
        int.from_bytes(data[end + 65 : end + 69], "big"),
        data[end + 1 : end + 65],
        data[end + 70 : end + 134],
    )


def _certificate(data):
    if data[0] != 0x24 or data[6] != 0x12 or data[16] != 4 or data[19] != 0x21:
        raise CodeMalformed("ride code certificate is not of the SM2 format (24..12..04..21)")
    month, year = int(_digits(data[11:12])), int(_digits(data[12:13]))
    if not 1 <= month <= 12:
        raise CodeMalformed("ride code certificate expires in month %d" % month)
    return Certificate(data[1:5], data[5], data[7:11], month, 2000 + year, data[13:16], data[20:53], data[53:117])


def _digits(data):
    """BCD as a str of digits."""
    for byte in data:
        if byte >> 4 > 9 or byte & 15 > 9:
            raise CodeMalformed("a BCD field of a ride code holds more than digits")
    return data.hex()
