"""The decision: may this credential pass, and what does it pay. Pure: no clock, no I/O, no state.

Lane, kiosk, head-end and tests call the same function with the same values and get the same Decision. What only some
tariffs ask for (networks, passes, calendars, rules) lies in modules of its own, imported when a tariff has it, so that
a gate with a flat fare does not carry it in its heap.
"""

from collections import namedtuple

from terminal import lists, tariff
from terminal.media.credential import ADULT, PROVED_SIGNATURE, SCHEMES
from terminal.modes import CHECKS_ORDER, CHECKS_TIME, DECIDE, FREE, IN_SERVICE, MODES, OPEN, SHUT

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
        "persons",  # how many may pass
        "tell",  # what staff or holder is told: "photo_check", "first_use", "watch", "companion", "locker" ...
        "knows",  # what order checks rested on: "card", "terminal", "site", or None when nothing was asked
    ),
)

_NOTHING = {}


class Case:
    """One presentation on its way to a Decision: what is known, and what the steps have found so far."""

    # Found by the steps. As attributes of the class they cost an untouched case nothing.
    order = time = True  # whether order and times are checked in this mode
    visitor = False  # from elsewhere, served at the plain price
    same_city = False
    fare = 0
    surcharge = 0
    charge = None
    concession = None
    contract = None
    days_left = None
    uses_left = None
    transfer = 0
    trip = None
    later = False  # the fare is taken at the end of the journey
    tell = ()
    knows = None

    def __init__(self, credential, entry, visits, rates, now, here, explain):
        self.credential = credential
        self.entry = entry
        self.visits = visits
        self.tariff = rates
        self.now = now
        self.here = here
        self.explain = explain
        self.leaving = here.get("direction") == "exit"
        self.persons = here.get("persons", 1)
        self.holder_class = entry.holder_class if entry.holder_class not in (None, ADULT) else credential.holder_class

    def refused(self, reason):
        """The Decision that refuses for `reason`."""
        return Decision(
            False, reason, 0, None, "free", self.holder_class, False, False, None, None, None, None, 0, None, 0, 0,
            self.tell, self.knows,
        )  # fmt: skip

    def admitted(self, product, low_balance=False):
        """The Decision that admits; `product` pays."""
        return Decision(
            True, "ok", self.fare + self.surcharge, self.concession, product, self.holder_class, self.same_city,
            low_balance, self.contract, self.days_left, self.uses_left, self.trip, self.surcharge, self.charge,
            self.transfer, self.persons, self.tell, self.knows,
        )  # fmt: skip


def decide(credential, entry, visits, rates, now, mode, here=None, explain=None):
    """The Decision for `credential` with its list `entry` (terminal.lists.Entry) at `now` (UTC seconds).

    `visits`: what is known of the holder's visits (terminal.visits), or None. `rates`: the tariff. `here`: where and
    how the credential is presented (docs/decision.md), or None for a plain entry. `explain(step, *facts)` hears why.
    """
    rates = tariff.in_force(rates, now)
    case = Case(credential, entry, visits or _NOTHING, rates, now, here or _NOTHING, explain)
    way = DECIDE if mode == IN_SERVICE else _course(case, mode)
    if explain:
        explain("mode", MODES[mode], way)
    if way == OPEN:
        return case.admitted("free")
    if way == SHUT:
        return case.refused(_refusal_of(mode))
    refusal = _standing(case) or _entry_rules(case)
    if refusal:
        return case.refused(refusal)
    if way == FREE or _is_unused(case):
        if "network" in rates or "session" in rates:
            case.trip = "close" if case.leaving else "open"
        return case.admitted("free")
    refusal = tariff.price(case)
    if refusal:
        return case.refused(refusal)
    return _paid(case)


def _course(case, mode):
    # A gate that is in service has no need of the other modes' table.
    from terminal import courses

    checks = courses.TABLE[mode].checks
    case.order = bool(checks & CHECKS_ORDER)
    case.time = bool(checks & CHECKS_TIME)
    return courses.course(mode, case.leaving, case.tariff.get("policy"))


def _refusal_of(mode):
    from terminal import courses  # loaded by now

    return courses.TABLE[mode].refusal


def _standing(case):
    """Refusal key or None, from scheme, validity, lists and region; notes same-city treatment."""
    credential, entry, rates, now = case.credential, case.entry, case.tariff, case.now
    schemes = rates.get("schemes")
    if schemes and SCHEMES[credential.scheme] not in schemes:
        return "not_interoperable"
    if case.time:
        if credential.valid_to and now >= credential.valid_to:
            return "expired_card"
        if now < credential.valid_from:
            return "not_yet_valid"
    if case.explain:
        case.explain("list", entry.state, case.holder_class)
    if entry.state == lists.BLOCKED:
        return "hotlisted"
    if entry.state == lists.UNREADABLE and rates["damaged"] != "admit":
        return "list_damaged"
    if entry.state == lists.VALID:
        return "expired_card" if case.time and entry.expires and now >= entry.expires else None
    at_home = credential.region in rates["home"]
    case.same_city = not at_home and credential.region in rates["same_city"]
    if case.explain:
        case.explain("region", credential.region, at_home, case.same_city)
    if case.same_city or credential.proved == PROVED_SIGNATURE:
        return None
    if at_home:
        return None if rates["unlisted"] == "admit" else "not_listed"
    if rates.get("visitors") != "admit":
        return "wrong_region"
    case.visitor = True
    return None


def _entry_rules(case):
    if "entry" not in case.tariff:
        return None
    # Only venues have entry rules: a plain fare gate never loads them.
    from terminal import admission

    return admission.refusal(case)


def _is_unused(case):
    """Admitted here a moment ago, and the sensors saw nobody walk: that admission, and what it cost, still stands."""
    last = case.visits.get("last")
    if not last or last.get("passed") is not False or (last.get("direction") == "exit") != case.leaving:
        return False
    unused = last.get("station") == case.here.get("station") and (
        0 <= case.now - last["time"] <= case.tariff.get("unused_s", 0)
    )
    if unused and case.explain:
        case.explain("unused", case.now - last["time"])
    return unused


def _paid(case):
    """The Decision for a priced case: the purse must hold the fare and what has to stay on it."""
    due = case.fare + case.surcharge
    rates, balance = case.tariff, case.credential.balance
    if case.explain:
        case.explain("due", case.fare, case.surcharge, balance)
    if case.later:
        if balance is not None and balance + rates.get("overdraft", 0) < rates.get("minimum", 0) + due:
            return case.refused("low_balance")
        if not due:
            return case.admitted("trip", balance is not None and balance < rates["low_balance"])
    if due == 0:
        return case.admitted("contract" if case.contract else "free")
    if balance is None:
        return case.admitted("account")
    if balance + rates.get("overdraft", 0) < due:
        return case.refused("low_balance")
    return case.admitted("purse", balance - due < rates["low_balance"])
