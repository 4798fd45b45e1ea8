"""What is known of a holder's visits: from the card's own trip record, or from this terminal's memory. Pure.

Visits are a dict; whatever is not known is left out:

    known        who says so: "card", "terminal" (this one alone) or "site" (its neighbours told it)
    open         the journey or stay that has begun: {"station", "line", "operator", "time"}
    last         the last admission: {"station", "time", "direction", "passed"}, passed None until the sensors spoke
    inside       True after an entry, False after an exit
    persons      how many came in on that entry, when more than one
    ride         the last ride for transfers: {"operator", "line", "time", "fare", "legs"}
    spent        {"day"|"week"|"month": [number of the period, fen of travel]}
    entries      [day, how many]
    concessions  {class: [day, how many]}
    contracts    what passes.py describes, as used up so far
"""

from terminal.decision import opening


def after(visits, decision, rates, now, here=None):
    """The visits once `decision` was carried out at `now`; the given ones stay as they are."""
    if not decision.admit:
        return visits or {}
    here = here or {}
    known = dict(visits or {})
    if "again" in decision.tell and "last" in known:
        known["last"] = dict(known["last"], time=now, passed=None)
        return known  # the same admission, used at last: nothing is counted twice
    leaving = here.get("direction") == "exit"
    place = {"station": here.get("station"), "line": here.get("line"), "operator": here.get("operator"), "time": now}
    known["last"] = {"station": here.get("station"), "time": now, "direction": "exit" if leaving else "entry"}
    known["last"]["passed"] = None
    known["inside"] = not leaving
    known.pop("persons", None)
    if decision.persons > 1 and not leaving:
        known["persons"] = decision.persons
    if decision.trip == "open":
        known["open"] = place
    elif decision.trip == "close":
        known.pop("open", None)
    if not leaving:
        known["entries"] = _counted(known.get("entries"), now, decision.persons)
    if decision.trip != "open":
        legs = known["ride"].get("legs", 1) + 1 if decision.transfer else 1
        known["ride"] = place
        known["ride"].update({"fare": decision.fare - decision.surcharge, "legs": legs})
    _spend(known, decision, now)
    if decision.concession:
        uses = dict(known.get("concessions", {}))
        uses[decision.concession] = _counted(uses.get(decision.concession), now, 1)
        known["concessions"] = uses
    if decision.contract and _counts(decision, rates, leaving):
        known["contracts"] = _used(known.get("contracts", ()), decision, rates, now)
    return known


def _counts(decision, rates, leaving):
    """A journey uses its contract at its end, everything else on the way in."""
    return decision.trip != "open" if "network" in rates else not leaving


def passed(visits, walked):
    """The visits once the sensors saw so many walk through, 0 for nobody at all."""
    known = dict(visits)
    known["last"] = dict(known["last"])
    known["last"]["passed"] = bool(walked)
    if 0 < walked < known.get("persons", 1) and known.get("inside"):
        known["persons"] = int(walked)
    return known


def of_trip(trip, codes=None):
    """The visits that a purse's RailTrip or BusTrip tells of (media.purse_trips); {} when it tells nothing.

    `codes`: {station as the card writes it: station of the tariff}; a code that is not in it stands for itself.
    """
    # Gates without journeys keep visits too, and never read a trip record.
    from terminal.media.purse_trips import ENTERED, EXITED

    if trip is None or trip.status not in (ENTERED, EXITED):
        return {"known": "card"}
    rail = hasattr(trip, "entry_station")
    entry = trip.entry_station if rail else trip.entry_stop
    begun = {"station": (codes or {}).get(str(entry), entry), "line": trip.entry_line, "operator": trip.entry_operator}
    begun["time"] = trip.entry_time
    if trip.status == ENTERED:
        return {"known": "card", "open": begun, "inside": True}
    ride = {"operator": trip.exit_operator, "line": trip.exit_line, "time": trip.exit_time, "fare": trip.amount}
    return {"known": "card", "ride": ride, "inside": False}


def together(own, told):
    """What the terminal remembers, corrected by what the card tells: the card was at other terminals too."""
    known = dict(own)
    known.pop("open", None)
    known.update(told)
    return known


class VisitTable:
    """This terminal's own memory: visits of the last `most` holders, by token. The longest unseen one gives way."""

    def __init__(self, most):
        self._most = most
        self._tokens = []
        self._visits = []

    def look(self, token):
        """The visits of `token`, {} for somebody who has not been here."""
        at = self._find(token)
        return {} if at is None else self._visits[at]

    def empty(self):
        """Nobody is inside any more."""
        for visits in self._visits:
            visits["inside"] = False

    def note(self, token, visits):
        """Keeps `visits` as the newest."""
        if self._most == 0:
            return
        at = self._find(token)
        if at is None and len(self._tokens) >= self._most:
            at = 0
        if at is not None:
            del self._tokens[at]
            del self._visits[at]
        self._tokens.append(bytes(token))
        visits["known"] = visits.get("known", "terminal")
        self._visits.append(visits)

    def inside(self):
        """How many are inside, groups by their heads; an admission nobody walked on is nobody."""
        return sum([known.get("persons", 1) for known in self._visits if known.get("inside") and not _is_void(known)])

    def _find(self, token):
        try:
            return self._tokens.index(token)
        except ValueError:
            return None


def _is_void(visits):
    last = visits.get("last", {})
    return last.get("passed") is False and last.get("direction") == "entry"


def _counted(known, now, more):
    day = opening.day_of(now)
    return [day, (known[1] if known and known[0] == day else 0) + more]


def _spend(known, decision, now):
    travel = decision.fare - decision.surcharge
    spent = dict(known.get("spent", {}))
    for period in ("day", "week", "month"):
        number = opening.period_of(period, now)
        before = spent.get(period)
        spent[period] = [number, (before[1] if before and before[0] == number else 0) + travel]
    known["spent"] = spent


def _used(contracts, decision, rates, now):
    """The contracts with the one that paid used once more."""
    used = []
    found = None
    for contract in contracts:
        if found is None and contract["product"] == decision.contract:
            found = dict(contract)
            contract = found
        used.append(contract)
    if found is None:  # the list named it: from now on its use is known here
        found = {"product": decision.contract}
        used.append(found)
    if found.get("first") is None:
        found["first"] = now
    found["last"] = now
    found["day"] = _counted(found.get("day"), now, decision.persons)
    if "trips" in rates["products"][decision.contract]:
        found["left"] = decision.uses_left
    return used
