"""Fares: pure functions over a tariff, a dict as the tariff package carries it.

    fare          fen for one ride
    concessions   {class: percent of the fare that is paid}
    low_balance   below this many fen after the fare, the screen asks to top up
    home          city codes of this city
    same_city     city codes that get local treatment, listed here or not
    unlisted      what an unlisted card of this city gets: "admit" or "refuse"
    damaged       what any card gets when its list block is damaged: "admit" or "refuse"
"""


def fare_of(tariff, holder_class):
    """(fen, concession class or None) for one ride of `holder_class`; halves round down, in the rider's favour."""
    percent = tariff["concessions"].get(holder_class)
    if percent is None:
        return tariff["fare"], None
    return tariff["fare"] * percent // 100, holder_class
