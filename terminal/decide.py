"""The decision: may this credential pass, and what does it pay. Pure: no clock, no I/O, no state.

Lane, kiosk, head-end and tests call the same function with the same values and get the same Decision. A flat fare in
service is decided here; everything else in terminal.judgement, which a gate with a flat fare never loads.
"""

from collections import namedtuple

from terminal import lists
from terminal.media.credential import ADULT, PROVED_SIGNATURE
from terminal.modes import IN_SERVICE
from terminal.tariff import fare_of, is_flat

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

_PLAIN = (None, None, None, None, 0, None, 0, 1, (), None)  # the fields that a flat fare leaves alone


def decide(credential, entry, visits, tariff, now, mode, here=None, explain=None):
    """The Decision for `credential` with its list `entry` (terminal.lists.Entry) at `now` (UTC seconds).

    `visits`: what is known of the holder's visits (terminal.decision.visits), or None. `here`: where and
    how the credential is presented (docs/decision.md), or None for a plain entry. `explain(step, *facts)` hears why.
    """
    if here or explain or mode != IN_SERVICE or not is_flat(tariff):
        # The large part of the core: a board with a flat fare has no heap to spare for it.
        from terminal.decision import judgement

        return judgement.decide(credential, entry, visits, tariff, now, mode, here, explain)
    holder_class = holder_class_of(credential, entry)
    refusal, same_city = standing(credential, entry, tariff, now, True)
    fare, concession = fare_of(tariff, holder_class)
    balance = credential.balance
    if not refusal and fare and balance is not None and balance < fare:
        refusal = "low_balance"
    if refusal:
        return Decision(False, refusal, 0, None, "free", holder_class, False, False, *_PLAIN)
    product = "free" if not fare else "account" if balance is None else "purse"
    low = product == "purse" and balance - fare < tariff["low_balance"]
    return Decision(True, "ok", fare, concession, product, holder_class, same_city, low, *_PLAIN)


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
