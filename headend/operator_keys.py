"""SM2 signing keys of the operators' side, as files: made on first use, readable by their owner only."""

import os
import pathlib

import gmssl_pyx
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from headend.errors import FolderUnusable, KeyUnusable

_PRIVATE = 32


def signing_key(path):
    """(compressed public key, sign(message) -> 64 bytes) of the key file at `path`, made when there is none."""
    private, public = key_pair(path)

    def sign(message):
        r, s = decode_dss_signature(gmssl_pyx.sm2_sign(private, public, message))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return bytes((2 + (public[63] & 1),)) + public[:32], sign


def key_pair(path):
    """(private 32 bytes, public x || y) of the key file at `path`, made when there is none; FolderUnusable, KeyUnusable."""
    path = pathlib.Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            public, private = gmssl_pyx.sm2_key_generate()
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(private + public)
        raw = path.read_bytes()
    except OSError as error:
        raise FolderUnusable("cannot use %s (%s): choose another data folder" % (path, error.strerror)) from None
    if len(raw) != _PRIVATE + 64:
        raise KeyUnusable("%s has %d bytes, a signing key has %d: restore it" % (path, len(raw), _PRIVATE + 64))
    return raw[:_PRIVATE], raw[_PRIVATE:]
