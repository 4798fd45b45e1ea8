"""Codes that only their platform can read, from both ends: the phone that shows one, the platform that knows it.

Made up, as is everything about the two services but their prefixes' look: nothing public says how the real ones are
made. A code is its prefix, holder 8 digits, time 10 digits, check 8 digits (HMAC-SM3 under the platform's key).
Portable.
"""

from micropython import const

from offline_store.tokens import TokenKey
from simulator.demo_site import CODE_SERVICES, LIST_KEY
from terminal.crypto import sm3

# A hospital's system, asked about everybody: who has the card with this last byte is sent to the desk.
TRIAGE = "triage"
_TO_THE_DESK = const(0x02)
_KEY = b"gatepost-demo-platform"
_HOLDER, _TIME, _CHECK = const(8), const(10), const(8)
_LIFE = const(300)

# holder: (class, region); the tray's phones
HOLDERS = {"20010001": ("elder", "320100"), "20010002": ("adult", "320100")}


def issue(service, holder, now):
    """The text a phone shows at `now` (UTC seconds) for `holder` (8 digits), as bytes."""
    prefix = [start for start, name in CODE_SERVICES if name == service][0]
    told = holder + "%010d" % now
    return (prefix + told + _check(prefix + told)).encode()


def account(holder):
    """The account under which lists know a holder, bytes."""
    return holder.encode()


def _check(text):
    return "%08d" % (int.from_bytes(sm3.hmac_sm3(_KEY, text.encode())[:4], "big") % 10**_CHECK)


class DemonstrationPlatform:
    """Both services' platform, shaped like headend.platforms.Platforms. `now()` gives UTC seconds."""

    def __init__(self, now):
        self._now = now

    async def resolve(self, service, code):
        """The holder of a code of the last five minutes, or who may go on; None for any other text."""
        if service == TRIAGE:
            return {"eligible": TokenKey(LIST_KEY).unpermute(bytes.fromhex(code))[10] != _TO_THE_DESK}
        prefixes = [start for start, name in CODE_SERVICES if name == service]
        if not prefixes or not code.startswith(prefixes[0]):
            return None
        digits = code[len(prefixes[0]) :]
        if (
            len(digits) != _HOLDER + _TIME + _CHECK
            or not digits.isdigit()
            or digits[-_CHECK:] != _check(code[:-_CHECK])
        ):
            return None
        holder, made = digits[:_HOLDER], int(digits[_HOLDER:-_CHECK])
        if holder not in HOLDERS or not 0 <= self._now() - made <= _LIFE:
            return None
        holder_class, region = HOLDERS[holder]
        return {"account": account(holder).hex(), "class": holder_class, "region": region, "valid_to": 0}
