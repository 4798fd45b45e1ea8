"""The fields of a tariff file, table by table: their names for people, for the terminal, and what each may be."""

from technician.tariff_fields import (
    amount,
    boolean,
    charge,
    choice,
    clock,
    count,
    date,
    days,
    duration,
    either,
    kind,
    listing,
    mapping,
    metres,
    minutes,
    moment,
    reason,
    rule,
    span,
    table,
    text,
)
from terminal.courses import POLICIES, TROUBLES, VENUES
from terminal.media.credential import CLASSES, SCHEMES

percent = count(0, 200)
_class = choice(*CLASSES)
_texts = listing(text)
_WINDOW = {"days": ("days", days), "from": ("from", clock), "to": ("to", clock)}
windows = listing(table(_WINDOW))
_CHANGE = {
    "fare": ("fare", amount),
    "percent": ("percent", percent),
    "off": ("off", amount),
    "add": ("add", amount),
}
_PLACES = {"lines": ("lines", _texts), "operators": ("operators", _texts)}
_DUE = table({"admit": ("admit", boolean), "fare": ("fare", charge), "add": ("add", charge)})

concession = table(
    {
        "percent": ("percent", percent),
        "fare": ("fare", amount),
        "off": ("off", amount),
        "windows": ("windows", windows),
        "lines": ("lines", _texts),
        "per_day": ("per_day", count(1, 99)),
        "watch": ("watch", count(1, 99)),
    }
)
age = table(
    {"class": ("class", _class), "from": ("from", count(0, 150)), "below": ("below", count(1, 150))}, ("class", "from")
)
companion = table(
    {
        "of": ("of", listing(_class)),
        "percent": ("percent", percent),
        "most": ("most", count(1, 9)),
        "within": ("within_s", duration),
    },
    ("of", "percent"),
)
station = table(
    {
        "zone": ("zone", count(0, 99)),
        "km": ("km", metres),
        "line": ("line", text),
        "place": ("place", count(0, 999)),
        "code": ("code", text),
    }
)
network = table(
    {
        "kind": ("kind", choice("zones", "matrix", "distance")),
        "stations": ("stations", mapping(station)),
        "fares": ("fares", either(listing(amount), mapping(mapping(amount)), lambda value: isinstance(value, list))),
        "distances": ("distances", mapping(mapping(metres))),
        "steps": ("steps", listing(table({"to_km": ("to", metres), "fare": ("fare", amount)}, ("to_km", "fare")))),
        "beyond": ("beyond", table({"km": ("stretch", metres), "fare": ("each", amount)}, ("km", "fare"))),
        "monotone": ("monotone", boolean),
    },
    ("kind", "stations"),
)
journey = table(
    {
        "longest": ("most_s", duration),
        "overtime": ("overtime", _DUE),
        "missing_exit": ("missing_exit", _DUE),
        "missing_entry": ("missing_entry", _DUE),
        "wrong_direction": ("wrong_direction", _DUE),
        "same_station": (
            "same_station",
            table(
                {
                    "free": ("free_s", duration),
                    "admit": ("admit", boolean),
                    "fare": ("fare", charge),
                    "add": ("add", charge),
                }
            ),
        ),
    }
)
session = table(
    {
        "prepaid": ("prepaid", amount),
        "free": ("free_s", duration),
        "first": ("first", amount),
        "first_time": ("first_s", duration),
        "block": ("block", amount),
        "block_time": ("block_s", duration),
        "most": ("most", amount),
        "limit": ("limit_s", duration),
        "over_block": ("over_block", amount),
        "over_block_time": ("over_block_s", duration),
        "locker": ("locker", boolean),
        "missing_exit": ("missing_exit", _DUE),
        "missing_entry": ("missing_entry", _DUE),
    }
)
band = table(
    {"name": ("name", text), "at": ("at", choice("entry", "exit")), **_WINDOW, **_PLACES, **_CHANGE},
)
transfer = table(
    {
        "name": ("name", text),
        "from": ("from", _texts),
        "to": ("to", _texts),
        "within": ("within_s", duration),
        "most": ("most", count(1, 9)),
        "same_line": ("same_line", boolean),
        **{name: _CHANGE[name] for name in ("fare", "percent", "off")},
    },
    ("within",),
)
tier = table({"from": ("from", amount), "percent": ("percent", percent)}, ("from", "percent"))
product = table(
    {
        "days": ("days", count(1, 3660)),
        "trips": ("trips", count(1, 9999)),
        "per_day": ("per_day", count(1, 99)),
        "gap": ("gap_s", duration),
        "windows": ("windows", windows),
        "sites": ("sites", _texts),
        "lines": ("lines", _texts),
        "slot": ("slot", span),
        "last_day": ("last_day", boolean),
        "early": ("early_s", duration),
        "late": ("late_s", duration),
        "percent": ("percent", percent),
        "group": ("group", count(1, 999)),
        "quota": ("quota", count(1, 1_000_000)),
        "photo": ("photo", boolean),
    }
)
_HOURS = {name: (name, span) for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}
_HOURS.update({name: (name, span) for name in ("every_day", "workdays", "weekend", "holidays")})
hours = table(
    {
        **_HOURS,
        "last_entry": ("last_entry", minutes),
        "except": (
            "except",
            listing(table({"from": ("from", date), "to": ("to", date), "hours": ("hours", span)}, ("from", "hours"))),
        ),
    }
)
entry = table(
    {
        "hours": ("hours", hours),
        "passback": ("passback_s", duration),
        "zone": ("zone", choice("refuse", "tell")),
        "per_day": ("per_day", count(1, 999)),
        "reentry": ("reentry_s", duration),
        "gap": ("gap_s", duration),
        "most_inside": ("most_inside", count(1, 1_000_000)),
        "list_age": ("list_age_s", duration),
        "old_list": ("old_list", choice("refuse", "serve", "listed")),
        "outside_check": ("outside_check", choice("refuse", "admit")),
        "guardian": (
            "guardian",
            table({"of": ("of", listing(_class)), "within": ("within_s", duration)}, ("of",)),
        ),
    }
)
condition = table(
    {
        "name": ("name", text),
        "when": ("when", rule),
        "refuse": ("refuse", reason),
        "tell": ("tell", text),
        "stop": ("stop", boolean),
        **_CHANGE,
    },
    ("when",),
)
TARIFF = {
    "name": ("name", text),
    "venue": ("venue", choice(*VENUES)),
    "home": ("home", _texts),
    "same_city": ("same_city", _texts),
    "same_city_groups": ("same_city_groups", _texts),
    "groups": ("groups", mapping(_texts)),
    "schemes": ("schemes", listing(choice(*SCHEMES.values()))),
    "unlisted": ("unlisted", choice("admit", "refuse")),
    "damaged": ("damaged", choice("admit", "refuse")),
    "visitors": ("visitors", choice("admit", "refuse")),
    "interop": ("interop", choice("required", "ignored")),
    "policy": ("policy", table({name: (name, choice(*POLICIES)) for name in TROUBLES})),
    "fare": ("fare", amount),
    "lines": ("lines", mapping(amount)),
    "low_balance": ("low_balance", amount),
    "minimum": ("minimum", amount),
    "overdraft": ("overdraft", amount),
    "unused": ("unused_s", duration),
    "concessions": ("concessions", mapping(either(percent, concession, lambda value: isinstance(value, int)))),
    "ages": ("ages", listing(age)),
    "companions": ("companions", listing(companion)),
    "network": ("network", network),
    "journey": ("journey", journey),
    "session": ("session", session),
    "bands": ("bands", listing(band)),
    "transfers": ("transfers", listing(transfer)),
    "caps": ("caps", table({name: (name, amount) for name in ("day", "week", "month")})),
    "tiers": ("tiers", listing(tier)),
    "products": ("products", mapping(product)),
    "order": ("order", _texts),
    "ticket": ("ticket", choice("required", "optional")),
    "listed_products": ("listed_products", mapping(text)),
    "entry": ("entry", entry),
    "calendar": (
        "calendar",
        listing(
            table(
                {"name": ("name", text), "from": ("from", date), "to": ("to", date), "kind": ("kind", kind)},
                ("from", "kind"),
            )
        ),
    ),
    "rules": ("rules", listing(condition)),
    "later": (
        "later",
        listing(table({"from": ("from", moment), "change": ("change", lambda value, *_: value)}, ("from", "change"))),
    ),
}
REQUIRED = ("name", "venue", "home")
