"""What a screen says of an admission beside its fare: the stay, the pass, and what staff is to look at."""

from micropython import const

from terminal.civil_time import clock_text

_DAY = const(86400)

# What staff or holder has to see, the most important first; each has words under "tell." in the catalogue.
_SHOWN = ("photo_check", "watch", "passback", "no_entry", "first_use", "companion")


def facts(decision, rates, now, started):
    """View state of a Decision with a contract, a trip or something to tell. `started`: UTC second of the open stay."""
    found = {}
    if decision.contract:
        found["entitlement"] = entitlement(rates.get("products", {}).get(decision.contract, {}))
        if decision.uses_left is not None:
            found["visits_left"] = decision.uses_left
    session = rates.get("session")
    if session and decision.trip:
        found["leg"] = "take" if decision.trip == "open" else "return"
        if decision.trip == "open":
            found["entitlement"] = "session"
            if session.get("limit_s", _DAY) < _DAY:
                found["until"] = clock_text(now + session["limit_s"])
        elif started is not None:
            stayed = max(0, now - started) // 60
            found["stayed"] = "%d:%02d" % (stayed // 60, stayed % 60)
            if decision.charge:
                found["charge"] = decision.charge
    for name in _SHOWN:
        if name in decision.tell:
            found["tell"] = name
            break
    return found


def entitlement(product):
    """The word for a product on screens, by what kind of product it is."""
    if "days" in product:
        return "annual_pass"
    return "reservation" if "early_s" in product or "late_s" in product else "other"
