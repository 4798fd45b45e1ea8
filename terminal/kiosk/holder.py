"""Who uses a kiosk: what was read of a card or code, masked where it can be. It lives for one session, in memory only."""

from collections import namedtuple

from terminal.civil_time import civil

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


def age_of_number(number, now):
    """Full years at the UTC second `now` by the date inside a citizen number (GB 11643); None when it has none.

    Not by the card's record of the birth: civil_time knows no days before 1970, and most who draw a pension were born then.
    """
    digits = number[6:14]
    if len(number) != 18 or not digits.isdigit():
        return None
    born, today = (int(digits[:4]), int(digits[4:6]), int(digits[6:])), civil(now)
    return today[0] - born[0] - (today[1:3] < born[1:])
