from terminal import civil_time


def test_days_and_dates_agree_over_four_centuries():
    expected = civil_time.days_from_civil(1970, 1, 1)
    assert expected == 0
    for year in range(1970, 2371):
        for month in (1, 2, 3, 12):
            days = civil_time.days_from_civil(year, month, 1)
            assert civil_time.civil_from_days(days) == (year, month, 1)
            before = civil_time.civil_from_days(days - 1)
            assert (before[0] * 12 + before[1]) == (year * 12 + month) - 1


def test_leap_days():
    assert civil_time.civil_from_days(civil_time.days_from_civil(2000, 2, 28) + 1) == (2000, 2, 29)
    assert civil_time.civil_from_days(civil_time.days_from_civil(2100, 2, 28) + 1) == (2100, 3, 1)


def test_china_is_eight_hours_ahead():
    assert civil_time.civil(1767225600) == (2026, 1, 1, 8, 0, 0)
    assert civil_time.civil(1767225600 - 8 * 3600 - 1) == (2025, 12, 31, 23, 59, 59)
    assert civil_time.clock_text(1767225600) == "08:00"


def test_card_time_is_bcd():
    assert civil_time.card_time(1767225600 + 61) == b"\x20\x26\x01\x01\x08\x01\x01"


def test_dates_that_are_none():
    for bad in (
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xff",
        b"\x20\x26\x13\x01",
        b"\x20\x26\x02\x29",
        b"\x20\x2a\x01\x01",
    ):
        assert civil_time.day_of_bcd(bad) is None
    assert civil_time.day_of_bcd(b"\x19\x70\x01\x02") == 1


def test_start_of_day_is_midnight_in_china():
    day = civil_time.day_of_bcd(b"\x20\x26\x01\x01")
    assert civil_time.civil(civil_time.start_of_day(day)) == (2026, 1, 1, 0, 0, 0)
