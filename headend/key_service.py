"""Who checks TACs for the operator page: named by `key_service.json` in the data folder.

For pilots the master key stands in that file: {"tac_key": 32 hex digits, "issuers": {"03104830": "00083010"}}, the issuer
bytes of cards by the first digits of their numbers, the longest that fit. In earnest the key stays in hardware, behind
an object shaped like headend.settlement.SoftwarePsam.
"""

import json
import pathlib

from headend.errors import KeyUnusable
from headend.settlement import SoftwarePsam

FILE = "key_service.json"
_KEY_DIGITS, _ISSUER_DIGITS = 32, 8


def open_key_service(folder):
    """The key service that `folder` names, None without the file; KeyUnusable."""
    path = pathlib.Path(folder) / FILE
    if not path.exists():
        return None
    try:
        named = json.loads(path.read_text("utf8"))
        key, issuers = named["tac_key"], named["issuers"]
        sizes = {len(key) - _KEY_DIGITS, *(len(issuer) - _ISSUER_DIGITS for issuer in issuers.values())}
        key = bytes.fromhex(key)
        issuers = {digits: bytes.fromhex(issuer) for digits, issuer in issuers.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        sizes = None
    if sizes != {0}:  # what the file holds is never said
        raise KeyUnusable(
            '%s: write {"tac_key": 32 hex digits, "issuers": {"CARD NUMBER\'S START": 8 hex digits}}' % path
        )
    return SoftwarePsam(key, lambda token: _issuer(token, issuers))


def _issuer(token, issuers):
    number = token[1:11].hex()
    starts = [start for start in issuers if number.startswith(start)]
    return issuers[max(starts, key=len)] if starts else None
