"""What every decision rests on: the Decision itself, the class that counts, and where a credential stands. Pure."""

from collections import namedtuple

from terminal import lists
from terminal.media.credential import ADULT, PROVED_SIGNATURE

Decision = namedtuple(
    "Decision",
    (
        "admit",
        "reason",  # a key of terminal.reasons; "ok" when admitted
        "fare",  # fen to take now, surcharge included
        "concession",  # the class whose concession was used, or None
        "product",  # who pays: "purse", "account" (billed to a listed account), "contract", "trip" (at its end), "free"
        "holder_class",
        "same_city",  # an out-of-town credential got local treatment
        "low_balance",  # admitted, but the purse runs low
        "contract",  # the pass, pack or ticket that was used, a product of the tariff, or None
        "days_left",  # of the contract, the present day included; None without an end
        "uses_left",  # of the contract after this use; None when it is not counted
        "trip",  # "open" or "close" for a journey, None where there is none
        "surcharge",  # fen of the fare that are no travel: overtime, missing entry or exit
        "charge",  # the reason key of the surcharge, or None
        "transfer",  # fen saved by changing from another ride
        "persons",  # for how many it is
        "tell",  # what staff or holder is told: "photo_check", "first_use", "watch", "companion", "locker" ...
        "knows",  # what order checks rested on: "card", "terminal", "site", or None when nothing was asked
    ),
)


def holder_class_of(credential, entry):
    """The class that counts: the list's, unless it only says adult."""
    return entry.holder_class if entry.holder_class not in (None, ADULT) else credential.holder_class


def standing(credential, entry, tariff, now, time):
    """(refusal key or None, same-city treatment) from validity, lists and region; `time`: whether time counts."""
    if time:
        if credential.valid_to and now >= credential.valid_to:
            return "expired_card", False
        if now < credential.valid_from:
            return "not_yet_valid", False
    if entry.state == lists.BLOCKED:
        return "hotlisted", False
    if entry.state == lists.UNREADABLE and tariff["damaged"] != "admit":
        return "list_damaged", False
    if entry.state == lists.VALID:
        return ("expired_card" if time and entry.expires and now >= entry.expires else None), False
    at_home = credential.region in tariff["home"]
    if not at_home and credential.region in tariff["same_city"]:
        return None, True
    if credential.proved == PROVED_SIGNATURE:
        return None, False
    if at_home:
        return (None if tariff["unlisted"] == "admit" else "not_listed"), False
    return "wrong_region", False
