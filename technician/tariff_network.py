"""The network of a tariff file as terminals read it: rows instead of names, triangles instead of tables."""

from terminal.decision.fares import between


def compile_network(fields, faults):
    """The compiled network; its "most" and "least" are the dearest and cheapest fare between two stations."""
    names = list(fields["stations"])
    stations = {name: _station(fields, name, row) for row, name in enumerate(names)}
    network = {"kind": fields["kind"], "stations": stations}
    missing = {"zones": ("fares",), "matrix": ("fares",), "distance": ("steps",)}[fields["kind"]]
    for field in missing:
        if field not in fields:
            faults.add(("network",), "of kind %s lacks the field %s" % (fields["kind"], field))
            return None
    if len(names) < 2:
        faults.add(("network", "stations"), "are %d, expected two or more" % len(names))
        return None
    if not _figures(network, fields, names, faults):
        return None
    fares = [between(network, a, b) for at, a in enumerate(names) for b in names[:at]]
    network["most"], network["least"] = max(fares), min(fares)
    codes = {fields["stations"][name]["code"]: name for name in names if "code" in fields["stations"][name]}
    if codes:
        network["codes"] = codes  # how cards write the stations in their trip records
    if fields.get("monotone"):
        _check_monotone(network, faults)
    return network


def _station(fields, name, row):
    station = fields["stations"][name]
    first = station.get("zone", 0) if fields["kind"] == "zones" else row
    return [first, station.get("km", 0), station.get("line"), station.get("place", 0)]


def _figures(network, fields, names, faults):
    kind = fields["kind"]
    if kind == "zones":
        if not isinstance(fields["fares"], list) or not fields["fares"]:
            faults.add(("network", "fares"), "of zones are a list of yuan, by zones crossed")
            return False
        for name in names:
            if "zone" not in fields["stations"][name]:
                faults.add(("network", "stations", name), "lacks the field zone")
        network["fares"] = fields["fares"]
    elif kind == "matrix":
        if isinstance(fields["fares"], list):
            faults.add(("network", "fares"), "of a matrix are a table: a.b = yuan for every pair of stations")
            return False
        network["fares"] = _triangle(fields["fares"], names, ("network", "fares"), faults)
    else:
        network["steps"] = [[step["to"], step["fare"]] for step in fields["steps"]]
        if [step[0] for step in network["steps"]] != sorted({step[0] for step in network["steps"]}):
            faults.add(("network", "steps"), "are not in the order of their kilometres")
        if "beyond" in fields:
            network["beyond"] = [fields["beyond"]["stretch"], fields["beyond"]["each"]]
            if not fields["beyond"]["stretch"]:
                faults.add(("network", "beyond", "km"), "is 0, expected more")
                return False
        if "distances" in fields:
            network["metres"] = _triangle(fields["distances"], names, ("network", "distances"), faults)
    return not faults.found


def _triangle(pairs, names, place, faults):
    """Rows of [row's station, column's station] with every pair given once, in either order."""
    for a, row in pairs.items():
        for b in row:
            if a not in names or b not in names:
                faults.add((*place, a, b), "names a station that is not under [network.stations]")
            elif a in pairs.get(b, {}) and a != b and pairs[b][a] != row[b]:
                faults.add((*place, a, b), "differs from %s.%s" % (b, a))
    rows = []
    for at, a in enumerate(names):
        row = []
        for b in names[: at + 1]:
            value = pairs.get(a, {}).get(b, pairs.get(b, {}).get(a))
            if value is None and a != b:
                faults.add(place, "lack the pair %s, %s" % (a, b))
            row.append(value or 0)
        rows.append(row)
    return rows


def _check_monotone(network, faults):
    """Farther is never cheaper, where the file says so."""
    if network["kind"] == "zones":
        fares = network["fares"]
    elif network["kind"] == "distance":
        fares = [fare for _, fare in network["steps"]]
    else:
        faults.add(("network", "monotone"), "says nothing about a matrix, which has no distances")
        return
    if fares != sorted(fares):
        faults.add(("network", "monotone"), "does not hold: %s" % ", ".join("%.2f" % (fare / 100) for fare in fares))
