"""What a case costs under a tariff with more than a flat fare. Pure.

Order of a price: ride, persons, time band, pass, concession, transfer, tier, cap, rules; surcharges come on top,
undiscounted.
"""


def in_force(rates, now):
    """The tariff that holds at `now`."""
    later = rates.get("later")
    if later:
        for begin, following in later:
            if now >= begin:
                rates = following
    return rates


def price(case):
    """Sets fare, concession, contract ... of `case`. Returns a refusal key, or None."""
    rates = case.tariff
    refusal = _ride(case)
    if refusal:
        return refusal
    if case.later:
        return _covered_later(case)
    if "bands" in rates:
        # Each part of this comes only with a tariff that has it.
        from terminal.decision import discounts

        discounts.apply_band(case)
    each = case.fare
    case.fare *= case.persons
    case.surcharge *= case.persons
    if "products" in rates and not case.visitor:
        # Passes are many fields of code that a fare gate without them never needs.
        from terminal.decision import passes

        refusal = passes.use(case)
        if refusal:
            return refusal
    if case.contract is None and not case.visitor:
        _concession(case, each)
    if "transfers" in rates or "caps" in rates or "tiers" in rates:
        from terminal.decision import discounts

        discounts.apply(case)
    if "rules" in rates:
        # Rules bring their evaluator with them.
        from terminal.decision import conditions

        return conditions.apply(case)
    return None


def _ride(case):
    """The price of the ride itself, before anybody's discount."""
    rates = case.tariff
    if "network" in rates:
        # Only tap-in, tap-out needs stations and journeys.
        from terminal.decision import fares

        return fares.journey(case)
    if "session" in rates:
        from terminal.decision import sessions  # the same for time that is paid for

        return sessions.price(case)
    case.fare = rates["fare"]
    if "lines" in rates:
        case.fare = rates["lines"].get(case.here.get("line"), rates["fare"])
    if case.leaving:
        case.fare = 0  # one pays on the way in
    if case.explain:
        case.explain("ride", case.here.get("line"), case.fare)
    return None


def _covered_later(case):
    """At the entry of a journey that is paid at its end: a pass may do without the minimum balance."""
    rates = case.tariff
    if "products" not in rates or case.visitor:
        return None
    from terminal.decision import passes

    passes.foresee(case)
    return None


def _concession(case, each):
    """The holder's own; who comes along pays the full fare `each`."""
    rates = case.tariff
    given = rates["concessions"].get(case.holder_class)
    if isinstance(given, dict) or "ages" in rates or "companions" in rates:
        # Conditions on concessions (windows, counters, ages, companions) are seldom: a table of percents needs none.
        from terminal.decision import concessions

        concessions.apply(case, each)
    elif given is not None:
        case.concession = case.holder_class
        case.fare += each * given // 100 - each  # halves round down, in the rider's favour
    if case.explain and case.concession:
        case.explain("concession", case.concession, case.fare)
