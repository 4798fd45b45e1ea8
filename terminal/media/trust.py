"""The keys a terminal believes for codes: roots and issuers by index, what is revoked, and odd clocks.

Comes as plain data (JSON), so that a keys package can carry it:

    {"roots": [{"index": 2, "key": "02..."}],
     "issuers": [{"index": 1, "key": "03...", "issuer": "00000001", "region": "1000"}],
     "revoked": ["..."], "time_offsets": {"01011000": 946656000}}

Keys are SEC1 in hex. `revoked` holds hex handles: a ride code certificate is issuer 4 || serial 3, an account code's
credential is issuer key 1 || serial 4. `time_offsets` puts right the issuers that count from another year.
"""

import binascii
from collections import namedtuple

from terminal.crypto import sm2
from terminal.more_errors import TrustInvalid

Issuer = namedtuple("Issuer", "key issuer region")


class Trust:
    """Raises TrustInvalid for data of another shape or for a key that is none."""

    def __init__(self, data):
        try:
            self._roots = {entry["index"]: _key(entry["key"]) for entry in data.get("roots", ())}
            self._issuers = {
                entry["index"]: Issuer(_key(entry["key"]), entry["issuer"], entry["region"])
                for entry in data.get("issuers", ())
            }
            self._revoked = {binascii.unhexlify(handle) for handle in data.get("revoked", ())}
            self._offsets = dict(data.get("time_offsets", {}))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise TrustInvalid("trust for codes cannot be read (%s): see terminal/media/trust.py" % error) from None

    def root(self, index):
        """The root's PublicKey, None when it is not known. A root listed with index null serves every index."""
        return self._roots.get(index) or self._roots.get(None)

    def issuer(self, index):
        """The Issuer of account codes with this key index, None when it is not known."""
        return self._issuers.get(index)

    def is_revoked(self, handle):
        return handle in self._revoked

    def revoke(self, handle):
        self._revoked.add(bytes(handle))

    def time_offset(self, issuer):
        """Seconds to add to times in codes of `issuer` (hex)."""
        return self._offsets.get(issuer, 0)


def _key(text):
    key = sm2.PublicKey.read(binascii.unhexlify(text))
    if key is None:
        raise ValueError("not a key of the SM2 curve")
    return key
