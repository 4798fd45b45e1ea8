"""Days, windows and opening hours: what a venue's calendar says of a moment. Pure, in China's civil time.

A day of a calendar has a kind: 1 (Monday) to 7, or HOLIDAY. `calendar` is [[first day, last day, kind], ...], days
since 1970-01-01: public holidays, and the Sundays worked for them. Minutes count from midnight, up to 2880 where a
window reaches into the next day.
"""

from micropython import const

from terminal.civil_time import CHINA, DAY, civil_from_days

HOLIDAY = const(8)
_MINUTES = const(1440)


def day_of(now):
    """Days since 1970-01-01 at a UTC second."""
    return (now + CHINA) // DAY


def minute_of(now):
    """Minutes since midnight at a UTC second."""
    return (now + CHINA) % DAY // 60


def period_of(name, now):
    """The number of the "day", "week" (from Monday) or "month" in which `now` lies."""
    day = day_of(now)
    if name == "day":
        return day
    if name == "week":
        return (day + 3) // 7
    year, month, _ = civil_from_days(day)
    return year * 12 + month - 1


def kind_of(calendar, day):
    """1 (Monday) to 7, or HOLIDAY."""
    for first, last, kind in calendar or ():
        if first <= day <= last:
            return kind
    return (day + 3) % 7 + 1


def is_within(windows, calendar, now):
    """True when one of `windows` holds: {"days": [kinds], "from": minute, "to": minute}; a field left out says nothing.

    A window whose "to" is not after its "from" ends on the next day and belongs to the day on which it began.
    """
    day, minute = day_of(now), minute_of(now)
    for window in windows:
        begin, end = window.get("from", 0), window.get("to", _MINUTES)
        if end <= begin:
            end += _MINUTES
        if begin <= minute < end and _has(window, calendar, day):
            return True
        if begin <= minute + _MINUTES < end and _has(window, calendar, day - 1):
            return True
    return False


def _has(window, calendar, day):
    days = window.get("days")
    return days is None or kind_of(calendar, day) in days


def is_open(hours, calendar, now):
    """True while open: `hours` {"weekly": [[open, close] or None] * 8, Monday first, holidays last, "last_entry": minutes}.

    "except": [[first day, last day, [open, close] or None], ...] goes before the week.
    """
    minute = minute_of(now)
    early = hours.get("last_entry", 0)
    for day, at in ((day_of(now), minute), (day_of(now) - 1, minute + _MINUTES)):
        span = _span(hours, calendar, day)
        if span is not None:
            begin, end = span
            if end <= begin:
                end += _MINUTES
            if begin <= at < end - early:
                return True
    return False


def _span(hours, calendar, day):
    for first, last, span in hours.get("except", ()):
        if first <= day <= last:
            return span
    return hours["weekly"][kind_of(calendar, day) - 1]
