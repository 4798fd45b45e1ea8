"""Values of rules as JavaScript takes them: numbers out of texts, texts out of lists, loose equality, order.

JSON values only: None, bool, int, float, str, list, dict. MISSING is what an absent argument is there (undefined).
"""

from micropython import const

MISSING = "\0missing"  # compared by identity; no JSON text of a package equals it by chance
NAN = float("nan")
INFINITY = float("inf")

_SPACE = const(" \t\n\r\v\f")
_DIGITS = const("0123456789")
_BASES = {"x": (16, "0123456789abcdef"), "o": (8, "01234567"), "b": (2, "01")}


def is_true(value):
    """JsonLogic's own rule: as JavaScript, except that an empty list is false."""
    if value is None or value is MISSING:
        return False
    if isinstance(value, dict):
        return True
    if isinstance(value, float) and value != value:
        return False
    return bool(value)


def is_number(value):
    """True for int and float, not for True and False."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number_of(value):
    """What JavaScript's Number() makes of `value`; NAN when it is none."""
    if value is MISSING or isinstance(value, dict):
        return NAN
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, list):
        value = text_of(value)
    value = value.strip(_SPACE)
    if not value:
        return 0
    if value[0] == "0" and value[1:2].lower() in _BASES:
        return _based(value[1].lower(), value[2:].lower())
    end, number = _leading(value)
    return number if end == len(value) else NAN


def leading_number(value):
    """What JavaScript's parseFloat() makes of `value`: the number at the start of its text."""
    if is_number(value):
        return value
    if value is None or value is MISSING or isinstance(value, (bool, dict)):
        return NAN
    return _leading(text_of(value).strip(_SPACE))[1]


def text_of(value):
    """What JavaScript's String() makes of `value`."""
    if isinstance(value, str) and value is not MISSING:
        return value
    if value is None:
        return "null"
    if value is MISSING:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return joined(value, ",")
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, float):
        return _float_text(value)
    return str(value)


def joined(values, between):
    """JavaScript's join(): null is nothing, everything else its text."""
    return between.join(["" if value is None or value is MISSING else text_of(value) for value in values])


def whole(number):
    """`number` as int when it is one, so that amounts stay exact and texts have no ".0"."""
    if isinstance(number, float) and number == number and number not in (INFINITY, -INFINITY) and number == int(number):
        return int(number)
    return number


def loosely_equal(a, b):
    """JavaScript's `a == b`."""
    if a is MISSING:
        a = None
    if b is MISSING:
        b = None
    if a is None or b is None:
        return a is b
    if isinstance(a, (list, dict)) and isinstance(b, (list, dict)):
        return a is b
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    if isinstance(a, (list, dict)) and isinstance(b, str):
        return text_of(a) == b
    if isinstance(b, (list, dict)) and isinstance(a, str):
        return text_of(b) == a
    return _numeric(a) == _numeric(b)


def strictly_equal(a, b):
    """JavaScript's `a === b`: same type, same value; a list or object equals only itself."""
    if is_number(a) and is_number(b):
        return a == b
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, str) and isinstance(b, str):
        return a == b and (a is MISSING) == (b is MISSING)
    return a is b


def is_less(a, b):
    """JavaScript's `a < b`: texts by their letters, everything else by number; False against what is no number."""
    if isinstance(a, (list, dict)):
        a = text_of(a)
    if isinstance(b, (list, dict)):
        b = text_of(b)
    if isinstance(a, str) and isinstance(b, str) and a is not MISSING and b is not MISSING:
        return a < b
    return number_of(a) < number_of(b)


def is_less_or_equal(a, b):
    """JavaScript's `a <= b`."""
    if isinstance(a, (list, dict)):
        a = text_of(a)
    if isinstance(b, (list, dict)):
        b = text_of(b)
    if isinstance(a, str) and isinstance(b, str) and a is not MISSING and b is not MISSING:
        return a <= b
    return number_of(a) <= number_of(b)


def _numeric(value):
    return number_of(text_of(value)) if isinstance(value, (list, dict)) else number_of(value)


def _based(letter, digits):
    base, allowed = _BASES[letter]
    if not digits:
        return NAN
    number = 0
    for digit in digits:
        if digit not in allowed:
            return NAN
        number = number * base + allowed.index(digit)
    return number


def _leading(text):
    """(letters used, number) of the decimal number at the start of `text`; (0, NAN) when there is none."""
    sign = 1 if text[:1] in ("-", "+") else 0
    if text[sign : sign + 8] == "Infinity":
        return sign + 8, -INFINITY if text[0] == "-" else INFINITY
    at = _past_digits(text, sign)
    digits = at - sign
    exact = True
    if text[at : at + 1] == ".":
        end = _past_digits(text, at + 1)
        digits += end - at - 1
        at, exact = end, False
    if not digits:
        return 0, NAN
    if text[at : at + 1] in ("e", "E"):
        start = at + 2 if text[at + 1 : at + 2] in ("-", "+") else at + 1
        end = _past_digits(text, start)
        if end > start:
            at, exact = end, False
    return at, int(text[:at]) if exact else whole(float(text[:at]))


def _past_digits(text, at):
    while at < len(text) and text[at] in _DIGITS:
        at += 1
    return at


def _float_text(value):
    if value != value:
        return "NaN"
    if value in (INFINITY, -INFINITY):
        return "Infinity" if value > 0 else "-Infinity"
    value = whole(value)
    return str(value)
