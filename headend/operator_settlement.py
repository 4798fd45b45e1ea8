"""The operator page's settlement: one day's sums by operator, what a person has to look at, both as CSV, and places."""

import csv
import datetime
import io
import itertools

from headend import settlement
from headend.errors import PlaceRefused
from terminal.civil_time import CHINA, DAY
from terminal.errors import WireMalformed
from terminal.names import check_name

_MOST_CASES = 200
_LONGEST = 64
_EPOCH = datetime.date(1970, 1, 1)
_LAST_DAY = (datetime.date.max - _EPOCH).days


def day_of(text, now):
    """Days since 1970-01-01 of a date such as 2026-11-28; today in China for what is none."""
    try:
        day = (datetime.date.fromisoformat(text) - _EPOCH).days
    except ValueError:
        day = -1
    return day if 0 < day < _LAST_DAY else _day_at(now)


def _day_at(utc):
    return (utc + CHINA) // DAY


def date_of(day):
    return (_EPOCH + datetime.timedelta(days=day)).isoformat()


def view(database, day):
    """What settlement.html shows of `day`."""
    result = settlement.summed(database, day)
    count, fen = settlement.waiting(database, day)
    operators = [
        (operator, lines, sum(line.rides for line in lines), sum(line.fen for line in lines))
        for operator, lines in (
            (key, list(group)) for key, group in itertools.groupby(result.lines, lambda line: line.operator)
        )
    ]
    places = [(terminal, date_of(_day_at(since)), *rest) for terminal, since, *rest in settlement.places_now(database)]
    return {
        "date": date_of(day), "before": date_of(day - 1), "after": date_of(day + 1),
        "operators": operators,
        "rides": sum(line.rides for line in result.lines), "fen": sum(line.fen for line in result.lines),
        "grey": len(result.grey), "disputed": len(result.disputed),
        "unknown": any(case.reason == "unknown" for case in result.disputed),
        "waiting": count, "waiting_fen": fen,
        "cases": (result.grey + result.disputed)[:_MOST_CASES], "places": places,
    }  # fmt: skip


def sums_csv(database, day):
    """The sums of `day`, a line each, amounts in fen."""
    lines = settlement.summed(database, day).lines
    rows = [(*line[:4], date_of(line.day), line.rides, line.fen) for line in lines]
    return _csv(("operator", "line", "product", "concession", "day", "rides", "fen"), rows)


def cases_csv(database, day):
    """The grey and disputed records of `day`, amounts in fen, times in UTC seconds."""
    result = settlement.summed(database, day)
    return _csv(settlement.Case._fields, result.grey + result.disputed)


def _csv(heads, rows):
    """UTF-8 with the mark that spreadsheets want."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def move(database, form, now):
    """Takes the form of a move: terminals, since (a date, in China), operator, line. Returns its words for the trail."""
    terminals = str(form.get("terminals", "")).split()
    operator, line = (str(form.get(name, "")).strip() for name in ("operator", "line"))
    try:
        for terminal in terminals:
            check_name(terminal)
    except WireMalformed as error:
        raise PlaceRefused(str(error)) from None
    if not terminals or not all(_is_name(name) for name in (operator, line)):
        raise PlaceRefused("name terminals, an operator and a line; names begin with a letter or digit")
    day = day_of(str(form.get("since", "")), now)
    settlement.move(database, terminals, day * DAY - CHINA, operator, line)
    return "%s %s %s %s" % (date_of(day), operator, line, " ".join(terminals))


def _is_name(text):
    """A spreadsheet would take a cell that begins with = + - @ for a formula."""
    return text[:1].isalnum() and len(text) <= _LONGEST and text.isprintable()
