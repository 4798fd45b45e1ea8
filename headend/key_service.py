"""Who checks TACs for the operator page and orders loads for kiosks: named by `key_service.json` in the data folder.

For pilots master keys stand in that file: {"tac_key": 32 hex digits, "issuers": {"03104830": "00083010"}}, the issuer
bytes of cards by the first digits of their numbers, the longest that fit; and "load_key": 32 hex digits, where kiosks load
purses. In earnest keys stay in hardware, behind objects shaped like headend.settlement.SoftwarePsam and SoftwareLoadKey.
"""

import json
import pathlib

from headend.errors import KeyUnusable
from headend.settlement import SoftwarePsam
from terminal.media import purse_keys, purse_load

FILE = "key_service.json"
_KEY_BYTES, _ISSUER_BYTES = 16, 4
_ISSUER_REST = b"\xff\xff\xff\xff"


def open_key_service(folder):
    """The key service that `folder` names, None without the file or without a key for TACs; KeyUnusable."""
    named = _named(folder)
    if "tac_key" not in named:
        return None
    issuers = {digits: bytes.fromhex(issuer) for digits, issuer in named["issuers"].items()}
    return SoftwarePsam(bytes.fromhex(named["tac_key"]), lambda token: _issuer(token, issuers))


def open_load_key(folder):
    """What orders loads, None without the file or without a key for it; KeyUnusable."""
    named = _named(folder)
    return SoftwareLoadKey(bytes.fromhex(named["load_key"])) if "load_key" in named else None


class SoftwareLoadKey:
    """The load master key in software, for tests and pilots: a load service as terminal.media.purse_load describes it."""

    def __init__(self, master):
        self._master = master

    async def order(self, request):
        """MAC2 (4 bytes) for a LoadRequest; None when the card's MAC1 is not under its key or its algorithm unknown."""
        answer, algorithm = request.answer, request.answer[7]
        if algorithm not in (purse_keys.TRIPLE_DES, purse_keys.SM4):
            return None
        key = purse_keys.diversify(self._master, request.issuer + _ISSUER_REST, algorithm)
        key = purse_keys.diversify(key, request.serial, algorithm)
        session = purse_keys.load_session_key(key, answer[8:12], answer[4:6], algorithm)
        return purse_load.mac2_of(request, session)


def _named(folder):
    """What the file says, each key of the right size; {} without the file."""
    path = pathlib.Path(folder) / FILE
    if not path.exists():
        return {}
    try:
        named = json.loads(path.read_text("utf8"))
        issuers = named.get("issuers", {})
        keys = [named[name] for name in ("tac_key", "load_key") if name in named]
        sizes = {len(bytes.fromhex(key)) - _KEY_BYTES for key in keys}
        sizes |= {len(bytes.fromhex(issuer)) - _ISSUER_BYTES for issuer in issuers.values()}
        whole = sizes == {0} and ("tac_key" in named) == bool(issuers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:  # what the file holds is never said
        raise KeyUnusable(
            '%s: write {"tac_key": 32 hex digits, "issuers": {"CARD NUMBER\'S START": 8 hex digits}}, '
            '"load_key": 32 hex digits, or both' % path
        )
    return named


def _issuer(token, issuers):
    number = token[1:11].hex()
    starts = [start for start in issuers if number.startswith(start)]
    return issuers[max(starts, key=len)] if starts else None
