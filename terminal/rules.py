"""Conditions as data: JsonLogic, the full operator set of its public specification, and five operators on time.

`evaluate(rule, data)` answers, `check(rule)` refuses what could not be evaluated before it reaches a gate. The cost
of a rule is bounded: by its depth when it is checked, by a count of steps when it runs.

Time operators take UTC seconds and answer in China's civil time: {"clock": t} minutes since midnight, {"weekday": t}
1 (Monday) to 7, {"date": t} "2026-03-16", {"days_between": [a, b]} calendar days, {"clock_between": [t, "22:00",
"05:00"]} from the first to before the second, across midnight too.
"""

from micropython import const

from terminal.civil_time import CHINA, DAY, civil
from terminal.coercion import (
    INFINITY,
    MISSING,
    NAN,
    is_less,
    is_less_or_equal,
    is_true,
    joined,
    leading_number,
    loosely_equal,
    number_of,
    strictly_equal,
    text_of,
    whole,
)
from terminal.more_errors import RuleMalformed, RuleTooCostly

DEEPEST = const(16)
MOST_STEPS = const(2000)


def evaluate(rule, data, most_steps=MOST_STEPS, log=None):
    """What `rule` comes to for `data` (JSON values). RuleMalformed for an unknown operator, RuleTooCostly past the limit.

    `log`: a list that takes what the rule's "log" operators see.
    """
    return _Run(most_steps, log).value(rule, data, 0)


def check(rule):
    """RuleMalformed when `rule` names an operator that is not there, gives it too few arguments, or is too deep."""
    _check(rule, 0)


def operators():
    """The names of all operators, sorted."""
    return sorted(list(_LAZY) + list(_EAGER) + list(_READING))


class _Run:
    """One evaluation: its budget of steps and its log."""

    def __init__(self, steps, log):
        self._steps = steps
        self.log = log

    def value(self, rule, data, depth):
        self._steps -= 1
        if self._steps < 0 or depth > DEEPEST:
            raise RuleTooCostly("rule needs more than its steps or is deeper than %d: make it simpler" % DEEPEST)
        if rule is MISSING:
            return None  # what is not there must not leave its mark in a result
        if isinstance(rule, list):
            return [self.value(part, data, depth + 1) for part in rule]
        if not isinstance(rule, dict) or len(rule) != 1:
            return rule
        name = list(rule)[0]
        arguments = rule[name]
        if not isinstance(arguments, list):
            arguments = [arguments]
        lazy = _LAZY.get(name)
        if lazy:
            return lazy(self, arguments, data, depth + 1)
        arguments = [self.value(part, data, depth + 1) for part in arguments]
        reading = _READING.get(name)
        if reading:
            return reading(arguments, data)
        eager = _EAGER.get(name)
        if eager is None:
            raise RuleMalformed("operator %s is not known" % name)
        if name == "log" and self.log is not None:
            self.log.append(_at(arguments, 0))
        return eager(arguments)


def _check(rule, depth):
    if depth > DEEPEST:
        raise RuleMalformed("rule is deeper than %d" % DEEPEST)
    if isinstance(rule, list):
        for part in rule:
            _check(part, depth + 1)
    elif isinstance(rule, dict) and len(rule) == 1:
        name = list(rule)[0]
        if name not in _LAZY and name not in _EAGER and name not in _READING:
            raise RuleMalformed("operator %s is not known, there are: %s" % (name, " ".join(operators())))
        arguments = rule[name] if isinstance(rule[name], list) else [rule[name]]
        least = _LEAST.get(name, 0)
        # A single operation in the place of the arguments may itself come to a list of them.
        if len(arguments) < least and isinstance(rule[name], list):
            raise RuleMalformed("operator %s has %d arguments, expected %d" % (name, len(arguments), least))
        for part in arguments:
            _check(part, depth + 1)


_LEAST = {
    "==": 2, "===": 2, "!=": 2, "!==": 2, "<": 2, "<=": 2, ">": 2, ">=": 2, "/": 2, "%": 2, "*": 1, "-": 1,
    "map": 2, "filter": 2, "reduce": 2, "all": 2, "some": 2, "none": 2, "in": 2, "substr": 2, "missing_some": 2,
    "clock": 1, "weekday": 1, "date": 1, "days_between": 2, "clock_between": 3,
}  # fmt: skip


