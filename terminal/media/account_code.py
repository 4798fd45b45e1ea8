"""Our own two-level account code, 194 bytes: the issuer signs account, rights and user key, the user signs the moment.

Big-endian: version 1, issuer key 1, account 8, credential serial 4, valid from 4, valid to 4, rights 4, user key 33
(59 bytes, signed by the issuer), issuer signature 64, time 4, counter 2, flags 1 (130 bytes, signed by the user), user
signature 64. Shipped as base45 at QR level L.

With flag 1 the anchor of a hash chain for re-scans (see chain_code) stands before the user's signature, under it:
anchor 16, period 2 (seconds), steps 2; 214 bytes.
"""

import struct
from collections import namedtuple

from micropython import const

from terminal.media.chain_code import MOST_STEPS
from terminal.media.credential import CLASSES
from terminal.more_errors import CodeMalformed

SIZE = const(194)
VERSION = const(1)
VALIDITY = const(60)  # seconds from `generated`
AUTHORISED = (0, 123)  # what the issuer signed, with its signature
ANCHORED = const(1)  # flag
_ANCHORED_SIZE = const(214)
_AUTHORISED = const(">BB8sIIII33s")
_LAYOUT = const(">BB8sIIII33s64sIHB")

# The high byte of `rights` is the holder's class, an index into credential.CLASSES; 0 adult.
FIELDS = (
    "version", "issuer_key", "account", "serial", "valid_from", "valid_to", "rights", "user_key", "authorisation",
    "generated", "counter", "flags", "anchor", "period", "steps", "signature",
)  # fmt: skip
AccountCode = namedtuple("AccountCode", FIELDS)


def signed_ranges(data):
    """((start, end), start of the signature) for issuer and user."""
    end = 150 if data[129] & ANCHORED else 130
    return ((0, 59), 59), ((0, end), end)


def parse(data):
    """The AccountCode in `data` (bytes); CodeMalformed for a foreign length or version, or a validity that is none.

    `anchor` is b"" and `period`, `steps` are 0 when there is none.
    """
    if len(data) not in (SIZE, _ANCHORED_SIZE):
        raise CodeMalformed("account code of %d bytes, %d or %d expected" % (len(data), SIZE, _ANCHORED_SIZE))
    if (data[129] & ANCHORED) != (len(data) == _ANCHORED_SIZE):
        raise CodeMalformed("account code of %d bytes with flags %02x" % (len(data), data[129]))
    tail = b"", 0, 0
    if len(data) == _ANCHORED_SIZE:
        tail = struct.unpack(">16sHH", data[130:150])
        if not (tail[1] and 0 < tail[2] <= MOST_STEPS):
            raise CodeMalformed("account code with a chain of %d steps of %d s" % (tail[2], tail[1]))
    code = AccountCode(*(struct.unpack(_LAYOUT, data[:130]) + tail + (data[-64:],)))
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
    return struct.pack(_AUTHORISED, VERSION, issuer_key, account, serial, valid_from, valid_to, rights, user_key)


def pack_moment(generated, counter, chain=None):
    """The bytes between the issuer's and the user's signature; `chain` is (anchor, period, steps) or None."""
    if chain is None:
        return struct.pack(">IHB", generated, counter, 0)
    return struct.pack(">IHB16sHH", generated, counter, ANCHORED, *chain)
