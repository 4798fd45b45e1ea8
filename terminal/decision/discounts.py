"""What a fare loses to time bands, changes between rides, caps and tiers. Pure."""

from micropython import const

from terminal.decision import opening

PERIODS = ("day", "week", "month")
_SKEW = const(300)  # two terminals' clocks may differ by this many seconds


def changed(fare, rule):
    """`fare` under a rule's "fare", "percent", "off" and "add", in this order; never below zero."""
    fare = rule.get("fare", fare)
    fare = fare * rule.get("percent", 100) // 100
    return max(0, fare - rule.get("off", 0) + rule.get("add", 0))


def apply_band(case):
    """The first time band that holds changes the fare; it looks at the journey's start, or at its end."""
    if not case.time:
        return
    started = case.visits.get("open")
    for band in case.tariff["bands"]:
        at = started["time"] if started and case.leaving and band.get("at") != "exit" else case.now
        if not _is_here(band, case) or not opening.is_within((band,), case.tariff.get("calendar"), at):
            continue
        case.fare = changed(case.fare, band)
        if case.explain:
            case.explain("band", band.get("name"), case.fare)
        return


def _is_here(rule, case):
    return ("lines" not in rule or case.here.get("line") in rule["lines"]) and (
        "operators" not in rule or case.here.get("operator") in rule["operators"]
    )


def apply(case):
    """Transfer, then tier, then cap."""
    rates = case.tariff
    if case.fare and "transfers" in rates and not case.visitor:
        _transfer(case)
    if case.fare and "tiers" in rates:
        _tier(case)
    if case.fare and "caps" in rates:
        _cap(case)


def _transfer(case):
    ride = case.visits.get("ride")
    if not ride:
        return
    started = case.visits.get("open")
    boarded = started["time"] if started and case.leaving else case.now
    waited = boarded - ride["time"]
    if waited < -_SKEW:
        return  # a ride from the future: somebody's clock is wrong, and nobody's discount rests on it
    for rule in case.tariff["transfers"]:
        if waited >= rule["within_s"] or ride.get("legs", 1) > rule.get("most", 1):
            continue
        if _matches(rule.get("from"), ride) and _matches(rule.get("to"), case.here):
            if rule.get("same_line") or ride.get("line") is None or ride["line"] != case.here.get("line"):
                full = case.fare
                case.fare = min(full, changed(full, rule))
                case.transfer = full - case.fare
                if case.explain:
                    case.explain("transfer", rule.get("name"), waited, case.fare)
                return


def _matches(names, place):
    return names is None or place.get("operator") in names or place.get("line") in names


def spent(visits, period, now):
    """Fen of travel this holder has paid in the `period` of `now`."""
    known = visits.get("spent", {}).get(period)
    return known[1] if known and known[0] == opening.period_of(period, now) else 0


def _tier(case):
    """The share of the fare that is paid once so much was spent this month; the whole ride at the tier it begins in."""
    paid = spent(case.visits, "month", case.now)
    percent = 100
    for floor, share in case.tariff["tiers"]:
        if paid >= floor:
            percent = share
    case.fare = case.fare * percent // 100
    if case.explain and percent != 100:
        case.explain("tier", paid, percent, case.fare)


def _cap(case):
    caps = case.tariff["caps"]
    for period in PERIODS:
        if period in caps:
            left = max(0, caps[period] - spent(case.visits, period, case.now))
            if case.fare > left:
                case.fare = left
                if case.explain:
                    case.explain("cap", period, caps[period], case.fare)
