"""The decision told in words: a situation from the command line, and one sentence for every step of the core."""

import json
import time
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from screens import catalogue
from technician.errors import InputMalformed
from terminal import lists, modes, reasons
from terminal.civil_time import CHINA, DAY
from terminal.decide import decide
from terminal.media.credential import ACCOUNT_CODE, CLASSES, PROVED_SIGNATURE, PURSE, Credential

_STATES = {"absent": lists.ABSENT, "valid": lists.VALID, "blocked": lists.BLOCKED, "unreadable": lists.UNREADABLE}
_COURSES = ("reads the card and decides", "lets everybody through", "takes no fare", "lets nobody through")
_BIRTH_OF_TIME = date(1970, 1, 1)
_NAMES = ("line", "station", "operator", "site")  # names even where they look like numbers


def situation(rates, holder_class, at, balance, region, listed, product, mode, here, visits):
    """The arguments of `decide` from words of the command line. InputMalformed says which word is wrong."""
    _known("--class", holder_class, CLASSES)
    _known("--list", listed, _STATES)
    _known("--mode", mode, modes.MODES)
    now = int(time.time()) if at is None else moment(at)
    fen = None if balance == "none" else _fen(balance)
    scheme, proved = (PURSE, 0) if fen is not None else (ACCOUNT_CODE, PROVED_SIGNATURE)
    city = region or rates["home"][0]
    credential = Credential(scheme, bytes(16), city, city, holder_class, 0, 0, proved, fen)
    state = _STATES[listed]
    entry = lists.Entry(state, "adult" if state == lists.VALID else None, 0, product)
    place = words(here, "--here")
    if "birth" in place:
        place["birth"] = (date.fromisoformat(str(place["birth"])) - _BIRTH_OF_TIME).days
    return credential, entry, _visits(visits, now), rates, now, modes.MODES.index(mode), place


def explained(*case):
    """(Decision, [step, ...]) of `decide`'s arguments; a step is (name, facts ...)."""
    steps = []
    decision = decide(*case, explain=lambda *step: steps.append(step))
    return decision, steps


def words(pairs, option):
    """{name: value} of "name=value" texts; values are JSON where they read as JSON."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InputMalformed("%s %s: expected NAME=VALUE" % (option, pair))
        try:
            found[name] = value if name in _NAMES else json.loads(value)
        except ValueError:
            found[name] = value
    return found


def moment(text, day=None):
    """UTC seconds of a date and time, or of a time on `day`, in China."""
    try:
        if "-" not in text and day is not None:
            text = "%sT%s" % (day, text)
        return int((datetime.fromisoformat(text) - datetime(1970, 1, 1)).total_seconds()) - CHINA
    except ValueError:
        raise InputMalformed("%r is no time: expected 2026-03-16T08:00" % text) from None


def _visits(pairs, now):
    day = date.fromordinal(_BIRTH_OF_TIME.toordinal() + (now + CHINA) // DAY)
    known = {}
    for name, value in words(pairs, "--visits").items():
        if name in ("open", "last", "ride") and isinstance(value, str):
            place, _, clock = value.partition("@")
            value = {"station": place, "line": place, "operator": place, "time": moment(clock, day), "passed": None}
        known[name] = value
    return known


def _fen(text):
    try:
        return int(Decimal(text) * 100)
    except InvalidOperation:
        raise InputMalformed("--balance %r: expected yuan, or none" % text) from None


def _known(option, name, names):
    if name not in names:
        raise InputMalformed("%s %r: expected one of %s" % (option, name, ", ".join(names)))


def yuan(fen):
    return "%.2f yuan" % (fen / 100)


def _span(seconds):
    return "%d min %02d s" % (seconds // 60, seconds % 60)


# step: its facts in words.
SENTENCES = {
    "mode": lambda key, way: "mode %s: the gate %s" % (key, _COURSES[way]),
    "list": lambda state, name: "list: %s; class %s" % ({v: k for k, v in _STATES.items()}[state], name),
    "region": lambda city, home, same: "city %s: %s" % (city, "home" if home else "same-city" if same else "another"),
    "unused": lambda since: "admitted here %s ago and nobody walked: no second charge" % _span(since),
    "hours": lambda is_open: "opening hours: %s" % ("open" if is_open else "closed"),
    "list_age": lambda age, limit: "the list is %d h old, the limit is %d h" % (age // 3600, limit // 3600),
    "outside_check": lambda answer: "outside check: %s" % {True: "yes", False: "no", None: "no answer"}[answer],
    "inside": lambda inside, most: "%d inside of at most %d" % (inside, most),
    "entries": lambda today: "entries today: %d" % today,
    "ride": lambda line, fare: "one ride%s: %s" % (" on line %s" % line if line else "", yuan(fare)),
    "journey": lambda a, b, took, fare: "from %s to %s in %s: %s" % (a, b, _span(took), yuan(fare)),
    "session": lambda stayed, fare, over: "stayed %s: %s, over the limit %s" % (_span(stayed), yuan(fare), yuan(over)),
    "irregular": lambda reason, admit: "%s: %s" % (reason.replace("_", " "), "charged" if admit else "refused"),
    "band": lambda name, fare: "time band %s: %s" % (name or "without a name", yuan(fare)),
    "contract": lambda name, outcome: "contract %s: %s" % (name, "pays" if outcome == "ok" else outcome),
    "concession": lambda name, fare: "concession %s: %s" % (name, yuan(fare)),
    "concession_window": lambda name: "concession %s does not hold at this time" % name,
    "concession_used": lambda name, used: "concession %s was used %d times today: no more" % (name, used),
    "transfer": lambda name, waited, fare: "transfer %s after %s: %s" % (name or "", _span(waited), yuan(fare)),
    "tier": lambda paid, share, fare: "%s paid this month, so %d %%: %s" % (yuan(paid), share, yuan(fare)),
    "cap": lambda period, cap, fare: "the %s's cap of %s leaves %s" % (period, yuan(cap), yuan(fare)),
    "rule": lambda name, holds: "rule %s: %s" % (name or "without a name", "holds" if holds else "does not hold"),
    "due": lambda fare, over, balance: (
        "due: %s and %s surcharge; balance %s" % (yuan(fare), yuan(over), "none" if balance is None else yuan(balance))
    ),
}


def sentence(step):
    """One step of the core in words."""
    return SENTENCES[step[0]](*step[1:])


def verdict(decision):
    """The Decision in one or two lines."""
    if not decision.admit:
        words_ = catalogue.text(catalogue.known("reason", decision.reason), "en")
        return "=>  refused, %s: %s (%s)" % (reasons.code(decision.reason), decision.reason, words_)
    parts = ["admitted", yuan(decision.fare), "by %s" % decision.product]
    for name in ("concession", "contract", "trip", "charge"):
        if getattr(decision, name):
            parts.append("%s %s" % (name, getattr(decision, name)))
    for name in ("days_left", "uses_left"):
        if getattr(decision, name) is not None:
            parts.append("%s %d" % (name.replace("_", " "), getattr(decision, name)))
    parts += ["tell %s" % name for name in decision.tell]
    parts += [name.replace("_", " ") for name in ("same_city", "low_balance") if getattr(decision, name)]
    return "=>  " + ", ".join(parts)
