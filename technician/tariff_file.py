"""A tariff from the TOML of people to the JSON of terminals: read, checked against the schema, compiled.

What is wrong is told with file, line and field. Terminals never check again: nothing that has a fault is compiled.
"""

import copy
import json
import re
import time
from decimal import Decimal

try:
    import tomllib
except ModuleNotFoundError:  # CPython 3.10
    import tomli as tomllib

from technician.errors import TariffFaulty
from technician.tariff_fields import Faults, table
from technician.tariff_network import compile_network
from technician.tariff_schema import REQUIRED, TARIFF
from technician.text_file import read_text
from terminal.decision import rehearsal
from terminal.media.credential import CLASSES

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")
_POSITION = re.compile(r"at line ([0-9]+)")
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def load(path):
    """The tariff in the file at `path`, compiled. TariffFaulty names every fault with file, line and field.

    "include" names files beside it whose tables (groups of cities, calendars) several tariffs share.
    """
    raw, sources = _read(path)
    faults = Faults()
    compiled = _compile(raw, faults)
    if faults.found:
        told = ["%s:%d: %s %s" % (*_found(sources, place), _name(place), text) for place, text in faults.found]
        raise TariffFaulty(told)
    failure = rehearsal.failure(compiled, int(time.time()))
    if failure:
        raise TariffFaulty(["%s:1: a sample tap fails: %s" % (path, failure)])
    return compiled


def _read(path, above=()):
    """(what TOML says, [(path, its line numbers), ...]) of a file and those it includes; its own fields go before theirs."""
    text = read_text(path)
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        place = _POSITION.search(str(fault))
        raise TariffFaulty(["%s:%s: %s" % (path, place[1] if place else 1, fault)]) from None
    lines = line_numbers(text)
    sources = [(path, lines)]
    whole = {}
    for name in raw.pop("include", ()):
        shared = path.parent / str(name)
        if shared in (path, *above):
            raise TariffFaulty(["%s:%d: include names %s, which includes it" % (path, lines[("include",)], shared)])
        if not shared.is_file():
            raise TariffFaulty(
                ["%s:%d: include names %s, which is no file" % (path, lines.get(("include",), 1), shared)]
            )
        included, further = _read(shared, (path, *above))
        whole = _merged(whole, included)
        sources += further
    return _merged(whole, raw), sources


def _found(sources, place):
    """(path, line) of the file that says most of `place`, the first one of several."""
    depths = [max((at for at in range(len(place) + 1) if place[:at] in lines), default=0) for _, lines in sources]
    path, lines = sources[depths.index(max(depths))]
    return path, lines.get(place[: max(depths)], 1)


def pack(compiled):
    """The bytes of a tariff package's payload: canonical JSON."""
    return json.dumps(compiled, sort_keys=True, separators=(",", ":")).encode()


def line_numbers(text):
    """{place: line number} of every key at the start of a line; a place is a tuple of keys and indexes."""
    lines, base, counts = {}, (), {}
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.fullmatch(line)
        if header:
            base = _resolved(tuple(_parts(header[2])), counts)
            if header[1] == "[[":
                index = counts.get(base, -1) + 1
                counts[base] = index
                lines.setdefault(base, number)
                base = (*base, index)
            lines.setdefault(base, number)
            continue
        key = _KEY.match(line)
        if key:
            lines.setdefault((*base, *_parts(key[1])), number)
    return lines


def _resolved(path, counts):
    """`path` with the index of the newest element after every array of tables on the way."""
    place = ()
    for at, key in enumerate(path):
        place = (*place, key)
        if place in counts and at < len(path) - 1:
            place = (*place, counts[place])
    return place


def _parts(dotted):
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _name(place):
    return ".".join("%d" % (key + 1) if isinstance(key, int) else key for key in place) or "the file"


def _compile(raw, faults):
    later = raw.get("later", [])
    fields = table(TARIFF, REQUIRED)(raw, (), faults)
    if faults.found:
        return None
    compiled = _assemble(fields, raw, faults)
    if later and not faults.found:
        compiled["later"] = []
        changed = {name: value for name, value in raw.items() if name != "later"}
        for index, (step, entry) in enumerate(zip(fields["later"], later)):
            changed = _merged(changed, entry["change"])
            following = Faults()
            whole = _compile(changed, following)
            for place, text in following.found:
                faults.add(("later", index, "change", *place), text)
            compiled["later"].append([step["from"], whole])
        starts = [begin for begin, _ in compiled["later"]]
        if starts != sorted(set(starts)):
            faults.add(("later",), "are not in the order of their dates")
    return compiled


