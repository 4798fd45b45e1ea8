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

    It knows what this terminal alone can know: a record's `knows` says so.
    """

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
            if record.kind == records.DEBITED or (record.kind == records.TAP and record.reason == 0):
                self.note(record.token, self._decision_of(record), record.time, seq)
            elif record.kind in (records.PASSED, records.NOT_PASSED):
                self.ended(record.ref, record.kind == records.PASSED)
        self._before = self._waiting = None

    def _decision_of(self, record):
        """What an admission's record still says of its Decision."""
        name = CLASSES[record.holder_class] if record.holder_class < len(CLASSES) else CLASSES[0]
        concession = name if name in self._tariff["concessions"] else None
        trip = None
        if "network" in self._tariff or "session" in self._tariff:
            trip = "close" if self._here.get("direction") == "exit" else "open"
        return Decision(
            True,
            "ok",
            record.fare,
            concession,
            None,
            name,
            False,
            False,
            None,
            None,
            None,
            trip,
            0,
            None,
            0,
            1,
            (),
            None,
        )

    def visits(self, token, presented):
        """The visits of a holder: remembered here, corrected by the trip record of the card, when it has one."""
        known = self._table.look(token)
        trip = None if presented is None or presented.purse is None else presented.purse.trip
        if trip is None:
            return known
        return together(known, of_trip(trip, self._tariff.get("network", {}).get("codes")))

    def here(self, presented):
        """Where and how something is presented; `presented` is a media.present.Presented, or None for a code."""
        place = dict(self._here)
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
        known = after(self._table.look(token), decision, self._tariff, now, self._here)
        self._table.note(token, known)
        self._waiting = seq, token
        if decision.concession == "companion":
            self._before = dict(self._before, companions=self._before.get("companions", 0) + 1)
        else:
            self._before = {"class": decision.holder_class, "time": now}

    def ended(self, seq, walked):
        """Hears what came of the passage admitted under `seq`."""
        if self._waiting is None or self._waiting[0] != seq:
            return
        token = self._waiting[1]
        self._waiting = None
        known = self._table.look(token)
        if "last" in known:
            self._table.note(token, passed(known, walked))
