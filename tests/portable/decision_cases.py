"""Reads tests/data/decisions: one file a topic, a tariff in JSON, then a line a case: situation -> decision.

A situation is words `name=value`; a value is JSON where it reads as JSON, else text, and times are China's:

    class region scheme proved issuer balance valid_from valid_to     the credential
    list (valid, absent, blocked, unreadable) listed_class list_until product   what the list says
    at=2026-03-16T08:00 (that Monday unless given), or at=08:00; mode
    open=A@07:30, last=A@07:30, ride=L1@07:30:200 and visits.NAME=JSON  what is known of visits
    tariff.NAME...=JSON    changes the tariff for this case; NAME=JSON anything else says where (`here`)

A decision is `admit` or a reason, then words `field=value` of the Decision. Comments begin with #.
"""

import json

from terminal import lists, modes
from terminal.civil_time import CHINA, DAY, days_from_civil
from terminal.decide import decide
from terminal.lists import Entry
from terminal.media.credential import PURSE, SCHEMES, Credential

FOLDER = "tests/data/decisions/"
MONDAY = "2026-03-16"
_STATES = {"absent": lists.ABSENT, "valid": lists.VALID, "blocked": lists.BLOCKED, "unreadable": lists.UNREADABLE}
_CREDENTIAL = ("class", "region", "scheme", "proved", "issuer", "balance", "valid_from", "valid_to")


def cases(topic):
    """Yields (line, tariff, situation dict, expected words) of each case in the topic's file."""
    with open(FOLDER + topic + ".txt", encoding="utf8") as file:
        tariff = _tariff(file)
        for line in file:
            line = line.strip()
            if line and not line.startswith("#"):
                situation, arrow, expected = line.partition("->")
                assert arrow, "%s: a case without ->: %s" % (topic, line)
                yield line, tariff, _words(situation), expected.split()


def play(tariff, words, explain=None):
    """The Decision for a situation under `tariff` (dict)."""
    tariff = _changed(tariff, words)
    now = moment(words.get("at", "08:00"))
    mode = modes.MODES.index(words.get("mode", "in_service"))
    return decide(_credential(words), _entry(words), _visits(words), tariff, now, mode, _here(words), explain)


def faults(decision, expected):
    """What of `decision` is not as expected, as texts."""
    verdict = expected[0]
    seen = "admit" if decision.admit else decision.reason
    found = [] if seen == verdict else ["%s, expected %s" % (seen, verdict)]
    if not decision.admit and decision.fare:
        found.append("a refusal that costs %d" % decision.fare)
    for word in expected[1:]:
        name, _, value = word.partition("=")
        value = _value(value)
        field = getattr(decision, name)
        if isinstance(field, tuple):
            field = list(field)
        if field != value:
            found.append("%s is %r, expected %r" % (name, field, value))
    return found


def moment(text):
    """UTC seconds of "2026-03-16T08:00:00", "2026-03-16" or "08:00" in China; numbers stay as they are."""
    if isinstance(text, int):
        return text
    date, _, clock = text.partition("T") if "-" in text else (MONDAY, "T", text)
    year, month, day = [int(part) for part in date.split("-")]
    parts = [int(part) for part in clock.split(":")] if clock else [0]
    seconds = 0
    for index, part in enumerate(parts):
        seconds += part * (3600, 60, 1)[index]
    return days_from_civil(year, month, day) * DAY - CHINA + seconds


def _tariff(file):
    """The JSON at the head of the file, up to the first empty line."""
    text = []
    for line in file:
        if not line.strip():
            break
        if not line.startswith("#"):
            text.append(line)
    return json.loads("".join(text))


def _words(text):
    words = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        assert equals and name not in words, "not name=value, or twice: %s" % word
        words[name] = _value(value)
    return words


def _value(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def _changed(tariff, words):
    for name in words:
        if name.startswith("tariff."):
            path = name.split(".")[1:]
            tariff = _put(tariff, path, _times(words[name]))
    return tariff


def _put(node, path, value):
    node = dict(node)
    if len(path) > 1:
        value = _put(node.get(path[0], {}), path[1:], value)
    node[path[0]] = value
    return node


def _times(value):
    """Texts "@2026-03-16T08:00" anywhere in a value become UTC seconds."""
    if isinstance(value, str) and value.startswith("@"):
        return moment(value[1:])
    if isinstance(value, list):
        return [_times(part) for part in value]
    if isinstance(value, dict):
        return {key: _times(value[key]) for key in value}
    return value


def _credential(words):
    scheme = [number for number in SCHEMES if SCHEMES[number] == words.get("scheme", "purse")][0]
    return Credential(
        scheme, bytes(16), words.get("issuer", "00083010"), str(words.get("region", "3010")), words.get("class", "adult"),
        moment(words.get("valid_from", 0)), moment(words.get("valid_to", 0)), words.get("proved", 0),
        words.get("balance", 10000 if scheme == PURSE else None),
    )  # fmt: skip


def _entry(words):
    state = _STATES[words.get("list", "valid")]
    listed_class = words.get("listed_class", "adult") if state == lists.VALID else None
    return Entry(state, listed_class, moment(words.get("list_until", 0)), words.get("product", 0))


def _visits(words):
    visits = {}
    for name in words:
        if name.startswith("visits."):
            visits[name[7:]] = _times(words[name])
    if "open" in words:
        visits["open"] = _place(words["open"], words)
    if "last" in words:
        visits["last"] = _place(words["last"], words)
        visits["last"].update({"direction": words.get("last_direction", "entry"), "passed": words.get("passed")})
    if "ride" in words:
        line, _, rest = words["ride"].partition("@")
        clock, _, fare = rest.rpartition(":")
        visits["ride"] = {"line": line, "operator": line, "time": moment(clock), "fare": int(fare)}
    return visits


def _place(text, words):
    station, _, clock = text.partition("@")
    return {"station": station, "line": words.get("line"), "operator": words.get("operator"), "time": moment(clock)}


def _here(words):
    used = _CREDENTIAL + (
        "list", "listed_class", "list_until", "product", "at", "mode", "open", "last", "last_direction", "passed", "ride",
    )  # fmt: skip
    here = {}
    for name in words:
        if name not in used and "." not in name:
            here[name] = _times(words[name])
    if "birth" in here:
        here["birth"] = (moment(here["birth"]) + CHINA) // DAY
    return here
