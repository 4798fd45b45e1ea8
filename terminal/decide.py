"""The decision: may this credential pass, and what does it pay. Pure: no clock, no I/O, no state.

Lane, kiosk, head-end and tests call the same function with the same values and get the same Decision.
"""

from collections import namedtuple

from terminal import lists
from terminal.media.credential import ADULT, PROVED_SIGNATURE
from terminal.modes import EMERGENCY, FREE_PASSAGE
from terminal.tariff import fare_of

Decision = namedtuple(
    "Decision",
    (
        "admit",
        "reason",  # a key of terminal.reasons; "ok" when admitted
        "fare",  # fen to take now
        "concession",  # the class whose concession was used, or None
        "product",  # "purse", "account" (billed to a listed account) or "free"
        "holder_class",
        "same_city",  # an out-of-town credential got local treatment
        "low_balance",  # admitted, but the purse runs low
    ),
)


def _refuse(reason, holder_class=ADULT):
    return Decision(False, reason, 0, None, "free", holder_class, False, False)


def decide(credential, entry, tariff, now, mode):
    """The Decision for `credential` with its list `entry` (terminal.lists.Entry) at `now` (UTC seconds)."""
    if mode in (EMERGENCY, FREE_PASSAGE):
        return Decision(True, "ok", 0, None, "free", credential.holder_class, False, False)
    refusal, same_city = _standing(credential, entry, tariff, now)
    if refusal:
        return _refuse(refusal, credential.holder_class)
    holder_class = credential.holder_class
    if entry.holder_class not in (None, ADULT):
        holder_class = entry.holder_class
    fare, concession = fare_of(tariff, holder_class)
    if fare == 0:
        return Decision(True, "ok", 0, concession, "free", holder_class, same_city, False)
    if credential.balance is None:
        return Decision(True, "ok", fare, concession, "account", holder_class, same_city, False)
    if credential.balance < fare:
        return _refuse("low_balance", holder_class)
    low = credential.balance - fare < tariff["low_balance"]
    return Decision(True, "ok", fare, concession, "purse", holder_class, same_city, low)


def _standing(credential, entry, tariff, now):
    """(refusal key or None, same-city treatment) from validity, lists and region."""
    if credential.valid_to and now >= credential.valid_to:
        return "expired_card", False
    if now < credential.valid_from:
        return "not_yet_valid", False
    if entry.state == lists.BLOCKED:
        return "hotlisted", False
    if entry.state == lists.UNREADABLE and tariff["damaged"] != "admit":
        return "list_damaged", False
    if entry.state == lists.VALID:
        if entry.expires and now >= entry.expires:
            return "expired_card", False
        return None, False
    if credential.region in tariff["same_city"] and credential.region not in tariff["home"]:
        return None, True
    if credential.proved == PROVED_SIGNATURE:
        return None, False
    if credential.region not in tariff["home"]:
        return "wrong_region", False
    return (None if tariff["unlisted"] == "admit" else "not_listed"), False
