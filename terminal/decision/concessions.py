"""Concessions with conditions: who gets one, when, how often, and what it takes off. Nobody has to apply for one.

A concession is {"percent"|"fare"|"off", "windows": [...], "lines": [...], "per_day": n, "watch": n}. The class comes
from list or card, from the age ("ages": [[class, from year, below year], ...]) or from the person a companion comes
with. The best one that holds is given.
"""

from terminal.civil_time import civil_from_days
from terminal.decision import opening
from terminal.decision.discounts import changed


def apply(case, full):
    """Sets concession and fare of `case`; `full` is the fare of one person without any."""
    for name in classes(case):
        given = case.tariff["concessions"].get(name)
        if given is not None:
            _offer(case, full, name, {"percent": given} if isinstance(given, int) else given)
    for rule in case.tariff.get("companions", ()):
        if _accompanies(case, rule):
            _offer(case, full, "companion", rule)
            if case.concession == "companion":
                case.tell += ("companion",)


def classes(case):
    """The holder's classes: of card or list first, then those of the age."""
    names = [case.holder_class]
    birth = case.here.get("birth")
    if birth is not None:
        years = age(birth, opening.day_of(case.now))
        names += [
            name for name, since, below in case.tariff.get("ages", ()) if since <= years and years < (below or 999)
        ]
    return names


def age(birth, day):
    """Full years on `day` of somebody born on day `birth` (days since 1970-01-01); 29 February counts as 1 March."""
    year, month, date = civil_from_days(birth)
    now = civil_from_days(day)
    return now[0] - year - ((now[1], now[2]) < (month, date))


def uses(visits, name, now):
    """How often the concession `name` was used on the day of `now`."""
    known = visits.get("concessions", {}).get(name)
    return known[1] if known and known[0] == opening.day_of(now) else 0


def _offer(case, full, name, rule):
    """Takes the concession when it holds here and now and is the best so far."""
    if "lines" in rule and case.here.get("line") not in rule["lines"]:
        return
    if "windows" in rule and case.time:
        if not opening.is_within(rule["windows"], case.tariff.get("calendar"), case.now):
            if case.explain:
                case.explain("concession_window", name)
            return
    used = uses(case.visits, name, case.now)
    if "per_day" in rule and used >= rule["per_day"]:
        if case.explain:
            case.explain("concession_used", name, used)
        return
    fare = min(full, changed(full, rule)) + full * (case.persons - 1)  # it is the holder's, and nobody else's
    if case.concession is None or fare < case.fare:
        case.concession, case.fare = name, fare
        # Nobody is turned away for it: many uses a day are what staff looks at, card and face.
        case.tell = ("watch",) if "watch" in rule and used >= rule["watch"] else ()


def _accompanies(case, rule):
    before = case.here.get("before")
    return (
        bool(before)
        and before["class"] in rule["of"]
        and 0 <= case.now - before["time"] <= rule.get("within_s", 30)
        and before.get("companions", 0) < rule.get("most", 1)
    )
