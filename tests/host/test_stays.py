"""Stays at a whole terminal: two gates of a pool that hear each other, packs, lockers and what a power cut leaves."""

from drivers.dock_lock import DockLock
from simulator import demo_site
from simulator.chips.dock import Dock
from simulator.virtual_time import VirtualClock
from terminal import records
from terminal.decision import Decision
from terminal.memory import Memory
from terminal.site_memory import SiteMemory
from terminal.tap.lockers import Lockers
from tests.host.book import Book

TOKEN = bytes(range(16))
OTHER = bytes(16)[:-1] + b"\x07"
POOL = demo_site.config(1, "pool480")["tariff"]
NOW = demo_site.START


def admitted(trip, contract=None, uses_left=None):
    return Decision(
        True, "ok", 0, None, "free", "adult", False, False, contract, None, uses_left, trip, 0, None, 0, 1, (), None
    )  # fmt: skip


def test_the_exit_gate_knows_a_stay_from_its_neighbour_also_after_a_power_cut():
    book = Book()

    def exit_gate():
        memory = SiteMemory(8, POOL, {"direction": "exit"})
        memory.recall(book)
        memory.keep = book.append
        return memory

    gate = exit_gate()
    gate.told(TOKEN, NOW, "entry -")
    assert gate.visits(TOKEN, None)["open"]["time"] == NOW
    after_the_cut = exit_gate()
    known = after_the_cut.visits(TOKEN, None)
    assert known["open"]["time"] == NOW and known["inside"] and after_the_cut.inside() == 1
    after_the_cut.told(TOKEN, NOW + 3600, "exit -")
    assert "open" not in exit_gate().visits(TOKEN, None)
    assert [records.unpack(payload).kind for payload in book.payloads] == [records.HEARD, records.HEARD]


def test_an_exit_gate_knows_after_a_power_cut_how_many_stay_together():
    def exit_gate():
        memory = SiteMemory(8, POOL, {"direction": "exit"})
        memory.recall(book)
        memory.keep = book.append
        return memory

    for heard, persons in (((None, 5), 5), ((None, 5, 3), 3), ((5, 1), 1), ((5, None), 5), ((None, 0), 0), ((5, 0), 0)):
        book = Book()
        gate = exit_gate()
        for heads in heard:
            gate.told(TOKEN, NOW, "entry -", heads)
        for memory in (gate, exit_gate()):
            assert memory.inside() == persons, heard
            assert memory.here(None, memory.visits(TOKEN, None), NOW).get("persons", 1) == max(1, persons), heard


def test_a_pack_is_not_made_whole_by_a_power_cut():
    rates = dict(POOL, products={"ten": {"trips": 10}}, order=["ten"])
    book = Book()
    for minute in (0, 300):
        for flags in (0, records.LEAVING):
            tap = records.plain(records.TAP, NOW + minute, TOKEN, flags=flags)
            book.append(records.Record(*tap[:10], 0 if flags else 1, *tap[11:]))
    memory = Memory(8, rates, {"direction": "both"})
    memory.recall(book)
    (contract,) = memory.visits(TOKEN, None)["contracts"]
    assert (contract["product"], contract["left"]) == ("ten", 8)
    assert memory.here(None, memory.visits(TOKEN, None), NOW)["direction"] == "entry"


def test_who_was_let_in_and_did_not_walk_is_still_outside():
    memory = Memory(8, POOL, {"direction": "both"})
    memory.here(None, {}, NOW)
    memory.note(TOKEN, admitted("open"), NOW, 1)
    assert memory.here(None, memory.visits(TOKEN, None), NOW)["direction"] == "exit"
    memory.ended(1, False)
    assert memory.here(None, memory.visits(TOKEN, None), NOW)["direction"] == "entry"
    assert memory.inside() == 0


def test_lockers_come_back_from_the_journal():
    book = Book()
    lockers = Lockers(2)
    for token in (TOKEN, OTHER):
        seq = book.append(records.plain(records.TAP, NOW, token))
        number = lockers.free()
        book.append(records.plain(records.LOCKER, NOW, token, ref=seq, counter=number))
        lockers.give(token, number, seq)
    assert (lockers.of(TOKEN), lockers.of(OTHER), lockers.free()) == (1, 2, None)
    again = Lockers(2)
    again.recall(book, 100)
    assert (again.of(TOKEN), again.of(OTHER), again.free()) == (1, 2, None)
    book.append(records.plain(records.TAP, NOW + 60, TOKEN, flags=records.LEAVING))
    book.append(records.plain(records.NOT_PASSED, NOW + 60, bytes(16), ref=3))
    later = Lockers(2)
    later.recall(book, 100)
    assert (later.of(TOKEN), later.of(OTHER), later.free()) == (None, None, 1)


def test_a_boat_that_left_has_nobody_aboard_also_after_a_power_cut():
    rates = demo_site.config(1, "ferry240")["tariff"]
    book = Book()
    book.append(records.plain(records.TAP, NOW, TOKEN))
    memory = Memory(8, rates, {})
    memory.recall(book)
    assert memory.inside() == 1
    book.append(records.plain(records.DEPARTED, NOW, OTHER))
    book.append(records.plain(records.TAP, NOW, OTHER))
    memory = Memory(8, rates, {})
    memory.recall(book)
    assert memory.inside() == 1


def test_a_dock_lets_go_of_its_bike_and_takes_it_back():
    clock = VirtualClock()
    dock = Dock(clock)
    lock = DockLock(dock.release_pin, clock, dock.bike_pin, dock.fire_pin)
    assert lock.docked() and not dock.walk()
    lock.open("entry")
    assert dock.walk() and dock.state == "closed"
    seen = []
    for _ in range(10):
        clock.move(20)
        seen.append(lock.sensed())
    assert seen.count("passed") == 1 and not lock.docked()
    assert dock.walk()
    for _ in range(10):
        clock.move(20)
        assert lock.sensed() is None
    assert lock.docked()
    lock.open("exit")
    assert lock.sensed() == "passed" and dock.state == "closed"
