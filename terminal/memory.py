"""What a terminal remembers of its visitors for tariffs that ask about visits, and where it stands.

Made only where the settings ask for it: a gate with a flat fare remembers nobody.
"""

from micropython import const

from terminal import records
from terminal.decision import Decision
from terminal.decision.opening import day_of
from terminal.decision.pricing import in_force
from terminal.decision.visits import VisitTable, after, of_trip, passed, together
from terminal.tap import uses

_LOOK_BACK = const(2000)  # records read back at most; a gate is not to spend seconds on its past


class Memory:
    """Visits of the last `most` holders at this place. `here`: direction, station, line, operator, site ...

    `docked()` says whether a vehicle is in its dock, where one is; `list_made()` in which UTC second the list was made,
    0 when it does not say; `leaving` is the direction of who is attended to.
    It knows what this terminal alone can know: a record's `knows` says so.
    """

    docked = list_made = None
    leaving = False
    _journal = None

    def __init__(self, most, tariff, here):
        self._most = most
        self._table = VisitTable(most)
        self._tariff = tariff
        self._here = here
        self._before = None  # the last admitted person, whom a companion or child may follow
        self._waiting = None  # (seq, token) of the admission whose passage is not over
        self._admitted = 0, {}  # day, {product: how many came in on it}

    def recall(self, journal):
        """Reads back from the journal what a power cut took: admissions, their fares, and who was seen walking.

        Once, before anybody is attended to; torn cards are looked up there later on.
        """
        self._journal = journal
        for seq in range(max(1, journal.last_seq + 1 - min(4 * self._most, _LOOK_BACK)), journal.last_seq + 1):
            record = records.at(journal, seq)
            if record is None:
                continue
            if record.kind == records.DEPARTED:
                self.depart()
            elif record.kind == records.HEARD:
                self._heard(record)
            elif records.admits(record):
                self._keep(record, self._decision_of(record), seq)
            elif record.kind in (records.PASSED, records.NOT_PASSED):
                self._wait_for(record.ref)
                self.ended(record.ref, record.counter or int(record.kind == records.PASSED))
        self._before = self._waiting = None
        self.leaving = False

    def _wait_for(self, seq):
        """A passage on an earlier payment: whose it is stands in that one's record."""
        if self._waiting is None or self._waiting[0] != seq:
            record = records.at(self._journal, seq)
            if record is not None and records.admits(record):
                self._waiting = seq, record.token

    def _decision_of(self, record):
        """What an admission's record, and the one beside it, still say of its Decision."""
        self.leaving = bool(record.flags & records.LEAVING) or self._here.get("direction") == "exit"
        rates = in_force(self._tariff, record.time)
        return uses.decided(record, uses.of(self._journal, record), rates, self.leaving)

    def _keep(self, record, decision, seq):
        if decision.contract:
            product = in_force(self._tariff, record.time)["products"][decision.contract]
            decision = Decision(*decision[:10], self._left(product, record.token, decision), *decision[11:])
        self.note(record.token, decision, record.time, seq)

    def resume(self, record, seq, torn):
        """The holder passes on a payment made before; returns its Decision. A `torn` one was not noted then."""
        decision = self._decision_of(record)
        if torn:
            self._keep(record, decision, seq)
        self._waiting = seq, record.token
        return decision

    def _left(self, product, token, decision):
        """How many uses a pack has after this one; None for a product that counts none."""
        left = product.get("trips")
        if left is None:
            return None
        for known in self._table.look(token).get("contracts", ()):
            if known["product"] == decision.contract:
                left = known.get("left", left)
        return left - (0 if self.leaving and "network" not in self._tariff else decision.persons)

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

    def here(self, presented, known, now):
        """Where and how something is presented; `presented` is a media.present.Presented, or None for a code.

        Where both directions pass, `known` visits say which one it is: who is inside goes out.
        """
        place = dict(self._here)
        if place.get("direction") == "both":
            place["direction"] = _direction(known or {})
        if known and known.get("persons", 1) > 1 and place.get("direction") == "exit":
            place["persons"] = known["persons"]  # who came in together goes out together
        self.leaving = place.get("direction") == "exit"
        if self.docked is not None:
            place["docked"] = self.docked()
        if self._before is not None:
            place["before"] = self._before
        self._tell_of_site(place, in_force(self._tariff, now), now)
        if presented is None:
            return place
        if presented.purse is not None and presented.purse.transit is not None:
            place["interoperable"] = presented.purse.transit.interoperable
        if presented.card is not None and presented.card.birth is not None:
            place["birth"] = presented.card.birth
        return place

    def _tell_of_site(self, place, rates, now):
        """What holds for everybody who comes now: how many are inside, who came in today, how old the list is."""
        entry = rates.get("entry", {})
        if "most_inside" in entry:
            place["inside"] = self._table.inside()
        if "list_age_s" in entry and self.list_made is not None and self.list_made():
            place["list_age_s"] = max(0, now - self.list_made())
        if self._admitted[0] == day_of(now):
            place["admitted"] = self._admitted[1]

    def note(self, token, decision, now, seq):
        """Keeps an admission that was recorded under `seq`."""
        known = after(self._table.look(token), decision, in_force(self._tariff, now), now, self._place())
        self._table.note(token, known)
        self._waiting = seq, token
        if decision.contract and not self.leaving:
            today = self._admitted[1] if self._admitted[0] == day_of(now) else {}
            today[decision.contract] = today.get(decision.contract, 0) + decision.persons
            self._admitted = day_of(now), today
        if decision.concession == "companion" and self._before:
            self._before = dict(self._before, companions=self._before.get("companions", 0) + 1)
        else:
            self._before = {"class": decision.holder_class, "time": now}

    def _place(self):
        place = dict(self._here)
        if self._here.get("direction") == "both":
            place["direction"] = "exit" if self.leaving else "entry"
        return place

    def ended(self, seq, walked):
        """Hears how many went through on the admission `seq`; of a group not all may have."""
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