def _at(arguments, index):
    return arguments[index] if index < len(arguments) else MISSING


# Operators that evaluate their arguments themselves: (run, arguments, data, depth).


def _if(run, arguments, data, depth):
    at = 0
    while at < len(arguments) - 1:
        if is_true(run.value(arguments[at], data, depth)):
            return run.value(arguments[at + 1], data, depth)
        at += 2
    return run.value(arguments[at], data, depth) if at < len(arguments) else None


def _and(run, arguments, data, depth):
    value = None
    for part in arguments:
        value = run.value(part, data, depth)
        if not is_true(value):
            break
    return value


def _or(run, arguments, data, depth):
    value = None
    for part in arguments:
        value = run.value(part, data, depth)
        if is_true(value):
            break
    return value


def _scope(run, arguments, data, depth):
    """The list an operator walks over, None when its first argument comes to something else."""
    values = run.value(_at(arguments, 0), data, depth)
    return values if isinstance(values, list) else None


def _map(run, arguments, data, depth):
    return [run.value(_at(arguments, 1), item, depth) for item in _scope(run, arguments, data, depth) or ()]


def _filter(run, arguments, data, depth):
    items = _scope(run, arguments, data, depth) or ()
    return [item for item in items if is_true(run.value(_at(arguments, 1), item, depth))]


def _reduce(run, arguments, data, depth):
    value = None if len(arguments) < 3 else run.value(arguments[2], data, depth)
    for item in _scope(run, arguments, data, depth) or ():
        value = run.value(_at(arguments, 1), {"current": item, "accumulator": value}, depth)
    return value


def _all(run, arguments, data, depth):
    items = _scope(run, arguments, data, depth)
    if not items:
        return False
    for item in items:
        if not is_true(run.value(_at(arguments, 1), item, depth)):
            return False
    return True


def _some(run, arguments, data, depth):
    for item in _scope(run, arguments, data, depth) or ():
        if is_true(run.value(_at(arguments, 1), item, depth)):
            return True
    return False


def _none(run, arguments, data, depth):
    return not _some(run, arguments, data, depth)


# Operators that read the data: (arguments, data).


def _var(arguments, data):
    path = _at(arguments, 0)
    default = None if len(arguments) < 2 else arguments[1]
    if path is MISSING or path is None or path == "":
        return data
    for key in text_of(path).split("."):
        if isinstance(data, dict) and key in data:
            data = data[key]
        elif isinstance(data, (list, str)) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        elif isinstance(data, (list, str)) and key == "length":
            data = len(data)
        else:
            return default
    return data


def _missing(arguments, data):
    keys = arguments[0] if arguments and isinstance(arguments[0], list) else arguments
    return [key for key in keys if _var([key], data) in (None, "")]


def _missing_some(arguments, data):
    keys = _at(arguments, 1)
    keys = keys if isinstance(keys, list) else [keys]
    absent = _missing([keys], data)
    return [] if len(keys) - len(absent) >= number_of(_at(arguments, 0)) else absent


# Operators on values: (arguments).


def _less(arguments):
    a, b = _at(arguments, 0), _at(arguments, 1)
    return is_less(a, b) and (len(arguments) < 3 or is_less(b, arguments[2]))


def _less_or_equal(arguments):
    a, b = _at(arguments, 0), _at(arguments, 1)
    return is_less_or_equal(a, b) and (len(arguments) < 3 or is_less_or_equal(b, arguments[2]))


def _add(arguments):
    total = 0
    for part in arguments:
        total += leading_number(part)
    return whole(total)


def _multiply(arguments):
    product = leading_number(_at(arguments, 0))
    for part in arguments[1:]:
        product *= leading_number(part)
    return whole(product)


def _subtract(arguments):
    if len(arguments) < 2:
        return whole(-number_of(_at(arguments, 0)))
    return whole(number_of(arguments[0]) - number_of(arguments[1]))


def _divide(arguments):
    a, b = number_of(_at(arguments, 0)), number_of(_at(arguments, 1))
    if b == 0:
        return NAN if a == 0 or a != a else INFINITY if a > 0 else -INFINITY
    if isinstance(a, int) and isinstance(b, int) and a % b == 0:
        return a // b  # exact where floats have single precision
    return whole(a / b)


