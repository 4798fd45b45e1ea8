"""A flat fare with concessions, from a tariff: a dict as the tariff package carries it (docs/decision.md: every field).

    fare          fen for one ride
    concessions   {class: percent that is paid}
    low_balance   below this many fen after the fare, the screen asks to top up
    home          city codes of this city
    same_city     city codes that get local treatment, listed here or not
    unlisted      what an unlisted card of this city gets: "admit" or "refuse"
    damaged       what any card gets when its list block is damaged: "admit" or "refuse"

`name` and `policy` change no decision in service. Any other field (a network, passes, rules ...) makes it more than
flat: see judgement.py and pricing.py.
"""

from micropython import const

_FLAT = const(("fare", "concessions", "low_balance", "home", "same_city", "unlisted", "damaged", "name", "policy"))


def is_flat(tariff):
    """True when the tariff has none but the fields of this page."""
    for name in tariff:
        if name not in _FLAT:
            return False
    for given in tariff["concessions"].values():
        if not isinstance(given, int):
            return False
    return True


def fare_of(tariff, holder_class):
    """(fen, concession class or None) for one ride of `holder_class`."""
    percent = tariff["concessions"].get(holder_class)
    if percent is None:
        return tariff["fare"], None
    return tariff["fare"] * percent // 100, holder_class  # halves round down, in the rider's favour
