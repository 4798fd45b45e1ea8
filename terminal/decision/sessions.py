"""Time that is paid for: a bike from unlocking to return, a pool's session with its limit, a locker.

`tariff["session"]`: "prepaid" fen on the way in; then "free_s", "first_s" for "first" fen, every begun "block_s" for
"block" fen, at most "most" fen; from "limit_s" on, "over_block" fen for every begun "over_block_s" as a surcharge.
"""

from terminal.decision.fares import unmatched


def price(case):
    """Sets the price of coming in or going out; a refusal key, or None."""
    rules = case.tariff["session"]
    started = case.visits.get("open")
    docked = case.here.get("docked")  # None where nothing is docked
    if docked is False:
        return "bike_missing" if case.leaving else "dock_empty"
    if not case.leaving:
        if started and case.order:
            refusal = unmatched(case, "missing_exit", rules, rules.get("most", 0))
            if refusal:
                return refusal
        case.trip = "open"
        case.fare = rules.get("prepaid", 0)
        case.later = "prepaid" not in rules
        if rules.get("locker"):
            case.tell += ("locker",)
        return None
    case.trip = "close"
    if not started:
        return unmatched(case, "missing_entry", rules, rules.get("most", 0)) if case.order else None
    stayed = max(0, case.now - started["time"]) if case.time else 0
    case.fare = cost(rules, stayed)
    limit = rules.get("limit_s")
    if limit is not None and stayed > limit:
        case.surcharge += -(-(stayed - limit) // rules["over_block_s"]) * rules["over_block"]
        case.charge = "overtime"
    if case.explain:
        case.explain("session", stayed, case.fare, case.surcharge)
    return None


def cost(rules, stayed):
    """Fen for `stayed` seconds, without what was paid before or is due over the limit."""
    if "block" not in rules and "first" not in rules:
        return 0
    if stayed <= rules.get("free_s", 0):
        return 0
    fare = rules.get("first", 0)
    beyond = stayed - rules.get("first_s", rules.get("free_s", 0))
    if beyond > 0 and "block" in rules:
        fare += -(-beyond // rules["block_s"]) * rules["block"]
    return min(fare, rules.get("most", fare))
