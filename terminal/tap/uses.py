"""What the record of an admission keeps of its Decision besides fare and class, and the Decision read back from it.

It stands where a TAP has no purse part (records.used). Where a purse pays, it is the USED record right behind the
pending one: written before the DEBIT goes out, so that a power cut behind the debit does not forget who used what.
"""

from micropython import const

from terminal import records
from terminal.decision import Decision
from terminal.media.credential import CLASSES

_NO_CONCESSION = const(255)  # though the class has one
_COMPANION = const(254)
_AGAIN = const(1)  # an earlier admission, used at last


def noted(record, decision, rates):
    """The TAP `record` with what else `decision` under the tariff `rates` says; unchanged when that is nothing."""
    number = 0
    if decision.concession != _usual(rates, decision.holder_class):
        number = _COMPANION if decision.concession == "companion" else _NO_CONCESSION
        if decision.concession in rates["concessions"]:
            number = sorted(rates["concessions"]).index(decision.concession) + 1
    contract = rates["order"].index(decision.contract) + 1 if decision.contract else 0
    again = _AGAIN if "again" in decision.tell else 0
    if not (number or contract or again or decision.persons > 1 or decision.surcharge or decision.transfer):
        return record
    return records.used(record, contract, decision.persons, decision.surcharge, number, decision.transfer, again)


def of(journal, record):
    """The record that tells of the use beside an admission's `record`: itself, or the USED one of its debit, or None."""
    if record.kind == records.TAP:
        return record
    use = records.at(journal, record.ref + 1)
    return use if use is not None and use.kind == records.USED and use.ref == record.ref else None


def decided(record, use, rates, leaving):
    """The Decision that `record` was made from, as far as visits need it; `use` as `of` gives it. No uses left are told."""
    name = CLASSES[record.holder_class] if record.holder_class < len(CLASSES) else CLASSES[0]
    contract = trip = None
    concession, persons, surcharge, transfer, tell = _usual(rates, name), 1, 0, 0, ()
    if "network" in rates or "session" in rates:
        trip = "close" if leaving else "open"
    if use is not None:
        contract = _named(rates.get("order", ()), use.type)
        persons, surcharge, transfer = use.counter or 1, use.balance, int.from_bytes(use.transaction, "big")
        if use.key_version:
            concession = _named(sorted(rates["concessions"]), use.key_version)
        if use.key_version == _COMPANION:
            concession = "companion"
        tell = ("again",) if use.algorithm == _AGAIN else ()
    return Decision(
        True, "ok", record.fare, concession, None, name, False, False, contract, None, None, trip, surcharge, None,
        transfer, persons, tell, None,
    )  # fmt: skip


def _usual(rates, holder_class):
    """The concession that a record without a word about it had."""
    return holder_class if holder_class in rates["concessions"] else None


def _named(names, number):
    """The name of that place, from 1; None where there is none, or no longer."""
    return names[number - 1] if 0 < number <= len(names) else None
