"""Where a resident's card went in the last week: the same of the same day, whenever one asks."""

from headend.demonstration.case import moment_name, ok, operation, row
from terminal.civil_time import CHINA, DAY

# hour and minute from which somebody sets out, where to, on which days of the week (0: Monday)
_WAYS = ((7, 10, "地铁", "metro", range(5)), (17, 40, "地铁", "metro", range(5)), (9, 20, "公交", "bus", (5, 6)))
_RIDES_FREE = ("elder", "disabled", "veteran", "child")


def uses(case):
    """[(time, zh, en, fen)] of what the card opened in the last week, newest first: always the same of the same day."""
    found = []
    today = case.now - (case.now + CHINA) % DAY
    for start in range(today, today - 7 * DAY, -DAY):
        draw = case.random("day %d" % (start // DAY))
        for hour, minute, zh, en, days in _WAYS:
            time = start + hour * 3600 + (minute + draw.randint(0, 40)) * 60
            fen = draw.choice((200, 300, 400)) if zh == "地铁" else 200
            if ((start + CHINA) // DAY + 3) % 7 in days and time <= case.now:
                found.append((time, zh, en, 0 if case.resident.holder_class in _RIDES_FREE else fen))
    return sorted(found, reverse=True)


@operation("trips")
def trips(case):
    taken = uses(case)
    rows = [
        row(moment_name(time) + " " + zh, moment_name(time) + " " + en, fen, "money") for time, zh, en, fen in taken
    ]
    whole = sum(fen for _, _, _, fen in taken)
    return ok([row("近7天合计", "Last 7 days", whole, "money"), *rows], amount=whole)


@operation("card-track")
def track(case):
    return ok(
        [
            row(moment_name(time), moment_name(time), zh + case.say("闸机", en) + " gate")
            for time, zh, en, _ in uses(case)
        ]
    )
