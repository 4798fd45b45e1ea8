"""Our own code on paper, 90 bytes: what an issuer lets stand for a card while its replacement is made.

Big-endian: version 5, issuer key 1, account 8, serial 4, valid from 4, valid to 4, rights 4 (26 bytes, signed by the
issuer), issuer signature 64. Nobody makes it anew each minute, so it is no proof against a copy: it is valid for a few
days, revoked by its serial, and what it opens is up to the tariff. Shipped as base45.
"""

import struct
from collections import namedtuple

from micropython import const

from terminal.media.credential import CLASSES
from terminal.more_errors import CodeMalformed

VERSION = const(5)
SIZE = const(90)
SIGNED = (0, 26)
LONGEST_S = const(15 * 86400)
_LAYOUT = const(">BB8sIIII")

FIELDS = ("version", "issuer_key", "account", "serial", "valid_from", "valid_to", "rights", "signature")
PaperCode = namedtuple("PaperCode", FIELDS)


def parse(data):
    """The PaperCode in `data`; CodeMalformed for another length, class or a validity that is none or too long."""
    if len(data) != SIZE:
        raise CodeMalformed("paper code of %d bytes, %d expected" % (len(data), SIZE))
    code = PaperCode(*struct.unpack(_LAYOUT, data[:26]), data[26:])
    if code.rights >> 24 >= len(CLASSES):
        raise CodeMalformed("paper code for holder class %d, below %d expected" % (code.rights >> 24, len(CLASSES)))
    if not 0 < code.valid_to - code.valid_from <= LONGEST_S:
        raise CodeMalformed("paper code valid from %d to %d" % (code.valid_from, code.valid_to))
    return code


def pack_signed(issuer_key, account, serial, valid_from, valid_to, holder_class=0):
    """The 26 bytes that the issuer signs; `holder_class` an index into credential.CLASSES."""
    return struct.pack(_LAYOUT, VERSION, issuer_key, account, serial, valid_from, valid_to, holder_class << 24)
