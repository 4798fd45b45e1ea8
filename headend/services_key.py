"""The key to which terminals seal their forms: opens envelopes (terminal/crypto/envelope.py)."""

import hmac
import pathlib

import gmssl_pyx

from headend.operator_keys import key_pair
from terminal.crypto import envelope

_CLEAR = 1 + 129 + 32  # version, wrapped keys, mark


class ServicesKey:
    """The key file in `folder`, made on first use and readable by its owner only; KeyUnusable, FolderUnusable."""

    def __init__(self, folder):
        self._private, self._public = key_pair(pathlib.Path(folder) / "keys" / "services.sm2")

    @property
    def public(self):
        """33 bytes SEC1: what terminals are given, inside the signed services package."""
        return bytes((2 + (self._public[63] & 1),)) + self._public[:32]

    def unseal(self, sealed, about=b""):
        """The data in an envelope, None when it was sealed to another key or changed."""
        if len(sealed) < _CLEAR or sealed[0] != envelope.VERSION or sealed[1] != 4:
            return None
        try:
            keys = gmssl_pyx.sm2_decrypt(self._private, _der(sealed[1:130]))
        except (gmssl_pyx.GmsslInnerError, gmssl_pyx.InvalidValueError, ValueError):
            return None
        text = sealed[_CLEAR:]
        if len(keys) != envelope.KEYS or not hmac.compare_digest(
            envelope.mark(keys[16:], about, text), sealed[130:_CLEAR]
        ):
            return None
        return envelope.counter_mode(keys[:16], text)


def _der(raw):
    """C1 || C3 || C2 as SM2Cipher (GB/T 35276): two integers, two octet strings."""
    body = _integer(raw[1:33]) + _integer(raw[33:65])
    for part in (raw[65:97], raw[97:]):
        body += bytes((4, len(part))) + part
    length = bytes((len(body),)) if len(body) < 128 else bytes((0x81, len(body)))
    return b"\x30" + length + body


def _integer(data):
    data = data.lstrip(b"\0") or b"\0"
    data = data if data[0] < 128 else b"\0" + data
    return bytes((2, len(data))) + data
