"""The whole decision, for tariffs, places, visits and modes that ask for more than a flat fare. Pure.

`terminal.decide` is what everybody calls; it comes here when the plain way does not do. What only some tariffs ask
for (networks, passes, calendars, rules) lies in modules of its own again, imported when a tariff has it.
"""

from terminal import courses
from terminal.courses import CHECKS_ORDER, CHECKS_TIME, FREE, OPEN, SHUT
from terminal.decision import Decision, holder_class_of, pricing, standing
from terminal.media.credential import SCHEMES
from terminal.modes import MODES

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
        self.holder_class = holder_class_of(credential, entry)

    def refused(self, reason):
        """The Decision that refuses for `reason`."""
        return Decision(
            False, reason, 0, None, "free", self.holder_class, False, False, None, None, None, None, 0, None, 0,
            self.persons, self.tell, self.knows,
        )  # fmt: skip

    def admitted(self, product, low_balance=False):
        """The Decision that admits; `product` pays."""
        return Decision(
            True, "ok", self.fare + self.surcharge, self.concession, product, self.holder_class, self.same_city,
            low_balance, self.contract, self.days_left, self.uses_left, self.trip, self.surcharge, self.charge,
            self.transfer, self.persons, self.tell, self.knows,
        )  # fmt: skip


def decide(credential, entry, visits, rates, now, mode, here, explain):
    """The Decision; arguments as in terminal.decide.decide."""
    rates = pricing.in_force(rates, now)
    case = Case(credential, entry, visits or _NOTHING, rates, now, here or _NOTHING, explain)
    row = courses.TABLE[mode]
    case.order = bool(row.checks & CHECKS_ORDER)
    case.time = bool(row.checks & CHECKS_TIME)
    way = courses.course(mode, case.leaving, rates.get("policy"))
    if explain:
        explain("mode", MODES[mode], way)
    if way == OPEN:
        return case.admitted("free")
    if way == SHUT:
        return case.refused(row.refusal)
    refusal = _standing(case) or _entry_rules(case)
    if refusal:
        return case.refused(refusal)
    if way == FREE or _is_unused(case):
        if "network" in rates or "session" in rates:
            case.trip = "close" if case.leaving else "open"
        return case.admitted("free")
    refusal = pricing.price(case)
    if refusal:
        return case.refused(refusal)
    return _paid(case)


def _standing(case):
    """Refusal key or None, from scheme, validity, lists and region; notes same-city treatment and visitors."""
    credential, rates = case.credential, case.tariff
    if "schemes" in rates and SCHEMES[credential.scheme] not in rates["schemes"]:
        return "not_interoperable"
    refusal, case.same_city = standing(credential, case.entry, rates, case.now, case.time)
    if case.explain:
        case.explain("list", case.entry.state, case.holder_class)
        case.explain("region", credential.region, credential.region in rates["home"], case.same_city)
    if case.same_city and rates.get("interop") == "required" and case.here.get("interoperable") is False:
        return "not_interoperable"
    if refusal == "wrong_region" and rates.get("visitors") == "admit":
        case.visitor = True
        return None
    return refusal


def _entry_rules(case):
    if "entry" not in case.tariff:
        return None
    # Only venues have entry rules: a plain fare gate never loads them.
    from terminal.decision import admission

    return admission.refusal(case)


def _is_unused(case):
    """Admitted here a moment ago, and the sensors saw nobody walk: that admission, and what it cost, still stands."""
    last = case.visits.get("last")
    if not last or last.get("passed") is not False or (last.get("direction") == "exit") != case.leaving:
        return False
    unused = last.get("station") == case.here.get("station") and (
        0 <= case.now - last["time"] <= case.tariff.get("unused_s", 0)
    )
    if unused:
        case.tell = ("again",)
        if case.explain:
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
