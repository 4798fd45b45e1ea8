"""Sample taps under a tariff before it is in force: one that makes a decision fail is found out here, not at a gate.

They are played where a tariff is compiled, packed and published, and on the terminal that fetched it, which may be older
than what it is told. They are not every tap there is: terminal.tap.unfit is for what fails in service all the same.
"""

from terminal import courses, lists
from terminal.civil_time import DAY
from terminal.decide import FAILURES, decide
from terminal.decision.visits import after
from terminal.media.credential import ACCOUNT_CODE, ADULT, CLASSES, PROVED_SIGNATURE, PURSE, Credential
from terminal.modes import IN_SERVICE

_PLENTY = 100_000
_RIDE = 1200
_WAIT = 300
_NOBODY = "a city that is none"
_BIRTH = -5000  # days since 1970


def rehearse(tariff, now):
    """Steps of the rehearsal, one after each tap; the words of the first failure come last, if there is one."""
    who = where = "nobody yet"
    try:
        for known, taps in _stories(tariff, now):
            for credential, entry, time, mode, here in taps:
                who, where = credential.holder_class, here
                decision = decide(credential, entry, known, tariff, time, mode, here)
                if not isinstance(decision.fare, int) or decision.fare < 0:
                    raise ValueError("a fare of %r" % (decision.fare,))
                known = after(known, decision, _rates(tariff, time), time, here)
                yield None
    except FAILURES as error:
        yield "%s %s (%s, %s)" % (type(error).__name__, error, who, where)


def failure(tariff, now):
    """What made a sample tap fail, in words; None when all of them were decided."""
    for fault in rehearse(tariff, now):
        if fault is not None:
            return fault
    return None


def fails_for_all(tariff, holder_class, now, here):
    """Whether somebody of this class fails about whom nothing is known, at this place: the fault is the tariff's."""
    try:
        for leaving in (False, True):
            place = dict(here, direction="exit" if leaving else "entry")
            decide(_somebody(tariff, holder_class, PURSE), _LISTED, None, tariff, now, IN_SERVICE, place)
    except FAILURES:
        return True
    return False


def _rates(tariff, now):
    from terminal.decision import pricing  # a flat fare does without

    return pricing.in_force(tariff, now)


_LISTED = lists.Entry(lists.VALID, ADULT, 0, 0)


def _somebody(tariff, holder_class, scheme, city=None, balance=_PLENTY):
    city = city or (list(tariff["home"]) or [_NOBODY])[0]
    proved, fen = (0, balance) if scheme == PURSE else (PROVED_SIGNATURE, None)
    return Credential(scheme, bytes(16), city, city, holder_class, 0, 0, proved, fen)


def _stories(tariff, now):
    """(visits, taps) of one holder each; a tap is (credential, list entry, time, mode, place)."""
    # Days on which it may say something else: today, a day of rest, and whenever it changes.
    for day in [now, now + DAY, now + 5 * DAY] + [begin for begin, _ in tariff.get("later", ())]:
        for holder_class in CLASSES:
            for scheme in (PURSE, ACCOUNT_CODE):
                somebody = _somebody(tariff, holder_class, scheme)
                yield (
                    {},
                    [(somebody, _LISTED, time, IN_SERVICE, here) for time, here in _walk(_rates(tariff, day), day)],
                )
    others = [_somebody(tariff, ADULT, PURSE, balance=balance) for balance in (0, 1)]
    others += [_somebody(tariff, ADULT, PURSE, city) for city in [_NOBODY] + list(tariff["same_city"])[:1]]
    for somebody in others:
        yield {}, [(somebody, _LISTED, now, IN_SERVICE, None), (somebody, _UNLISTED, now, IN_SERVICE, None)]
    somebody = _somebody(tariff, ADULT, PURSE)
    for name in tariff.get("products", ()):
        visits = {"contracts": [{"product": name, "until": now + 30 * DAY}]}
        yield visits, [(somebody, _LISTED, time, IN_SERVICE, here) for time, here in _walk(_rates(tariff, now), now)]
    numbers = [int(number) for number in tariff.get("listed_products", ())]
    for entry in [_UNLISTED, _UNREADABLE] + [lists.Entry(lists.VALID, ADULT, 0, number) for number in numbers]:
        yield {}, [(somebody, entry, time, IN_SERVICE, here) for time, here in _walk(_rates(tariff, now), now)]
    for mode in range(len(courses.TABLE)):
        yield {}, [(somebody, _LISTED, time, mode, here) for time, here in _walk(_rates(tariff, now), now)]


_UNLISTED = lists.Entry(lists.ABSENT, None, 0, 0)
_UNREADABLE = lists.Entry(lists.UNREADABLE, None, 0, 0)


def _walk(rates, start):
    """(time, place) of somebody's day: there, a change on the way, too long, back, with company, an exit without entry."""
    names = sorted(rates["network"]["stations"]) if "network" in rates else [None]
    lines = sorted(rates["lines"]) if "lines" in rates else [None]
    a, b = names[0], names[-1]
    ways = (
        (0, a, "entry", 1), (_RIDE, b, "exit", 1), (_WAIT, b, "entry", 1), (_RIDE, b, "exit", 1), (_WAIT, a, "exit", 1),
        (DAY // 3, a, "entry", 2), (DAY // 4, b, "exit", 2), (_WAIT, a, "entry", 1), (_WAIT, a, "entry", 1),
    )  # fmt: skip
    time = start
    for line in lines:
        for wait, station, direction, persons in ways:
            time += wait
            here = {"direction": direction, "birth": _BIRTH, "eligible": True, "operator": "", "site": ""}
            for name, value in (("station", station), ("line", line)):
                if value is not None:
                    here[name] = value
            if persons > 1:
                here["persons"] = persons
            yield time, here
