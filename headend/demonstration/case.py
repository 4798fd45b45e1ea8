"""One request to the demonstration back end, with all that an operation needs; and the register of operations."""

import csv
import pathlib
import random

from terminal.civil_time import civil, days_from_civil, start_of_day

_DATA = pathlib.Path(__file__).parent / "data"
OPERATIONS = {}
CHOICES = {}


def operation(*names, anonymous=False):
    """Registers what answers these operations; `anonymous`: also without a resident who is known."""

    def register(answer):
        for name in names:
            OPERATIONS[name] = answer, anonymous
        return answer

    return register


def choices(*names):
    """Registers what gives the choices of fields with these names: called with a Case, returns [[value, zh, en]]."""

    def register(give):
        for name in names:
            CHOICES[name] = give
        return give

    return register


def table(name):
    """The rows of data/NAME.csv as dicts."""
    with open(_DATA / (name + ".csv"), encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))


_LISTS = {}
for _row in table("lists"):
    _LISTS.setdefault(_row["list"], []).append(_row)


def entries(name):
    """The rows of one of the demonstration's lists: id, zh, en, more."""
    return _LISTS[name]


def entry(name, value):
    """One row, or None."""
    return next((row for row in _LISTS[name] if row["id"] == value), None)


def options(name):
    """A list as choices."""
    return [[row["id"], row["zh"], row["en"]] for row in _LISTS[name]]


def offer(name, *fields):
    """Registers a list as the choices of these fields, of the field of its own name when none is given."""
    for field in fields or (name,):
        CHOICES[field] = lambda _case: options(name)


class Case:
    """`asked`: headend.services.Asked; `resident`: people.Resident or None; `service`: its row in the document, or {};
    `holder_of(number, now)`: what a kiosk is told of somebody whom a telephone named."""

    def __init__(self, asked, resident, service, facts, hooks, holder_of):
        self.asked = asked
        self.resident = resident
        self.service = service
        self.facts = facts
        self.hooks = hooks
        self.holder_of = holder_of
        self.now = asked.time
        self.number = resident.number if resident else ""

    @property
    def fields(self):
        return self.asked.fields

    def say(self, zh, en):
        """The one in the language of the kiosk's screen, for values: titles go out in both."""
        return zh if self.asked.lang == "zh" else en

    def random(self, about=""):
        """A generator that always says the same of this resident."""
        return random.Random("%s %s" % (self.number, about))

    def remember(self, kind, key, value):
        self.facts.put(kind, self.number, key, value, self.now)

    def recall(self, kind, key):
        return self.facts.get(kind, self.number, key)

    def all(self, kind):
        return self.facts.all(kind, self.number)

    def block(self, reason):
        """Whatever this resident's card carries opens nothing any more: purse and social card have tokens of their own."""
        for token in self.facts.keys("token", "", self.number):
            self.hooks.lost(token, reason)

    def reference(self):
        """The next number under which something is filed."""
        number = self.facts.count("reference", self.now)
        return "%04d%02d%02d%06d" % (*civil(self.now)[:3], number)

    def chosen(self, field):
        """[Chinese, English] of the choice in a field, whoever offers it; its value twice when nobody does."""
        value = self.fields.get(field, "")
        for described in self.service.get("fields", ()):
            if described["id"] == field and isinstance(described.get("choices"), list):
                for option in described["choices"]:
                    if option[0] == value:
                        return option[1:]
        give = CHOICES.get(field)
        for option in give(self) if give else ():
            if option[0] == value:
                return option[1:]
        return [value, value]


def row(zh, en, value, kind="text"):
    return [zh, en, value, kind]


def ok(rows=(), **more):
    return dict(more, status="ok", rows=list(rows))


def refused(zh, en):
    return {"status": "refused", "message": [zh, en]}


def nothing(zh="没有记录。", en="Nothing on record."):
    return ok(message=[zh, en])


def month_start(now, back):
    """UTC second of the first of the month `back` months before that of `now`."""
    year, month = civil(now)[:2]
    total = year * 12 + month - 1 - back
    return start_of_day(days_from_civil(total // 12, total % 12 + 1, 1))


def month_name(time):
    return "%d-%02d" % civil(time)[:2]


def day_name(time):
    return "%d-%02d-%02d" % civil(time)[:3]


def moment_name(time):
    return "%02d-%02d %02d:%02d" % civil(time)[1:5]


def next_day(now, count=1):
    """UTC second of midnight in China, `count` days on."""
    return start_of_day(days_from_civil(*civil(now)[:3]) + count)
