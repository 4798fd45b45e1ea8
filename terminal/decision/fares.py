"""Tap-in, tap-out: what lies between two stations, and what is due when a journey does not add up.

`tariff["network"]`: "stations" {station: [zone or row, metres, line, place on the line]}, "kind" and its figures:

    zones      "fares" [fen by zones crossed], the last for all beyond
    matrix     "fares" rows of a triangle: row a, column b <= a, by the stations' row
    distance   "metres" triangle likewise or, without it, the difference of the stations' metres;
               "steps" [[up to metres, fen], ...], "beyond" [metres, fen] for every begun stretch after the last

`tariff["journey"]` says what is due beside the fare: each of "overtime", "missing_exit", "missing_entry",
"same_station", "wrong_direction" is {"admit": bool, "add"|"fare": fen, "most" or "least"}.
"""

_REFUSE = {"admit": False}


def journey(case):
    """Sets trip, fare and surcharge at either end of a journey; a refusal key, or None."""
    rules = case.tariff.get("journey", {})
    network = case.tariff["network"]
    here = network["stations"].get(case.here.get("station"))
    if here is None:
        return "no_fare"
    started = case.visits.get("open")
    case.knows = case.visits.get("known", "card")
    if case.leaving:
        return _leave(case, rules, network, started)
    case.trip, case.later = "open", True
    if started and case.order and not _unused(case, started):
        return unmatched(case, "missing_exit", rules, network["most"])
    return None


def _unused(case, started):
    """An entry just made here that nobody walked through: the same person stands there again."""
    last = case.visits.get("last")
    return bool(last) and last.get("passed") is False and started["station"] == case.here["station"]


def _leave(case, rules, network, started):
    case.trip = "close"
    if not started:
        if not case.order:
            case.fare = network["least"]  # order is not checked today: the short ride, not the long one
            return None
        return unmatched(case, "missing_entry", rules, network["most"])
    begun, station = started["station"], case.here["station"]
    if begun not in network["stations"]:
        return unmatched(case, "missing_entry", rules, network["most"])
    took = case.now - started["time"]
    if begun == station:
        refusal = _same_station(case, rules, network, took)
    else:
        case.fare = between(network, begun, station)
        if case.explain:
            case.explain("journey", begun, station, took, case.fare)
        refusal = _direction(case, rules, network, begun)
    if refusal is None and case.time and took > rules.get("most_s", took):
        refusal = _due(case, "overtime", rules.get("overtime", _REFUSE), network["most"])
    return refusal


def _same_station(case, rules, network, took):
    """Turned back on the platform: free for a while, then what the rule says, or the shortest ride."""
    rule = rules.get("same_station", {"admit": True, "fare": "least"})
    case.fare = 0
    if case.explain:
        case.explain("journey", case.here["station"], case.here["station"], took, 0)
    if case.time and took <= rule.get("free_s", -1):
        return None
    return _due(case, "same_station", rule, network["most"])


def _direction(case, rules, network, begun):
    """A journey on a line that only runs one way at a time, such as a bus that is boarded and left."""
    travel = case.here.get("travel")
    if "wrong_direction" not in rules or travel not in ("up", "down"):
        return None
    a, b = network["stations"][begun], network["stations"][case.here["station"]]
    if a[2] != b[2] or (b[3] > a[3]) == (travel == "up"):
        return None
    return _due(case, "wrong_direction", rules["wrong_direction"], network["most"])


def unmatched(case, reason, rules, most):
    """An entry without its exit, or an exit without its entry: as `rules` say, or refused."""
    return _due(case, reason, rules.get(reason, _REFUSE), most)


def _due(case, reason, rule, most):
    """Applies {"admit", "fare"|"add"} for `reason`."""
    if case.explain:
        case.explain("irregular", reason, rule.get("admit", True))
    if not rule.get("admit", True):
        return reason
    least = case.tariff.get("network", {}).get("least", 0)
    named = {"most": most, "least": least}
    if "fare" in rule:
        case.fare = named.get(rule["fare"], rule["fare"])
    if "add" in rule:
        case.surcharge += named.get(rule["add"], rule["add"])
        case.charge = reason
    elif rule.get("fare"):
        case.charge = reason
    return None


def between(network, a, b):
    """Fen from station `a` to station `b`."""
    first, second = network["stations"][a], network["stations"][b]
    kind = network["kind"]
    if kind == "matrix":
        return _cell(network["fares"], first[0], second[0])
    if kind == "zones":
        fares = network["fares"]
        return fares[min(abs(first[0] - second[0]), len(fares) - 1)]
    if "metres" in network:
        return by_distance(network, _cell(network["metres"], first[0], second[0]))
    return by_distance(network, abs(first[1] - second[1]))


def by_distance(network, metres):
    """Fen for so many metres."""
    fare = reached = 0
    for reached, fare in network["steps"]:
        if metres <= reached:
            return fare
    if "beyond" not in network:
        return fare
    stretch, each = network["beyond"]
    return fare + -(-(metres - reached) // stretch) * each


def _cell(triangle, a, b):
    return triangle[a][b] if a >= b else triangle[b][a]
