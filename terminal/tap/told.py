"""What a screen says of an admission beside its fare: the stay, the pass, and what staff is to look at."""

from micropython import const

from terminal import records
from terminal.civil_time import clock_text

_DAY = const(86400)

# What staff or holder has to see, the most important first; each has words under "tell." in the catalogue.
_SHOWN = const(("photo_check", "watch", "passback", "no_entry", "first_use", "companion"))


def facts(decision, rates, now, started):
    """View state of a Decision with a contract, a trip or something to tell. `started`: UTC second of the open stay."""
    found = {} if decision.persons == 1 else {"persons": decision.persons}
    if decision.contract:
        found["entitlement"] = entitlement(rates.get("products", {}).get(decision.contract, {}))
        if decision.uses_left is not None:
            found["visits_left"] = decision.uses_left
    if decision.charge:
        found["charge"] = decision.charge
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
    for name in _SHOWN:
        if name in decision.tell:
            found["tell"] = name
            break
    return found


def more(rates, memory, lockers, recorder, seq, decision, token, now):
    """View state of the admission recorded under `seq`; gives the holder a locker where stays come with one."""
    started = None if memory is None else memory.visits(token, None).get("open", {}).get("time")
    found = facts(decision, rates, now, started)
    if lockers is not None:
        found.update(_locker(lockers, recorder, seq, decision, token, now))
    return found


def _locker(lockers, recorder, seq, decision, token, now):
    """The holder's locker, as facts for the screen: given on the way in, once its record is written."""
    if decision.trip == "close":
        lockers.release(token)
        return {}
    number = lockers.of(token) or lockers.free()
    if number is None:
        return {"tell": "no_locker"}
    if lockers.of(token) is None:
        if not recorder.write(records.plain(records.LOCKER, now, token, ref=seq, counter=number)):
            return {"tell": "no_locker"}
        lockers.give(token, number, seq)
    return {"locker": str(number)}


def entitlement(product):
    """The word for a product on screens, by what kind of product it is."""
    if "days" in product:
        return "annual_pass"
    return "reservation" if "early_s" in product or "late_s" in product else "other"
