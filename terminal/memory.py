"""What a terminal remembers of its visitors for tariffs that ask about visits, and where it stands.

Made only where the settings ask for it: a gate with a flat fare remembers nobody.
"""

from micropython import const

from terminal import records
from terminal.decide import Decision
from terminal.media.credential import CLASSES
from terminal.visits import VisitTable, after, of_trip, passed, together

_LOOK_BACK = const(2000)  # records read back at most; a gate is not to spend seconds on its past


class Memory:
    """Visits of the last `most` holders at this place. `here`: direction, station, line, operator, site ...

    `docked()` says whether a vehicle is in its dock, where one is; `leaving` is the direction of who is attended to.
    It knows what this terminal alone can know: a record's `knows` says so.
    """

    docked = None
    leaving = False

    def __init__(self, most, tariff, here):
        self._most = most
        self._table = VisitTable(most)
        self._tariff = tariff
        self._here = here
        self._before = None  # the last admitted person, whom a companion or child may follow
        self._waiting = None  # (seq, token) of the admission whose passage is not over

    def recall(self, journal):
        """Reads back from the journal what a power cut took: admissions, their fares, and who was seen walking."""
        for seq in range(max(1, journal.last_seq + 1 - min(4 * self._most, _LOOK_BACK)), journal.last_seq + 1):
            payload = journal.read(seq)
            if payload is None or len(payload) != records.SIZE:
                continue
            record = records.unpack(payload)
            self.leaving = bool(record.flags & records.LEAVING) or self._here.get("direction") == "exit"
            if record.kind == records.DEPARTED:
                self.depart()
            elif record.kind == records.HEARD:
                self._heard(record)
            elif record.kind == records.DEBITED or (record.kind == records.TAP and record.reason == 0):
                self.note(record.token, self._decision_of(record), record.time, seq)
            elif record.kind in (records.PASSED, records.NOT_PASSED):
                self.ended(record.ref, record.kind == records.PASSED)
        self._before = self._waiting = None
        self.leaving = False

    def _decision_of(self, record):
        """What an admission's record still says of its Decision."""
        name = CLASSES[record.holder_class] if record.holder_class < len(CLASSES) else CLASSES[0]
        concession = name if name in self._tariff["concessions"] else None
        trip = contract = left = None
        if "network" in self._tariff or "session" in self._tariff:
            trip = "close" if self.leaving else "open"
        if record.kind == records.TAP and 0 < record.type <= len(self._tariff.get("order", ())):
            contract = self._tariff["order"][record.type - 1]
            left = self._left(record.token, contract)
        return Decision(
            True, "ok", record.fare, concession, None, name, False, False, contract, None, left, trip, 0, None, 0, 1, (),
            None,
        )  # fmt: skip

    def _left(self, token, contract):
        """How many uses a pack has after one more; None for a product that counts none."""
        trips = self._tariff["products"][contract].get("trips")
        if trips is None:
            return None
        for known in self._table.look(token).get("contracts", ()):
            if known["product"] == contract:
                trips = known.get("left", trips)
        return trips - 1

    def _heard(self, record):
        """A neighbour's word that the journal kept; a gate without neighbours has none."""

    def depart(self):
        """The boat left: nobody is aboard any more."""
        self._table.empty()

    def inside(self):
        """How many are inside."""
        return self._table.inside()

    def visits(self, token, presented):
        """The visits of a holder: remembered here, corrected by the trip record of the card, when it has one."""
        known = self._table.look(token)
        trip = None if presented is None or presented.purse is None else presented.purse.trip
        if trip is None:
            return known
        return together(known, of_trip(trip, self._tariff.get("network", {}).get("codes")))

    def here(self, presented, known=None):
        """Where and how something is presented; `presented` is a media.present.Presented, or None for a code.

        Where both directions pass, `known` visits say which one it is: who is inside goes out.
        """
        place = dict(self._here)
        if place.get("direction") == "both":
            place["direction"] = _direction(known or {})
        self.leaving = place.get("direction") == "exit"
        if self.docked is not None:
            place["docked"] = self.docked()
        if self._before is not None:
            place["before"] = self._before
        if "most_inside" in self._tariff.get("entry", {}):
            place["inside"] = self._table.inside()
        if presented is None:
            return place
        if presented.purse is not None and presented.purse.transit is not None:
            place["interoperable"] = presented.purse.transit.interoperable
        if presented.card is not None and presented.card.birth is not None:
            place["birth"] = presented.card.birth
        return place

    def note(self, token, decision, now, seq):
        """Keeps an admission that was recorded under `seq`."""
        known = after(self._table.look(token), decision, self._tariff, now, self._place())
        self._table.note(token, known)
        self._waiting = seq, token
        if decision.concession == "companion":
            self._before = dict(self._before, companions=self._before.get("companions", 0) + 1)
        else:
            self._before = {"class": decision.holder_class, "time": now}

    def _place(self):
        place = dict(self._here)
        if self._here.get("direction") == "both":
            place["direction"] = "exit" if self.leaving else "entry"
        return place

    def ended(self, seq, walked):
        """Hears what came of the passage admitted under `seq`."""
        if self._waiting is None or self._waiting[0] != seq:
            return
        token = self._waiting[1]
        self._waiting = None
        known = self._table.look(token)
        if "last" in known:
            self._table.note(token, passed(known, walked))


def _direction(known):
    """Who was let in or out a moment ago and did not walk goes that way again; else who is inside goes out."""
    last = known.get("last")
    if last and last.get("passed") is False:
        return last["direction"]
    return "exit" if known.get("inside") else "entry"
