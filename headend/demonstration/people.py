"""The synthetic residents: made-up names out of the sixty-year cycle, numbers of a region that does not exist.

Their check characters are right (GB 11643), so that they pass every check a real number passes.
"""

from collections import namedtuple

from terminal.civil_time import civil

REGION = "990100"  # no such region in GB/T 2260
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

Resident = namedtuple("Resident", "name number born sex holder_class kinds")
"""`born`: "YYYYMMDD"; `sex` 1 male, 2 female; `kinds`: what their lives are like, see data/payments.csv."""

# name, birth, sex, class of the card, kinds
_PEOPLE = (
    ("样甲子", "19500312", 1, "elder", "pensioner annuity patient senior"),
    ("样乙丑", "19850607", 2, "adult", "employee patient reader payer"),
    ("样丙寅", "19750923", 1, "adult", "farmer patient"),
    ("样丁卯", "19701111", 2, "disabled", "disabled aid city-aid patient"),
    ("样戊辰", "19620801", 1, "veteran", "veteran pensioner annuity"),
    ("样己巳", "20040515", 2, "student", "student reader"),
    ("样庚午", "19790228", 1, "adult", "unemployed trainee"),
    ("样辛未", "19821020", 1, "adult", "migrant injured"),
    ("样壬申", "19950718", 2, "adult", "mother employee"),
    ("样癸酉", "19880130", 1, "adult", "talent official employee"),
    ("样甲戌", "19520905", 2, "elder", "rural farmer aid lone senior"),
    ("样乙亥", "20180601", 1, "child", "child"),
)


def check_character(first17):
    """The 18th character of an identity number: ISO 7064 MOD 11-2."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17))
    return "10X98765432"[total % 11]


def _resident(position, row):
    name, born, sex, holder_class, kinds = row
    first17 = "%s%s%03d" % (REGION, born, 2 * position + 20 + (sex & 1))  # odd for men
    return Resident(name, first17 + check_character(first17), born, sex, holder_class, frozenset(kinds.split()))


RESIDENTS = tuple(_resident(position, row) for position, row in enumerate(_PEOPLE))
BY_NUMBER = {resident.number: resident for resident in RESIDENTS}


def age(resident, now):
    """Full years at `now` (UTC seconds)."""
    year, month, day = civil(now)[:3]
    had_birthday = (month, day) >= (int(resident.born[4:6]), int(resident.born[6:]))
    return year - int(resident.born[:4]) - (not had_birthday)


def masked_name(name):
    """The name with all but its first letter hidden."""
    return name[:1] + "*" * (len(name) - 1)


def masked_number(number):
    """The number with birth and order hidden."""
    return number[:3] + "*" * 13 + number[-2:]
