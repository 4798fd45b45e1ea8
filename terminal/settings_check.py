"""What each setting may be. A terminal needs this once, at its start (terminal.settings.complete)."""

from micropython import const

from terminal.errors import SettingsInvalid, WireMalformed
from terminal.modes import MODES
from terminal.names import check_name

PAD = {"receipt": "ask", "most": 500000, "wait_s": 60, "insured": "", "offline": "refuse"}  # what a pad does untold

_LANGUAGES = const(("zh", "en"))
_ORDERS = MODES[1:3] + MODES[4:11] + ("departure",)
_LANES = const(("standard", "wide"))
_APPLICATIONS = const(("purse", "social_card"))
_PURSES = const(("national", "beijing", "shenzhen", "wuhan", "guangzhou", "suzhou", "city_union"))


def check(full):
    """SettingsInvalid names the key, what was seen and what is allowed."""
    _check(full, "terminal", _is_name, "1 to 32 letters, digits, dots, dashes and underscores")
    _check(full, "site", _is_pair, "two texts, Chinese and English")
    _check(full, "language", lambda value: value in _LANGUAGES, "zh or en")
    _check(full, "applications", _are_applications, "a list of purse and social_card, at least one")
    _check(full, "purses", _are_purses, "a list of purses: " + ", ".join(_PURSES))
    _check(full, "code_services", _are_routes, "a list of [prefix in printable ASCII, name of a service]")
    _check(full, "trips", _are_record_numbers, "a list of numbers from 0 to 255")
    _check(full, "place", lambda value: isinstance(value, dict), "the parts of media.purse_trip_records.place_of")
    _check(full, "prove_social", lambda value: isinstance(value, bool), "true or false")
    _check(full, "remembers", lambda value: _is_between(value, 0, 100000), "0 to 100000 holders")
    _check(full, "here", _is_place, "texts under direction, station, line, operator, site")
    _check(full, "venue", lambda value: isinstance(value, str), "a venue type of terminal.courses")
    _check(full, "policies", lambda value: isinstance(value, dict), "trouble: serve, free, exit or shut")
    _check(full, "second_try_s", lambda value: _is_between(value, 0, 3600), "0 to 3600 s")
    _check(full, "lane", lambda value: value in _LANES, "standard or wide")
    _check(full, "outside_check", lambda value: isinstance(value, str), "a text, empty for none")
    _check(full, "screen", lambda value: isinstance(value, dict), "vehicle, stop, price, hours")
    _check(full, "lockers", lambda value: _is_between(value, 0, 1000), "0 to 1000 lockers")
    _check(full, "service_cards", _are_orders, "{number: mode}, each mode one of " + ", ".join(_ORDERS))
    _check(full, "most_persons", lambda value: _is_between(value, 1, 99), "1 to 99 persons")
    _check(full, "jam_after", lambda value: _is_between(value, 1, 99), "1 to 99 failures")
    _check(full, "passage_ms", lambda value: _is_between(value, 1000, 60000), "1000 to 60000 ms")
    _check(full, "pad", _is_pad, "the parts of a pad: receipt, most, wait_s, insured, offline")
    _check(full, "desk", _is_desk, "purposes: a list of number (1 to 65535), title, tells, genuine, person")
    _check(full, "grey_after_s", lambda value: _is_between(value, 60, 30 * 86400), "60 s to 30 days")
    _check(full, "idle_s", lambda value: _is_between(value, 10, 600), "10 to 600 s")
    _check(full, "answer_s", lambda value: _is_between(value, 3, 300), "3 to 300 s")
    _check(full, "load_terminal", _is_number, "12 hex digits, empty for none")
    _check(full, "link_s", lambda value: _is_between(value, 2, 120), "2 to 120 s")
    _check(full, "warning_s", lambda value: _is_between(value, 10, 120), "10 to 120 s")


def _check(settings, key, good, allowed):
    if key not in settings:
        raise SettingsInvalid("setting %s is missing: expected %s" % (key, allowed))
    if not good(settings[key]):
        raise SettingsInvalid("setting %s is %r: expected %s" % (key, settings[key], allowed))


def _is_name(value):
    if not isinstance(value, str):
        return False
    try:
        check_name(value)
    except WireMalformed:
        return False
    return True


def _is_pair(value):
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(text, str) for text in value)


def _are_applications(value):
    return isinstance(value, (list, tuple)) and bool(value) and all(name in _APPLICATIONS for name in value)


def _is_place(value):
    known = ("direction", "station", "line", "operator", "site")
    return isinstance(value, dict) and all(key in known and isinstance(value[key], str) for key in value)


def _is_pad(value):
    if not isinstance(value, dict) or any(key not in PAD for key in value):
        return False
    whole = dict(PAD, **value)
    return (
        whole["receipt"] in ("ask", "always", "never")
        and _is_between(whole["most"], 1, 16777215)  # three bytes of a record
        and _is_between(whole["wait_s"], 5, 600)
        and isinstance(whole["insured"], str)
        and whole["offline"] in ("refuse", "own")
    )


def _is_desk(value):
    if not isinstance(value, dict) or any(key != "purposes" for key in value):
        return False
    return all(
        isinstance(entry, dict)
        and _is_between(entry.get("number"), 1, 65535)
        and _is_pair(entry.get("title"))
        and isinstance(entry.get("tells"), (list, tuple))
        for entry in value.get("purposes", ())
    )


def _are_purses(value):
    return isinstance(value, (list, tuple)) and bool(value) and all(name in _PURSES for name in value)


def _are_routes(value):
    return isinstance(value, (list, tuple)) and all(
        _is_pair(route) and _is_name(route[1]) and _is_prefix(route[0]) for route in value
    )


def _is_number(value):
    if not isinstance(value, str):
        return False
    return value == "" or (len(value) == 12 and all(digit in "0123456789abcdef" for digit in value))


def _is_prefix(text):
    return 0 < len(text) <= 32 and all(0x20 < byte < 0x7F for byte in text.encode())


def _are_orders(value):
    return isinstance(value, dict) and all(
        key.isdigit() and 0 < int(key) < 256 and name in _ORDERS for key, name in value.items()
    )


def _are_record_numbers(value):
    return isinstance(value, (list, tuple)) and all(_is_between(number, 0, 255) for number in value)


def _is_between(value, low, high):
    return isinstance(value, int) and low <= value <= high
