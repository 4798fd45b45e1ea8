"""Another tariff on the taps of the past: what journals took, and what it would have taken.

A record knows holder class, time, fare and direction; where it was made its journal's place says. So journeys of a
network are replayed over the journals of all their gates together.
"""

from technician.tariff_explain import yuan
from terminal import lists, modes, records
from terminal.decide import decide
from terminal.decision.visits import VisitTable, after
from terminal.media.credential import CLASSES, PROVED_SIGNATURE, PURSE, Credential

_PLENTY = 1_000_000
_HOLDERS = 100_000


def replay(rates, journals, before=None):
    """{"taps", "taken", "would", "refused", "unmatched", "classes": {class: [taps, taken, would]}} in fen.

    `journals`: [(journal, place)], place as in `here`. `before`: a tariff to take the first figure from, instead of
    from the records. An exit whose entry is in none of the journals is unmatched: neither figure counts it.
    """
    trials = [_Trial(rates)] + ([_Trial(before)] if before else [])
    outcome = {"taps": 0, "taken": 0, "would": 0, "refused": 0, "unmatched": 0, "classes": {}}
    for record, place in _admitted(journals):
        if trials[0].lacks_entry(record, place):
            outcome["unmatched"] += 1
            continue
        would = trials[0].fare(record, place)
        taken = trials[1].fare(record, place) if before else record.fare
        outcome["taps"] += 1
        outcome["taken"] += taken or 0
        outcome["would"] += would or 0
        outcome["refused"] += would is None
        row = outcome["classes"].setdefault(CLASSES[record.holder_class], [0, 0, 0])
        for index, value in enumerate((1, taken or 0, would or 0)):
            row[index] += value
    return outcome


def lines(outcome):
    """The outcome as lines of text."""
    yield "%-10s %8s %16s %16s %16s" % ("class", "taps", "before", "after", "difference")
    rows = sorted(outcome["classes"].items())
    for name, (taps, taken, would) in [*rows, ("all", (outcome["taps"], outcome["taken"], outcome["would"]))]:
        yield "%-10s %8d %16s %16s %16s" % (name, taps, yuan(taken), yuan(would), yuan(would - taken))
    if outcome["refused"]:
        yield "%d taps would have been refused" % outcome["refused"]
    if outcome["unmatched"]:
        yield "%d exits left out: their entries are in none of these journals" % outcome["unmatched"]


class _Trial:
    """One tariff with its own memory of holders, so that caps, transfers and counters add up."""

    def __init__(self, rates):
        self._rates = rates
        self._visits = VisitTable(_HOLDERS)

    def lacks_entry(self, record, place):
        """True for the end of a journey of which nothing else is known."""
        leaving = place.get("direction") == "exit"
        return "network" in self._rates and leaving and not self._visits.look(record.token).get("open")

    def fare(self, record, place):
        """Fen that this tariff takes for the record's tap; None when it refuses."""
        balance = _PLENTY if record.scheme == PURSE else None
        name = CLASSES[record.holder_class]
        city = self._rates["home"][0]
        credential = Credential(record.scheme, record.token, city, city, name, 0, 0, PROVED_SIGNATURE, balance)
        entry = lists.Entry(lists.VALID, name, 0, 0)
        known = self._visits.look(record.token)
        mode = record.mode if record.mode < len(modes.MODES) else modes.IN_SERVICE
        decision = decide(credential, entry, known, self._rates, record.time, mode, place)
        if not decision.admit:
            return None
        self._visits.note(record.token, after(known, decision, self._rates, record.time, place))
        return decision.fare


def _admitted(journals):
    """(record, place) of the admissions in all journals, by time: taps without a debit, and debits that were proved."""
    found = []
    for journal, place in journals:
        for seq in range(1, journal.last_seq + 1):
            record = records.at(journal, seq)
            if record is None:
                continue
            if record.kind == records.DEBITED or (record.kind == records.TAP and record.reason == 0):
                found.append((record, _place(record, place)))
    return sorted(found, key=lambda pair: pair[0].time)


def _place(record, place):
    """The place with the direction of this record, where both ways pass one reader."""
    if place.get("direction") != "both":
        return place
    return {**place, "direction": "exit" if record.flags & records.LEAVING else "entry"}