def _remainder(arguments):
    """With the sign of the dividend, as JavaScript has it."""
    a, b = number_of(_at(arguments, 0)), number_of(_at(arguments, 1))
    if b == 0 or a != a or b != b or a in (INFINITY, -INFINITY):
        return NAN
    if b in (INFINITY, -INFINITY):
        return a
    rest = abs(a) % abs(b)
    return whole(-rest if a < 0 else rest)


def _most(arguments):
    return _extreme(arguments, -INFINITY, lambda a, b: a > b)


def _least(arguments):
    return _extreme(arguments, INFINITY, lambda a, b: a < b)


def _extreme(arguments, value, beats):
    for part in arguments:
        number = number_of(part)
        if number != number:
            return NAN
        if beats(number, value):
            value = number
    return value


def _merge(arguments):
    merged = []
    for part in arguments:
        merged.extend(part if isinstance(part, list) else [part])
    return merged


def _in(arguments):
    what, where = _at(arguments, 0), _at(arguments, 1)
    if where and isinstance(where, str) and where is not MISSING:
        return text_of(what) in where
    if isinstance(where, list):
        for item in where:
            if strictly_equal(what, item):
                return True
    return False


def _substr(arguments):
    source = text_of(_at(arguments, 0))
    start = _position(_at(arguments, 1))
    start = max(len(source) + start, 0) if start < 0 else start
    if len(arguments) < 3:
        return source[start:]
    length = _position(arguments[2])
    if length < 0:  # the specification's own: so many letters are left off at the end
        return source[start : max(len(source) + length, start)]
    return source[start : start + length]


def _position(value):
    number = number_of(value)
    return int(number) if abs(number) < 1 << 30 else 0  # what is no number is 0


def _clock(arguments):
    return (_seconds(arguments, 0) + CHINA) % DAY // 60


def _weekday(arguments):
    return ((_seconds(arguments, 0) + CHINA) // DAY + 3) % 7 + 1


def _date(arguments):
    return "%04d-%02d-%02d" % civil(_seconds(arguments, 0))[:3]


def _days_between(arguments):
    return (_seconds(arguments, 1) + CHINA) // DAY - (_seconds(arguments, 0) + CHINA) // DAY


def _clock_between(arguments):
    now = _clock(arguments)
    first, second = _minutes(_at(arguments, 1)), _minutes(_at(arguments, 2))
    if first <= second:
        return first <= now < second
    return now >= first or now < second


def _seconds(arguments, index):
    number = number_of(_at(arguments, index))
    if not abs(number) < INFINITY:
        raise RuleMalformed("a time operator was given something else than UTC seconds")
    return int(number)


def _minutes(text):
    hours, colon, minutes = text_of(text).partition(":")
    if not (colon and hours.isdigit() and minutes.isdigit()):
        raise RuleMalformed("time of day that is not hh:mm")
    return int(hours) * 60 + int(minutes)


_LAZY = {
    "if": _if, "?:": _if, "and": _and, "or": _or, "map": _map, "filter": _filter, "reduce": _reduce, "all": _all,
    "some": _some, "none": _none,
}  # fmt: skip
_READING = {"var": _var, "missing": _missing, "missing_some": _missing_some}
_EAGER = {
    "==": lambda a: loosely_equal(_at(a, 0), _at(a, 1)),
    "!=": lambda a: not loosely_equal(_at(a, 0), _at(a, 1)),
    "===": lambda a: strictly_equal(_at(a, 0), _at(a, 1)),
    "!==": lambda a: not strictly_equal(_at(a, 0), _at(a, 1)),
    "!": lambda a: not is_true(_at(a, 0)),
    "!!": lambda a: is_true(_at(a, 0)),
    "<": _less,
    "<=": _less_or_equal,
    ">": lambda a: is_less(_at(a, 1), _at(a, 0)),
    ">=": lambda a: is_less_or_equal(_at(a, 1), _at(a, 0)),
    "+": _add, "-": _subtract, "*": _multiply, "/": _divide, "%": _remainder, "max": _most, "min": _least,
    "merge": _merge, "in": _in, "cat": lambda a: joined(a, ""), "substr": _substr, "log": lambda a: a[0] if a else None,
    "clock": _clock, "weekday": _weekday, "date": _date, "days_between": _days_between,
    "clock_between": _clock_between,
}  # fmt: skip
