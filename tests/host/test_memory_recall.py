"""What a terminal knows of its holders after a power cut is what it knew before, whatever they did there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from technician import tariff_file
from technician.tariff import EXAMPLES
from terminal import records
from terminal.decide import decide
from terminal.decision.pricing import in_force
from terminal.lists import VALID, Entry
from terminal.media.credential import CLASSES, PURSE, Credential
from terminal.memory import Memory
from terminal.tap import uses
from tests.host.book import Book
from tests.portable.decision_cases import moment

START = moment("2026-03-16T09:00")
_PLACES = {
    "bus": {"line": "17", "operator": "bus"}, "park": {"direction": "entry"}, "pool": {"direction": "both"},
    "metro": {"direction": "exit", "station": "xinjiekou", "operator": "metro"}, "ferry": {"direction": "entry"},
    "library": {"direction": "both"},
}  # fmt: skip
# Passes and packs whose holders still pay a part, which no shipped tariff has: they are what a purse's record misses.
_SHARES = {"share": {"trips": 4, "percent": 25}, "party": {"per_day": 9, "group": 4, "percent": 50}}
_TARIFFS = {name: tariff_file.load(EXAMPLES / ("%s.toml" % name)) for name in _PLACES}

taps = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(20, 9000), st.integers(1, 3), st.booleans(), st.sampled_from((0, 1, 2, 7, 8))
    ),
    min_size=1, max_size=14,
)  # fmt: skip


def rates_of(name):
    rates = dict(_TARIFFS[name], unused_s=600)
    rates["transfers"] = [dict(rule, same_line=True) for rule in rates.get("transfers", ())]
    rates["products"] = dict(rates.get("products", {}), **_SHARES)
    rates["order"] = ["party", "share"] + list(rates.get("order", sorted(_TARIFFS[name].get("products", {}))))
    rates["listed_products"] = dict(rates.get("listed_products", {}), **{"7": "share", "8": "party"})
    return rates


def tap(memory, book, holder, product, persons, now, walked):
    """One tap as terminal.attendant and terminal.charge write it down."""
    token, rates = bytes([holder]) * 16, in_force(memory._tariff, now)
    card = Credential(PURSE, token, "", "3010", CLASSES[holder], 0, 0, 0, 10_000_000)
    known = memory.visits(token, None)
    here = dict(memory.here(None, known, now), persons=persons)
    decision = decide(card, Entry(VALID, None, 0, product), known, rates, now, 0, here)
    if not decision.admit:
        return
    flags = records.LEAVING if memory.leaving else 0
    record = records.plain(
        records.TAP, now, token, fare=decision.fare, holder_class=CLASSES.index(decision.holder_class), flags=flags
    )
    record = uses.noted(record, decision, rates)
    if decision.product != "purse":
        seq = book.append(record)
    else:
        pending = book.append(records.Record(records.PENDING, *record[1:10], *records.NO_PURSE))
        if record[10:] != records.NO_PURSE:
            book.append(records.Record(records.USED, *record[1:9], pending, *record[10:]))
        seq = book.append(records.Record(records.DEBITED, *record[1:9], pending, *records.NO_PURSE))
    memory.note(token, decision, now, seq)
    if walked:
        book.append(records.plain(records.PASSED, now, bytes(16), ref=seq))
    memory.ended(seq, walked)
    if not walked:
        book.append(records.plain(records.NOT_PASSED, now, bytes(16), ref=seq))


@pytest.mark.parametrize("name", sorted(_PLACES))
@settings(max_examples=60)
@given(taps=taps)
def test_a_power_cut_changes_nothing_of_what_is_known(name, taps):
    rates, book, now = rates_of(name), Book(), START
    live = Memory(20, rates, _PLACES[name])
    for holder, gap, persons, walked, product in taps:
        now += gap
        tap(live, book, holder, product, persons, now, walked)
    again = Memory(20, rates, _PLACES[name])
    again.recall(book)
    for holder in range(4):
        token = bytes([holder]) * 16
        assert again.visits(token, None) == live.visits(token, None), holder
    assert again.inside() == live.inside()
    assert again.here(None, {}, now).get("admitted") == live.here(None, {}, now).get("admitted")
