"""Who uses a kiosk: what was read of a card or code, masked where it can be. It lives for one session, in memory only."""

from collections import namedtuple

from terminal.civil_time import CHINA, DAY, civil_from_days, day_of_bcd

Holder = namedtuple(
    "Holder",
    (
        "token",  # 32 hex digits, permuted under the list key as in lists and records
        "identity",  # the holder's number as read from the card, None when it stayed shut or a code was shown
        "name",  # masked, "" when unknown
        "proved",  # "none", "psam", "signature" or "pin"
        "holder_class",  # one of media.credential.CLASSES
        "age",  # in years, None when nothing says so
        "generation",  # of the card, 1 to 3; None for a code
        "same_city",  # the holder is of this city or of one with the same treatment
        "scheme",  # one of the names in media.credential.SCHEMES
        "medium",  # where it came from: "slot", "reader", "scanner" or "phone"
    ),
)

ELDER_AGE = 60  # from here on the kiosk changes to its elder mode by itself


def facts(holder):
    """What the conditions of services (`who`) may ask about."""
    return {
        "class": holder.holder_class,
        "age": holder.age,
        "same_city": holder.same_city,
        "generation": holder.generation,
        "proved": holder.proved,
        "scheme": holder.scheme,
    }


def asking(holder):
    """The holder as terminal.service_client sends it."""
    return {
        "token": holder.token, "class": holder.holder_class, "proved": holder.proved, "identity": holder.identity,
    }  # fmt: skip


def proved_by_pin(holder):
    """The same holder after the card took the PIN."""
    return Holder(*holder[:3], "pin", *holder[4:])


def is_senior(holder):
    """Whether the elder mode comes on by itself."""
    return holder.holder_class == "elder" or (holder.age is not None and holder.age >= ELDER_AGE)


def masked_name(name):
    """A name with all but its first character hidden: 王**."""
    return name[:1] + "*" * min(2, len(name) - 1) if name else ""


def age_on(birth, now):
    """Years between the day `birth` (since 1970-01-01) and the UTC second `now`."""
    born, today = civil_from_days(birth), civil_from_days((now + CHINA) // DAY)
    return today[0] - born[0] - (today[1:] < born[1:])


def age_of_number(number, now):
    """Years by the date inside a citizen number of 18 characters (GB 11643); None when it has none."""
    digits = number[6:14]
    if len(number) != 18 or not digits.isdigit():
        return None
    birth = day_of_bcd(bytes([int(digits[at : at + 2], 16) for at in (0, 2, 4, 6)]))
    return None if birth is None else age_on(birth, now)
