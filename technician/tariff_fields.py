"""What a value of a tariff file may be: each converter takes what TOML gave and returns what a terminal reads.

A converter is called with (value, place, faults); it reports to `faults` and returns None when the value is not good.
"""

import datetime
import difflib
import json
import re
from decimal import Decimal

from terminal import reasons, rules
from terminal.civil_time import CHINA
from terminal.more_errors import RuleMalformed

_CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")
_DURATION = re.compile(r"([0-9]+) *(s|m|h|d)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_EPOCH = datetime.date(1970, 1, 1)
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "holiday")
_DAYS = {name: [number] for number, name in enumerate(WEEK, 1)}
_DAYS.update({"workdays": [1, 2, 3, 4, 5], "weekend": [6, 7], "holidays": [8]})


class Faults:
    """What is wrong with a file: (place, text), a place being a tuple of keys and indexes."""

    def __init__(self):
        self.found = []

    def add(self, place, text):
        self.found.append((place, text))


def table(fields, required=()):
    """A table of known fields {name: (name for the terminal, converter)}; others are faults, with the nearest name."""

    def convert(value, place, faults):
        if not isinstance(value, dict):
            return faults.add(place, "is %r, expected a table with %s" % (value, ", ".join(fields)))
        for name in required:
            if name not in value:
                faults.add(place, "lacks the field %s" % name)
        converted = {}
        for name, item in value.items():
            if name not in fields:
                near = difflib.get_close_matches(name, fields, 1)
                hint = "did you mean %s?" % near[0] if near else "there are: %s" % ", ".join(fields)
                faults.add((*place, name), "is not a field here; %s" % hint)
                continue
            target, converter = fields[name]
            converted[target] = converter(item, (*place, name), faults)
        return converted

    return convert


def mapping(converter):
    """A table of any names, each with a value of one sort."""

    def convert(value, place, faults):
        if not isinstance(value, dict):
            return faults.add(place, "is %r, expected a table" % (value,))
        return {name: converter(item, (*place, name), faults) for name, item in value.items()}

    return convert


def listing(converter):
    """A list, or an array of tables, of one sort."""

    def convert(value, place, faults):
        if not isinstance(value, list):
            return faults.add(place, "is %r, expected a list" % (value,))
        return [converter(item, (*place, index), faults) for index, item in enumerate(value)]

    return convert


def either(first, second, is_first):
    """`first` for values of which `is_first` holds, else `second`."""

    def convert(value, place, faults):
        return (first if is_first(value) else second)(value, place, faults)

    return convert


def choice(*names):
    def convert(value, place, faults):
        return value if value in names else faults.add(place, "is %r, expected one of %s" % (value, ", ".join(names)))

    return convert


def count(low, high):
    def convert(value, place, faults):
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        return faults.add(place, "is %s, expected a whole number from %d to %d" % (_shown(value), low, high))

    return convert


def boolean(value, place, faults):
    return value if isinstance(value, bool) else faults.add(place, "is %r, expected true or false" % (value,))


def text(value, place, faults):
    if isinstance(value, str) and value:
        return value
    return faults.add(place, "is %r, expected a text" % (value,))


def amount(value, place, faults):
    """Yuan as people write them, in fen: 2, 2.5, "2.50"."""
    try:
        fen = Decimal(value) * 100 if isinstance(value, (int, str, Decimal)) and value is not True else None
    except ArithmeticError:
        fen = None
    if fen is None or not fen.is_finite() or fen != int(fen) or not 0 <= fen <= 1_000_000:
        return faults.add(place, "is %s, expected yuan from 0 to 10000 with at most two decimals" % _shown(value))
    return int(fen)


def charge(value, place, faults):
    """An amount, or "most" or "least" of the network's fares."""
    return value if value in ("most", "least") else amount(value, place, faults)


def metres(value, place, faults):
    """Kilometres in metres."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and 0 <= value <= 10_000:
        return int(value * 1000)
    return faults.add(place, "is %s, expected kilometres" % _shown(value))


def duration(value, place, faults):
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return faults.add(place, 'is %s, expected a duration such as "90m", "2h", "30s", "1d"' % _shown(value))
    return int(match[1]) * _UNITS[match[2]]


def minutes(value, place, faults):
    """A duration in whole minutes."""
    seconds = duration(value, place, faults)
    return None if seconds is None else seconds // 60


def clock(value, place, faults):
    """Minutes since midnight of "07:30"."""
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not match or int(match[1]) * 60 + int(match[2]) > 1440:
        return faults.add(place, 'is %s, expected a time of day such as "07:30"' % _shown(value))
    return int(match[1]) * 60 + int(match[2])


def span(value, place, faults):
    """[open, close] of "09:00-17:00"; None for "closed"."""
    if value == "closed":
        return None
    parts = value.split("-") if isinstance(value, str) else ()
    if len(parts) != 2:
        return faults.add(place, 'is %s, expected hours such as "09:00-17:00", or "closed"' % _shown(value))
    return [clock(part.strip(), place, faults) for part in parts]


def days(value, place, faults):
    """Kinds of day: a name or a list of names."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or any(name not in _DAYS for name in names):
        return faults.add(place, "is %s, expected one or more of %s" % (_shown(value), ", ".join(_DAYS)))
    return sorted({kind for name in names for kind in _DAYS[name]})


def kind(value, place, faults):
    """What a day of the calendar counts as."""
    return WEEK.index(value) + 1 if value in WEEK else faults.add(place, "is %r, expected one of %s" % (value, WEEK))


def date(value, place, faults):
    """Days since 1970-01-01."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return (value - _EPOCH).days
    return faults.add(place, "is %s, expected a date such as 2026-10-01, without quotes" % _shown(value))


def moment(value, place, faults):
    """UTC seconds of a local date and time in China."""
    if isinstance(value, datetime.datetime):
        zone = value.tzinfo or datetime.timezone(datetime.timedelta(seconds=CHINA))
        return int(value.replace(tzinfo=zone).timestamp())
    if isinstance(value, datetime.date):
        return (value - _EPOCH).days * 86400 - CHINA
    return faults.add(place, "is %s, expected a date or time such as 2026-04-01T00:00:00" % _shown(value))


def reason(value, place, faults):
    if value in reasons.keys():
        return value
    return faults.add(place, "is %r, expected a key of docs/reasons.md" % (value,))


def rule(value, place, faults):
    """A condition: JsonLogic as a TOML table, or as a text of JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as fault:
            return faults.add(place, "is no JSON: %s" % fault)
    value = _plain(value)
    try:
        rules.check(value)
    except RuleMalformed as fault:
        return faults.add(place, str(fault))
    return value


def _plain(value):
    """Decimals of TOML as the numbers of JSON."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value


def _shown(value):
    return str(value) if isinstance(value, Decimal) else repr(value)