def _merged(base, change):
    merged = copy.deepcopy(base)
    for name, value in change.items():
        both = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _merged(merged[name], value) if both else value
    return merged


_COPIED = (
    "name", "schemes", "visitors", "interop", "lines", "minimum", "overdraft", "unused_s", "companions", "journey", "session",
    "bands", "transfers", "caps", "products", "ticket", "listed_products", "rules",
)  # fmt: skip


# Fields of a session that say nothing alone.
_TOGETHER = (
    ("block", "block_time"), ("block_time", "block"), ("first", "first_time"), ("limit", "over_block"),
    ("limit", "over_block_time"), ("over_block", "limit"),
)  # fmt: skip


def _assemble(fields, raw, faults):
    """The terminal's form of checked fields."""
    compiled = {name: fields[name] for name in _COPIED if name in fields}
    compiled["policy"] = dict(fields.get("policy", {}), venue=fields["venue"])
    compiled.update({"home": fields["home"], "same_city": _same_city(fields, faults)})
    compiled["unlisted"] = fields.get("unlisted", "refuse")
    compiled["damaged"] = fields.get("damaged", "refuse")
    compiled["low_balance"] = fields.get("low_balance", 0)
    compiled["fare"] = fields.get("fare", 0)
    compiled["concessions"] = fields.get("concessions", {})
    for name in compiled["concessions"]:
        if name not in CLASSES:
            faults.add(("concessions", name), "is no class; there are: %s" % ", ".join(CLASSES))
    if not {"fare", "network", "session", "lines"} & set(raw):
        faults.add((), "says no price: give fare, lines, network or session")
    if "ages" in fields:
        compiled["ages"] = [[age["class"], age["from"], age.get("below")] for age in fields["ages"]]
    if "tiers" in fields:
        compiled["tiers"] = [[tier["from"], tier["percent"]] for tier in fields["tiers"]]
    if "calendar" in fields:
        compiled["calendar"] = [[day["from"], day.get("to", day["from"]), day["kind"]] for day in fields["calendar"]]
    if "entry" in fields:
        compiled["entry"] = dict(fields["entry"])
        if "hours" in compiled["entry"]:
            compiled["entry"]["hours"] = _hours(compiled["entry"]["hours"])
    if "network" in fields:
        compiled["network"] = compile_network(fields["network"], faults)
    for name, needed in _TOGETHER:
        session = raw.get("session", {})
        if name in session and needed not in session:
            faults.add(("session", name), "needs the field %s beside it" % needed)
    _check_products(fields, compiled, faults)
    return compiled


def _same_city(fields, faults):
    cities = list(fields.get("same_city", ()))
    for index, group in enumerate(fields.get("same_city_groups", ())):
        if group not in fields.get("groups", {}):
            faults.add(("same_city_groups", index), "names the group %s, which is not under [groups]" % group)
            continue
        cities += fields["groups"][group]
    return sorted(set(cities) - set(fields["home"]))


def _hours(fields):
    everyday = fields.get("every_day")
    weekly = []
    for number, name in enumerate(_WEEK):
        shared = fields.get("workdays" if number < 5 else "weekend", everyday)
        weekly.append(fields.get(name, shared))
    weekly.append(fields.get("holidays", weekly[6]))
    compiled = {"weekly": weekly}
    if "last_entry" in fields:
        compiled["last_entry"] = fields["last_entry"]
    if "except" in fields:
        compiled["except"] = [[day["from"], day.get("to", day["from"]), day["hours"]] for day in fields["except"]]
    return compiled


def _check_products(fields, compiled, faults):
    products = fields.get("products", {})
    order = fields.get("order", list(products))
    for index, name in enumerate(order):
        if name not in products:
            faults.add(("order", index), "names the product %s, which is not under [products]" % name)
    for name in products:
        if name not in order:
            faults.add(("order",), "leaves out the product %s" % name)
    for number, name in fields.get("listed_products", {}).items():
        if name not in products:
            faults.add(("listed_products", number), "names the product %s, which is not under [products]" % name)
        if not number.isdigit() or not 1 <= int(number) <= 255:
            faults.add(("listed_products", number), "is no number from 1 to 255")
    if products:
        compiled["order"] = order
    elif fields.get("ticket") == "required":
        faults.add(("ticket",), "is required, but there are no products")
