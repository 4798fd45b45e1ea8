"""Passes, packs, tickets and slots: which of a holder's contracts pays, best first. Pure.

`tariff["products"]` {name: fields}, tried in `tariff["order"]`:

    days         valid so many days from first use; without it, as the contract's own "until" says
    trips        a pack of so many; "per_day" and "gap_s" bound any product
    windows      when it holds (opening.py); "sites", "lines": where it holds
    slot         [begin, end] in minutes of the day, where the contract itself has no slot (UTC seconds)
    last_day     it holds on the last day of the contract alone: so a list tells of what was booked for a day
    early_s, late_s   tolerance around the slot
    percent      of the fare that is still paid, 0 unless given
    group        how many persons may pass on one tap
    quota        how many of this product the site admits a day, counted by the site
    photo        staff is asked to look at the holder

A holder's contract: {"product", "from", "until", "left", "slot", "first", "day": [day, n], "last"}, each but the
first may be left out. The list can name a product too: `tariff["listed_products"]` {number: name}.
`tariff["ticket"]` "required" refuses who has none; otherwise the fare is paid.
"""

from micropython import const

from terminal.civil_time import DAY, start_of_day
from terminal.decision import opening

_SKEW = const(300)

# When several contracts fail, the holder hears of the one that came closest.
_CLOSENESS = const((
    "no_ticket", "pass_not_here", "pass_expired", "pass_used_up", "pass_not_yet_valid", "quota_used", "too_soon",
    "group_too_large", "outside_hours", "slot_missed", "slot_early",
))  # fmt: skip


def use(case):
    """Lets the best contract pay; a refusal key when a ticket is required and none holds."""
    chosen, reason = _best(case)
    if chosen is not None:
        _take(case, chosen)
    elif case.tariff.get("ticket") == "required" and not case.leaving:
        return reason
    return None


def foresee(case):
    """At the entry of a journey that is paid at its end: with a contract that pays it all, no balance is asked for."""
    chosen, _ = _best(case)
    if chosen is not None and not case.tariff["products"][chosen["product"]].get("percent", 0):
        case.later = False
        case.contract = chosen["product"]
        case.days_left = days_left(case.tariff["products"][chosen["product"]], chosen, case.now)


def contracts(case):
    """All contracts of the holder: those known from visits, then the one the list names."""
    found = list(case.visits.get("contracts", ()))
    name = case.tariff.get("listed_products", {}).get(str(case.entry.product))
    if name:
        listed = {"product": name, "until": case.entry.expires}
        for index, contract in enumerate(found):
            if contract["product"] == name:  # what was used of it is known here, how long it runs the list knows
                listed.update({key: contract[key] for key in contract if key != "until"})
                del found[index]
                break
        found.append(listed)
    return found


def _best(case):
    """(contract, None) of the first product in order that holds, or (None, reason)."""
    reason = "no_ticket"
    held = contracts(case)
    for name in case.tariff["order"]:
        for contract in held:
            if contract["product"] != name:
                continue
            refused = _refused(case, case.tariff["products"][name], contract)
            if case.explain:
                case.explain("contract", name, refused or "ok")
            if refused is None:
                return contract, None
            if _CLOSENESS.index(refused) > _CLOSENESS.index(reason):
                reason = refused
    return None, reason


def _refused(case, product, contract):
    """Why `contract` does not hold here and now, or None."""
    now = case.now
    if "sites" in product and case.here.get("site") not in product["sites"]:
        return "pass_not_here"
    if "lines" in product and case.here.get("line") not in product["lines"]:
        return "pass_not_here"
    if case.time:
        if now < contract.get("from", 0):
            return "pass_not_yet_valid"
        end = until(product, contract)
        if end and now >= end:
            return "pass_expired"
        if end and product.get("last_day") and opening.day_of(now) < opening.day_of(end - 1):
            return "pass_not_yet_valid"
        refused = _slot(product, contract, now)
        if refused:
            return refused
        if "windows" in product and not opening.is_within(product["windows"], case.tariff.get("calendar"), now):
            return "outside_hours"
    return _counted(case, product, contract)


def _slot(product, contract, now):
    slot = contract.get("slot")
    if not slot:
        if "slot" not in product:
            return None
        midnight = start_of_day(opening.day_of(now))
        slot = [midnight + 60 * minutes for minutes in product["slot"]]
    if now < slot[0] - product.get("early_s", 0):
        return "slot_early"
    return "slot_missed" if now >= slot[1] + product.get("late_s", 0) else None


def _counted(case, product, contract):
    persons = case.persons
    if persons > product.get("group", 1):
        return "group_too_large"
    if case.leaving and "network" not in case.tariff:
        return None  # the way out uses nothing up
    if "trips" in product and contract.get("left", product["trips"]) < persons:
        return "pass_used_up"
    if "per_day" in product and _today(contract, case.now) + persons > product["per_day"]:
        return "quota_used"
    if "quota" in product and case.here.get("admitted", {}).get(contract["product"], 0) + persons > product["quota"]:
        return "quota_used"
    last = contract.get("last")
    if "gap_s" in product and last is not None and -_SKEW <= case.now - last < product["gap_s"]:
        return "too_soon"
    return None


def _today(contract, now):
    known = contract.get("day")
    return known[1] if known and known[0] == opening.day_of(now) else 0


def until(product, contract):
    """The first second at which the contract is over; 0 for never. First use activates what is valid for days."""
    end = contract.get("until", 0)
    first = contract.get("first")
    if "days" in product and first is not None:
        by_use = start_of_day(opening.day_of(first) + product["days"])
        end = min(end, by_use) if end else by_use
    return end


def days_left(product, contract, now):
    """Days on which the contract still holds, today included; None when it has no end."""
    end = until(product, contract)
    if "days" in product and contract.get("first") is None:
        by_use = start_of_day(opening.day_of(now) + product["days"])
        end = min(end, by_use) if end else by_use
    return -(-(end - start_of_day(opening.day_of(now))) // DAY) if end else None


def _take(case, contract):
    name = contract["product"]
    product = case.tariff["products"][name]
    case.contract = name
    case.fare = case.fare * product.get("percent", 0) // 100
    case.days_left = days_left(product, contract, case.now)
    if "trips" in product:
        used = 0 if case.leaving and "network" not in case.tariff else case.persons
        case.uses_left = contract.get("left", product["trips"]) - used
    elif "per_day" in product:
        case.uses_left = product["per_day"] - _today(contract, case.now) - case.persons
    if product.get("photo"):
        case.tell += ("photo_check",)
    if "days" in product and contract.get("first") is None:
        case.tell += ("first_use",)
