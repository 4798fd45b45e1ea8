import json

from terminal import coercion
from terminal.more_errors import RuleMalformed, RuleTooCostly
from terminal.rules import check, evaluate, operators
from tests.portable.checks import raises

_FOLDER = "tests/data/rules/"
_SPECIFIED = (
    "var missing missing_some if ?: == === != !== ! !! or and > >= < <= max min + - * / % map reduce filter all none "
    "some merge in cat substr log"
)


def _cases():
    """(line, rule, data, result) of each case in operators.txt."""
    with open(_FOLDER + "operators.txt", encoding="utf8") as file:
        for line in file:
            line = line.strip()
            if line and not line.startswith("#"):
                situation, _, result = line.rpartition(" => ")
                rule, _, data = situation.partition(" ; ")
                yield line, json.loads(rule), json.loads(data or "null"), json.loads(result)


def test_operators():
    count = 0
    used = set()
    for line, rule, data, result in _cases():
        seen = evaluate(rule, data)
        assert seen == result and isinstance(seen, bool) == isinstance(result, bool), "%s: %r" % (line, seen)
        used.update(name for name in operators() if '"%s":' % name in line)
        count += 1
    assert count > 190
    assert sorted(used) == operators(), "without a case: %s" % sorted(set(operators()) - used)
    assert set(_SPECIFIED.split()) <= set(operators())


def _javascript():
    with open(_FOLDER + "javascript.json", encoding="utf8") as file:
        return json.load(file)


_SPECIAL = {"NaN": coercion.NAN, "Infinity": coercion.INFINITY, "-Infinity": -coercion.INFINITY}


def _same(seen, expected):
    expected = _SPECIAL.get(expected, expected) if isinstance(expected, str) else expected
    if expected != expected:
        return seen != seen
    return seen == expected or abs(seen - expected) < 1e-6


def test_values_are_taken_as_javascript_takes_them():
    facts = _javascript()
    values = facts["values"]
    assert len(values) > 40
    for index, value in enumerate(values):
        assert _same(coercion.number_of(value), facts["numbers"][index]), value
        assert _same(coercion.leading_number(value), facts["leading"][index]), value
        assert coercion.text_of(value) == facts["texts"][index], value
        assert coercion.is_true(value) == (facts["truths"][index] == "1"), value


def test_values_compare_as_in_javascript():
    facts = _javascript()
    for name, operator in (("loose", "=="), ("strict", "==="), ("less", "<"), ("less_or_equal", "<=")):
        for a, row in zip(facts["values"], facts[name]):
            for index, b in enumerate(facts["values"]):
                # A list or object equals itself alone, and each operand here is a copy of its own.
                if a is b and isinstance(a, (list, dict)) and operator in ("==", "==="):
                    continue
                assert evaluate({operator: [a, b]}, None) == (row[index] == "1"), (a, operator, b)


def test_arithmetic_is_javascripts():
    facts = _javascript()
    for name, operator in (("difference", "-"), ("quotient", "/"), ("remainder", "%")):
        for a, row in zip(facts["operands"], facts[name]):
            for b, expected in zip(facts["operands"], row):
                assert _same(evaluate({operator: [a, b]}, None), expected), (a, operator, b)


def test_substrings_are_javascripts():
    for source, start, length, expected in _javascript()["substrings"]:
        arguments = [source, start] if length == "none" else [source, start, length]
        assert evaluate({"substr": arguments}, None) == expected, arguments


def test_absent_arguments_are_undefined():
    assert evaluate({"<": [1]}, None) is False
    assert evaluate({"==": []}, None) is True
    assert evaluate({"+": [None]}, None) != evaluate({"+": [None]}, None)  # not a number


def test_numbers_in_texts_have_no_point_zero():
    assert evaluate({"cat": [{"*": [1.5, 2]}, "/", {"/": [1, 0]}, "/", {"/": [0, 0]}]}, None) == "3/Infinity/NaN"


def test_the_log_hears():
    heard = []
    assert evaluate({"+": [{"log": 1}, {"log": {"var": "a"}}]}, {"a": 2}, 100, heard) == 3
    assert heard == [1, 2]


def test_unknown_operators_are_found_before_the_gate():
    error = raises(RuleMalformed, check, {"and": [True, {"frobnicate": [1]}]})
    assert "frobnicate" in str(error) and "substr" in str(error)
    raises(RuleMalformed, evaluate, {"frobnicate": 1}, None)
    raises(RuleMalformed, check, {"==": [1]})
    raises(RuleMalformed, check, {"map": [[1]]})
    raises(RuleMalformed, check, {"clock_between": [1, "08:00"]})
    raises(RuleMalformed, check, [{"var": {"no": 1}}])
    for _, rule, _, _ in _cases():
        if "no such operator" not in json.dumps(rule):
            check(rule)


def test_cost_is_bounded():
    deep = True
    for _ in range(40):
        deep = {"!": [deep]}
    raises(RuleMalformed, check, deep)
    raises(RuleTooCostly, evaluate, deep, None)
    wide = {"map": [{"var": ""}, {"map": [{"var": "x"}, {"+": [{"var": ""}, 1]}]}]}
    check(wide)
    data = [{"x": [1] * 60}] * 60
    raises(RuleTooCostly, evaluate, wide, data)
    assert len(evaluate(wide, data, 100000)) == 60


def test_times_that_are_none():
    raises(RuleMalformed, evaluate, {"clock": "noon"}, None)
    raises(RuleMalformed, evaluate, {"clock_between": [0, "8", "09:00"]}, None)


def test_a_rule_changes_nothing():
    data = {"list": [3, 1], "card": {"class": "elder"}}
    before = json.dumps(data)
    evaluate({"map": [{"merge": [{"var": "list"}, {"var": "card"}]}, {"log": {"var": ""}}]}, data)
    assert json.dumps(data) == before
