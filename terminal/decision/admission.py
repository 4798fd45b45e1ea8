"""Entry rules of venues: hours, age of the list, outside checks, guardians, how full it is, how often, passback.

`tariff["entry"]` holds what applies; every rule is left out unless it is there. Nobody is kept in: on the way out
only an unpaid stay can stop, and that is a price (sessions.py).
"""

from micropython import const

from terminal.decision import opening
from terminal.lists import VALID

_SKEW = const(300)  # two terminals' clocks may differ by this many seconds


def refusal(case):
    """The reason key why this case may not come in, or None."""
    rules = case.tariff["entry"]
    if case.leaving:
        return _leaving(case, rules)
    return (
        _hours(case, rules) or _list_age(case, rules) or _outside_check(case, rules) or _guardian(case, rules)
        or _room(case, rules) or _order(case, rules) or _count(case, rules)
    )  # fmt: skip


def _leaving(case, rules):
    if "zone" not in rules or not case.order:
        return None
    case.knows = case.visits.get("known", "terminal")
    if case.visits.get("inside") is False:
        # Somebody stands inside without an entry: let out, and remembered.
        case.tell += ("no_entry",)
    return None


def _hours(case, rules):
    if "hours" not in rules or not case.time:
        return None
    is_open = opening.is_open(rules["hours"], case.tariff.get("calendar"), case.now)
    if case.explain:
        case.explain("hours", is_open)
    return None if is_open else "outside_hours"


def _list_age(case, rules):
    limit = rules.get("list_age_s")
    age = case.here.get("list_age_s")
    if limit is None or age is None or age <= limit or rules.get("old_list") == "serve":
        return None
    if case.explain:
        case.explain("list_age", age, limit)
    # A signature proves itself; "listed" takes the list's word for who is on it, however old.
    if rules.get("old_list") == "listed" and case.entry.state == VALID:
        return None
    return "list_old"


def _outside_check(case, rules):
    """What another system says of this person: True, False, or None when it did not answer in time."""
    policy = rules.get("outside_check")
    if policy is None:
        return None
    answer = case.here.get("eligible")
    if case.explain:
        case.explain("outside_check", answer)
    if answer is None:
        return None if policy == "admit" else "check_unavailable"
    return None if answer else "not_eligible"


def _guardian(case, rules):
    wanted = rules.get("guardian")
    if wanted is None or case.holder_class not in wanted["of"]:
        return None
    before = case.here.get("before")
    if before and before["class"] not in wanted["of"] and 0 <= case.now - before["time"] <= wanted.get("within_s", 60):
        return None
    return "guardian_needed"


def _room(case, rules):
    most = rules.get("most_inside")
    inside = case.here.get("inside")
    if most is None or inside is None:
        return None
    if case.explain:
        case.explain("inside", inside, most)
    return "full" if inside + case.persons > most else None


def _order(case, rules):
    """Anti-passback, by time and by being inside; says what it rested on."""
    if not case.order:
        return None
    last = case.visits.get("last")
    if last and last.get("passed") is False:
        return None  # admitted before, but the sensors saw nobody walk: not a passed-back card
    if "passback_s" in rules or "zone" in rules:
        case.knows = case.visits.get("known", "terminal")
    if "passback_s" in rules and last and last.get("direction") != "exit":
        since = case.now - last["time"]
        if case.time and -_SKEW <= since < rules["passback_s"]:
            return "passback"
    if "zone" in rules and case.visits.get("inside"):
        if rules["zone"] == "refuse":
            return "passback"
        case.tell += ("passback",)
    return None


def _count(case, rules):
    last = case.visits.get("last")
    if last and last.get("passed") is False:
        return None
    entries = case.visits.get("entries")
    today = entries[1] if entries and entries[0] == opening.day_of(case.now) else 0
    if case.explain:
        case.explain("entries", today)
    if "per_day" in rules and today + case.persons > rules["per_day"]:
        return "entries_used"
    if "reentry_s" in rules and today and last and case.time and case.now - last["time"] > rules["reentry_s"]:
        return "entries_used"
    if "gap_s" in rules and last and case.time and -_SKEW <= case.now - last["time"] < rules["gap_s"]:
        return "too_soon"
    return None
