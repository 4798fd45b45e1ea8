"""Civil time in China (UTC+8, no summer time) from UTC seconds and back, as cards, codes and screens write it.

Integers only: interpreters disagree about `time.gmtime` and its epoch.
"""

from micropython import const

DAY = const(86400)
CHINA = const(8 * 3600)  # local time is UTC plus this many seconds, everywhere and always


def days_from_civil(year, month, day):
    """Days since 1970-01-01 of a Gregorian date."""
    year -= month <= 2
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


def civil_from_days(days):
    """(year, month, day) of `days` since 1970-01-01."""
    days += 719468
    era = days // 146097
    day_of_era = days - era * 146097
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def civil(utc):
    """(year, month, day, hour, minute, second) in China at a UTC second."""
    local = utc + CHINA
    rest = local % DAY
    return civil_from_days(local // DAY) + (rest // 3600, rest // 60 % 60, rest % 60)


def day_of_bcd(date):
    """Days since 1970-01-01 of 4 BCD bytes YYYYMMDD; None when they are no date (00000000, FFFFFFFF, month 13)."""
    digits = 0
    for byte in date:
        if byte >> 4 > 9 or byte & 15 > 9:
            return None
        digits = digits * 100 + (byte >> 4) * 10 + (byte & 15)
    year, month, day = digits // 10000, digits // 100 % 100, digits % 100
    if not (1 <= month <= 12 and 1 <= day <= 31 and year >= 1970):
        return None
    days = days_from_civil(year, month, day)
    return days if civil_from_days(days) == (year, month, day) else None


def start_of_day(days):
    """UTC second at which day `days` (since 1970-01-01) begins in China."""
    return days * DAY - CHINA


def card_time(utc):
    """YYYYMMDDhhmmss in 7 BCD bytes, as cards and PSAMs carry it."""
    year, month, day, hour, minute, second = civil(utc)
    parts = (year // 100, year % 100, month, day, hour, minute, second)
    return bytes(part // 10 << 4 | part % 10 for part in parts)


def clock_text(utc):
    """hh:mm for a screen."""
    return "%02d:%02d" % civil(utc)[3:5]
