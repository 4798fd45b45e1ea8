"""Another tariff on the taps of the past: what a journal took, and what it would have taken.

A record knows holder class, time and fare, not where a journey began: networks cannot be replayed.
"""

from technician.tariff_explain import yuan
from terminal import lists, modes, records
from terminal.decide import decide
from terminal.media.credential import CLASSES, PROVED_SIGNATURE, PURSE, Credential
from terminal.visits import VisitTable, after

_PLENTY = 1_000_000
_HOLDERS = 100_000


def replay(rates, journal, here, before=None):
    """{"taps", "taken", "would", "refused", "classes": {class: [taps, taken, would]}} in fen.

    `before`: a tariff to take the first figure from, instead of from the records.
    """
    trials = [_Trial(rates, here)] + ([_Trial(before, here)] if before else [])
    outcome = {"taps": 0, "taken": 0, "would": 0, "refused": 0, "classes": {}}
    for record in _admitted(journal):
        would = trials[0].fare(record)
        taken = trials[1].fare(record) if before else record.fare
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


class _Trial:
    """One tariff with its own memory of holders, so that caps, transfers and counters add up."""

    def __init__(self, rates, here):
        self._rates = rates
        self._here = here
        self._visits = VisitTable(_HOLDERS)

    def fare(self, record):
        """Fen that this tariff takes for the record's tap; None when it refuses."""
        balance = _PLENTY if record.scheme == PURSE else None
        name = CLASSES[record.holder_class]
        city = self._rates["home"][0]
        credential = Credential(record.scheme, record.token, city, city, name, 0, 0, PROVED_SIGNATURE, balance)
        entry = lists.Entry(lists.VALID, name, 0, 0)
        known = self._visits.look(record.token)
        mode = record.mode if record.mode < len(modes.MODES) else modes.IN_SERVICE
        decision = decide(credential, entry, known, self._rates, record.time, mode, self._here)
        if not decision.admit:
            return None
        self._visits.note(record.token, after(known, decision, self._rates, record.time, self._here))
        return decision.fare


def _admitted(journal):
    """The admissions in a journal: taps without a debit, and debits that were proved."""
    for seq in range(1, journal.last_seq + 1):
        payload = journal.read(seq)
        if payload is None or len(payload) != records.SIZE:
            continue
        record = records.unpack(payload)
        if record.kind == records.DEBITED or (record.kind == records.TAP and record.reason == 0):
            yield record
