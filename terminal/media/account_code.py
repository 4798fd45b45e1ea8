"""Our own two-level account code, 194 bytes: the issuer signs account, rights and user key, the user signs the moment.

Big-endian: version 1, issuer key 1, account 8, credential serial 4, valid from 4, valid to 4, rights 4, user key 33
(59 bytes, signed by the issuer), issuer signature 64, time 4, counter 2, flags 1 (130 bytes, signed by the user), user
signature 64. Shipped as base45 at QR level L.
"""

import struct
from collections import namedtuple

from micropython import const

from terminal.errors import CodeMalformed
from terminal.media.credential import CLASSES

SIZE = const(194)
VERSION = const(1)
VALIDITY = const(60)  # seconds from `generated`
AUTHORISED = (0, 123)  # what the issuer signed, with its signature
# ((start, end), start of the signature) for issuer and user.
SIGNED_RANGES = (((0, 59), 59), ((0, 130), 130))
_LAYOUT = ">BB8sIIII33s64sIHB64s"

# The high byte of `rights` is the holder's class, an index into credential.CLASSES; 0 adult.
FIELDS = (
    "version", "issuer_key", "account", "serial", "valid_from", "valid_to", "rights", "user_key", "authorisation",
    "generated", "counter", "flags", "signature",
)  # fmt: skip
AccountCode = namedtuple("AccountCode", FIELDS)


def parse(data):
    """The AccountCode in `data` (bytes); CodeMalformed for a foreign length or version, or a validity that is none."""
    if len(data) != SIZE:
        raise CodeMalformed("account code of %d bytes, %d expected" % (len(data), SIZE))
    code = AccountCode(*struct.unpack(_LAYOUT, data))
    if code.version != VERSION:
        raise CodeMalformed("account code version %d, %d expected" % (code.version, VERSION))
    if code.user_key[0] not in (2, 3):
        raise CodeMalformed("account code with a user key that starts with %02x, 02 or 03 expected" % code.user_key[0])
    if code.rights >> 24 >= len(CLASSES):
        raise CodeMalformed("account code for holder class %d, below %d expected" % (code.rights >> 24, len(CLASSES)))
    if code.valid_to <= code.valid_from:
        raise CodeMalformed("account code valid to %d, from %d" % (code.valid_to, code.valid_from))
    return code


def pack_authorised(issuer_key, account, serial, valid_from, valid_to, rights, user_key):
    """The 59 bytes an issuer signs. `account` 8 bytes, `user_key` 33."""
    return struct.pack(_LAYOUT[:12], VERSION, issuer_key, account, serial, valid_from, valid_to, rights, user_key)


def pack_moment(generated, counter, flags=0):
    """The 7 bytes that follow the issuer's signature."""
    return struct.pack(">IHB", generated, counter, flags)
