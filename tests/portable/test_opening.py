from terminal.decision import opening
from tests.portable.decision_cases import moment

MONDAY = 20528  # 2026-03-16


def test_periods():
    at = moment("08:00")
    assert opening.day_of(at) == MONDAY and opening.minute_of(at) == 480
    assert opening.day_of(moment("2026-03-15T23:59:59")) == MONDAY - 1
    assert opening.period_of("day", at) == MONDAY
    week = opening.period_of("week", at)
    assert opening.period_of("week", moment("2026-03-22T23:59:59")) == week
    assert opening.period_of("week", moment("2026-03-15T23:59:59")) == week - 1
    assert opening.period_of("month", at) == 2026 * 12 + 2
    assert opening.period_of("month", moment("2025-12-31")) + 1 == opening.period_of("month", moment("2026-01-01"))


def test_kinds_of_days():
    assert [opening.kind_of(None, MONDAY + day) for day in range(8)] == [1, 2, 3, 4, 5, 6, 7, 1]
    calendar = [[MONDAY + 1, MONDAY + 2, opening.HOLIDAY], [MONDAY + 6, MONDAY + 6, 1]]
    assert [opening.kind_of(calendar, MONDAY + day) for day in range(7)] == [1, 8, 8, 4, 5, 6, 1]


def test_windows_over_midnight_belong_to_the_day_they_began_on():
    night = [{"days": [5], "from": 1320, "to": 120}]
    for text, expected in (
        ("2026-03-20T21:59", False), ("2026-03-20T22:00", True), ("2026-03-21T01:59", True), ("2026-03-21T02:00", False),
        ("2026-03-21T23:00", False), ("2026-03-20T01:00", False),
    ):  # fmt: skip
        assert opening.is_within(night, None, moment(text)) == expected, text
    assert opening.is_within([{}], None, moment("03:00"))
    assert not opening.is_within([], None, moment("03:00"))
    assert opening.is_within([{"from": 300, "to": 300}], None, moment("04:59"))  # a whole day long


def test_hours():
    hours = {"weekly": [[540, 1020]] * 5 + [None, [1200, 60]] + [[600, 660]], "last_entry": 30}
    for text, expected in (
        ("08:59", False), ("09:00", True), ("16:29", True), ("16:30", False), ("2026-03-21T12:00", False),
        ("2026-03-22T20:00", True), ("2026-03-23T00:29", True), ("2026-03-23T00:30", False),
    ):  # fmt: skip
        assert opening.is_open(hours, None, moment(text)) == expected, text
    holiday = [[MONDAY, MONDAY, 8]]
    assert opening.is_open(hours, holiday, moment("10:29")) and not opening.is_open(hours, holiday, moment("10:30"))
    shut = dict(hours)
    shut["except"] = [[MONDAY, MONDAY, None]]
    assert not opening.is_open(shut, None, moment("12:00"))
