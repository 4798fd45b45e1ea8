"""The phone's side: demonstration codes of both schemes, and the keys a terminal needs to believe them.

Portable, deterministic and public: every key here is made from a published number or a name.
"""

import binascii

from simulator.sm2_signing import DemonstrationKey
from terminal.media import account_code, base45, chain_code
from terminal.media.credential import ADULT, CLASSES

# The root is the standard's own example key (GB/T 32918.5); issuer and user are those of the synthetic 332-byte code.
_ROOT = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
_ISSUER = 0x261ED41B43474E1BF0B2D7BD5A589B20CCB22C503DF8F8927B420F5987FF0E01
_USER = 0x8F5772D8EE65DC3ABEC4AED1F739D9BBBD53BCFAF6ECF88DB432AB4EED5DE3DA

ROOT_INDEX = 2
ACCOUNT_ISSUER_INDEX = 1
ISSUER_ID = b"\x01\x01\x10\x00"  # region 1000, Beijing
_SERVICE = b"\x01\x01\x20\x20"
_PLATFORM = b"\x00\x00\x00\x01"

_keys = {}


def demonstration_key(name):
    """The DemonstrationKey "root", "issuer", "user" or of any other name. Made once."""
    if name not in _keys:
        published = {"root": _ROOT, "issuer": _ISSUER, "user": _USER}.get(name)
        _keys[name] = DemonstrationKey(published) if published else DemonstrationKey.named(name)
    return _keys[name]


def demonstration_trust():
    """What terminal.media.trust reads: the demonstration root and the issuer of account codes."""
    return {
        "roots": [{"index": ROOT_INDEX, "key": _hex(demonstration_key("root").public)}],
        "issuers": [
            {
                "index": ACCOUNT_ISSUER_INDEX,
                "key": _hex(demonstration_key("issuer").public),
                "issuer": _hex(ISSUER_ID),
                "region": "1000",
            }
        ],
        "revoked": [],
    }


def _hex(data):
    return binascii.hexlify(data).decode()


def certificate(issuer=None, issuer_id=ISSUER_ID, serial=b"\x00\x00\x01", expires=(12, 2030), root=None):
    """The 117 bytes of an issuer's certificate; `expires` is (month, year), keys are DemonstrationKeys."""
    month, year = expires
    signed = b"\x12" + issuer_id + bytes((_bcd(month), _bcd(year % 100))) + serial + b"\x04\x04\x20\x21"
    signed += (issuer or demonstration_key("issuer")).public
    head = b"\x24" + _SERVICE + bytes((ROOT_INDEX,))
    return head + signed + (root or demonstration_key("root")).sign(signed)


def _bcd(number):
    return number // 10 << 4 | number % 10


def issue_ride_code(
    account, card_number, now, validity=60, user=None, issuer=None, authorised_until=1893456000, limit=30000,
    custom=b"", certificate_bytes=None,
):  # fmt: skip
    """A ministry ride code made at `now`: `account` up to 16 ASCII bytes, `card_number` 20 digits (str), raw bytes."""
    user = user or demonstration_key("user")
    issuer = issuer or demonstration_key("issuer")
    signed = certificate_bytes or certificate(issuer)
    signed += (account + b"0" * 16)[:16] + binascii.unhexlify(card_number) + signed[7:11] + _PLATFORM
    signed += b"\x01" + limit.to_bytes(3, "big") + user.public + authorised_until.to_bytes(4, "big")
    signed += validity.to_bytes(2, "big") + bytes((len(custom),)) + custom
    size = len(signed) + 134
    body = b"\x81" + size.to_bytes(2, "big") + signed + b"\x15" + issuer.sign(signed)
    body += now.to_bytes(4, "big")
    return body + b"\x15" + user.sign(body)


def issue_account_code(
    account, now, valid_from=None, valid_to=None, holder_class=ADULT, serial=7, counter=1, user=None, issuer=None,
    chain=None,
):  # fmt: skip
    """Our own two-level code made at `now`: `account` 8 bytes, raw bytes. `chain` is a Chain for re-scans."""
    user = user or demonstration_key("user")
    issuer = issuer or demonstration_key("issuer")
    signed = account_code.pack_authorised(
        ACCOUNT_ISSUER_INDEX, account, serial, now - 86400 if valid_from is None else valid_from,
        now + 30 * 86400 if valid_to is None else valid_to, CLASSES.index(holder_class) << 24, user.public,
    )  # fmt: skip
    moment = account_code.pack_moment(now, counter, chain and (chain.anchor, chain.period, chain.steps))
    body = signed + issuer.sign(signed) + moment
    return body + user.sign(body)


class Chain:
    """A phone's hash chain of the day, from a secret `seed`: `steps` links, each good for `period` seconds."""

    def __init__(self, seed, start, period=60, steps=chain_code.MOST_STEPS):
        self.period = period
        self.steps = steps
        self._start = start
        self._first = chain_code.hashed(seed, 1)
        self.anchor = chain_code.hashed(self._first, steps)

    def issue(self, now):
        """The re-scan code of `now`, raw bytes."""
        step = 1 + (now - self._start) // self.period
        link = chain_code.hashed(self._first, self.steps - step)
        return bytes((chain_code.VERSION,)) + self.anchor[:8] + step.to_bytes(2, "big") + link


def as_text(code):
    """A code as the base45 text a phone shows."""
    return base45.encode(code).decode()
