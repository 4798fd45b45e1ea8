"""Journeys on the purse itself: entry and exit are written to the card together with its debit (docs/cards.md).

Made only for terminals whose settings name their `place` and the `trips` record of the card they keep.
"""

from micropython import const

from terminal.civil_time import card_time
from terminal.media import purse_trip_records as trip_records

_RAIL = const((0x01, 0x0A, 0x0E))  # metro, intercity and suburban rail: they write stations, all others write stops


class CardTrips:
    """Writes record `number` of file 001A and the transit log. `place`: see purse_trip_records.place_of; `most` in fen."""

    def __init__(self, place, number, most=0):
        self._place = trip_records.place_of(place)
        self._number = number
        self._most = most

    def of(self, purse, decision, time):
        """The `trip` for terminal.charge of an admission decided at `time`; () when there is nothing to write."""
        if purse is None or purse.trip_record is None or decision.trip is None:
            return ()
        place, number, when = self._place, self._number, card_time(time)
        rail = place.industry in _RAIL
        if decision.trip == "open":
            if rail:
                return trip_records.enter_rail(purse, place, when, self._most, number)
            return trip_records.board_bus(purse, place, when, number, self._most)
        if rail:
            return trip_records.leave_rail(purse, place, when, decision.fare, number)
        return trip_records.alight_bus(purse, place, when, number, decision.fare)
