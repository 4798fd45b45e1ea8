"""A week at a gate: the whole terminal in a real MicroPython with a board's heap, everything around it under virtual time.

Each simulated hour is lived for a minute or two and slept through for the rest; in each of them somebody must be served.
Residents tap seeded cards and codes, the network comes and goes, the reader dies, lists are replaced while the lane serves,
the plug is pulled and the tariff is another one afterwards. The week crosses a year's end, and the wrap of the ticks in the
midst of one life.
"""

import random
import time
from collections import namedtuple

from headend.ledger import ledger, open_reader, quarantined
from simulator import demo_list
from simulator.world import World
from terminal import records
from terminal.clock import TICKS_PERIOD

HEAP_KB = 192
MODULES = ("offline_store.lists", "offline_store.table_write")  # what this terminal loads beside those of every gate
HOURS = 7 * 24
_HOUR_MS = 3_600_000
_AWAKE_MS = 1500
_LET_THROUGH_MS = 10500  # nobody holds the gate any more
_KEPT = 32  # credentials of codes that a terminal remembers
_SHORT = 24  # hours: in so few nothing is compared that these would change
_CARDS = ("adult", "elder", "torn", "type-b", "other-city", "low", "hotlisted", "unlisted", "expired")
_CODES = ("ride", "account", "tampered", "screenshot")
_OPEN = ("admitted", "admitted_concession", "accepted", "passing")  # states
_COUNT = 3000  # cards on the list
_LIST_BYTES = 1 << 17
_FULL = 5000  # fen to which a purse is filled up outside of the terminal
_SETTLE_S = 1798387200  # 2026-12-28 00:00:00 UTC
_WARM = 1  # hours of a life until everything was met twice: tables of keys are made when a key comes again

_FEW = 3  # hours at each end of a life that are compared
_SLACK = 1024  # bytes that a life may differ by
_PIECE = 4096  # bytes that a terminal asks for in one piece, at most

Outcome = namedtuple(
    "Outcome", "hours lives taps refused codes debits spent grey cuts deaths outages lists wrapped new_year heap"
)
"""Counts, fen, whether ticks wrapped inside a life, and `heap`: [(hour, life, free, largest,
modules loaded)] of each hour, in bytes."""
HAPPENS = ("taps", "codes", "refused", "cuts", "deaths", "outages", "lists", "wrapped", "new_year")  # or it is no week


class _SoakWorld(World):
    """A World whose list can be replaced."""

    def _far_files(self):
        first = demo_list.ensure(self.folder, 1, count=_COUNT)
        place = [str((self.folder / "list").absolute()), _LIST_BYTES]
        return dict(super()._far_files(), whitelist=str(first.absolute()), list_store=place)

    def begin_at(self, ms, utc):
        """The plug is out, time goes to `ms` since the start and to `utc`, the plug comes back."""
        self.power(False)
        self.clock.move(ms - self.clock.ms())
        self.clock.jump(utc - self.clock.utc())
        self.power(True)

    @property
    def bench(self):
        return self._bench


class Week:
    """`hours` of a week whose middle is the wrap of the ticks. `start` as of tests.narrow_interpreter; `tell(text)`."""

    def __init__(self, folder, start, seed, hours=HOURS, heap="%dk" % HEAP_KB, tell=print):
        self._random = random.Random(seed)
        self._hours = hours
        self._tell = tell
        self.world = _SoakWorld(folder, seed=1, heap=heap, tree=start)
        self.world.begin_at(TICKS_PERIOD - hours * _HOUR_MS // 2, _SETTLE_S + 4 * 86400 - hours * 1800)
        self._years = {self._year()}
        self._purses = {
            card.name: self.world._people.of(card.name).purse for card in self.world.tray if card.kind == "card"
        }
        self._given = {name: purse.balance for name, purse in self._purses.items()}
        self._lives, self._hour, self._epoch = 1, 0, demo_list.EPOCH
        self._is_new = True  # the life has not had its first hour
        self._cuts = self._deaths = self._outages = 0
        self._heap, self._ticks = [], []

    def run(self):
        """Lives through all hours; the Outcome. AssertionError when an hour shows what must not be."""
        world, power_cuts = self.world, self._power_cuts()
        begun = world.ms
        for hour in range(self._hours):
            self._hour = hour
            self._live()
            if self._hour in power_cuts:
                self._pull_the_plug()
            self._weigh()
            self._sleep_until(begun + (hour + 1) * _HOUR_MS)
            self._years.add(self._year())
        return self._settle()

    def _sleep_until(self, ms):
        """The rest of the hour in two leaps, with a moment awake behind each."""
        for leaps in (2, 1):
            left = (ms - self.world.ms) // leaps - _AWAKE_MS
            assert left > 0, "an hour that took longer"
            self.world.bench.skip(left)
            self.world.advance(_AWAKE_MS)

    def _power_cuts(self):
        """Hours in which the plug is pulled: far from the wrap, so that one life goes right across it."""
        return {self._hours // 5, self._hours * 4 // 5}

    def _live(self):
        """One hour's people and troubles."""
        world, chance = self.world, self._random
        world.advance(2000)
        world.network(chance.random() < 0.7)
        self._outages += not world._network
        seen = len(world.events)
        for _ in range(chance.randint(2, 5)):
            self._tap(chance.choices(_CARDS, (8, 6, 3, 3, 2, 1, 1, 1, 1))[0])
        if self._hour % 3 == 0:
            world.scan(chance.choice(_CODES))
            self._leave()
        served = [entry for entry in world.events[seen:] if entry["event"] == "card_done"]
        assert served, "hour %d: nobody was served" % self._hour
        is_new = self._is_new and self._hours > _SHORT
        self._is_new = False
        if is_new:
            self._meet_again()
        if is_new or self._hour % 10 == 3:
            self._lose_the_reader()
        if is_new or self._hour % 12 == 2:
            self._replace_list()

    def _meet_again(self):
        """What a life keeps: the combs, made when an issuer comes again, and the credentials verified last, until none
        more is kept. (Each account code here was authorised anew.)"""
        for code in ("ride", *("account",) * _KEPT, "ride"):
            self.world.advance(_LET_THROUGH_MS)
            self.world.scan(code)
            self.world.advance(2000)
            self.world.walk()

    def _lose_the_reader(self):
        world, seen = self.world, len(self.world.events)
        world.fault("reader-gone", True)
        world.advance(4000)
        self._deaths += any(entry.get("mode") == "reader_down" for entry in world.events[seen:])
        world.fault("reader-gone", False)
        world.advance(4000)

    def _tap(self, name):
        purse = self._purses[name]
        if name != "low" and purse.balance < 1000:
            self._given[name] += _FULL - purse.balance
            purse.balance = _FULL
        self.world.present(name)
        self.world.advance(self._random.randint(450, 800))
        self.world.remove()
        self._leave()

    def _leave(self):
        """Who was let in goes through, mostly."""
        world = self.world
        if world.bench.state in _OPEN and self._random.random() < 0.9:
            world.walk()
        world.advance(self._random.randint(1500, 6500))

    def _replace_list(self):
        self._epoch += 1
        path = self.world.folder / ("list-%d.wlt" % self._epoch)
        demo_list.write(path, self._epoch, _COUNT, self._epoch)
        self.world.bench.replace_list(str(path.absolute()))
        for _ in range(40):
            self.world.advance(500)
            if self._heard("list", epoch=self._epoch):
                return
        raise AssertionError("list %d was not taken in 20 s" % self._epoch)

    def _pull_the_plug(self):
        """In the midst of a payment; afterwards the tariff is another one."""
        world = self.world
        world.present("adult")
        world.advance(self._random.randint(150, 260))
        assert world.is_powered
        world.power(False)
        self._cuts += 1
        fare = world.bench.config["tariff"]["fare"]
        world.bench.config["tariff"] = dict(world.bench.config["tariff"], fare=fare + 10)
        world.remove()
        world.power(True)
        world.advance(4000)
        self._lives += 1
        self._is_new = True

    def _weigh(self):
        self.world.bench.weigh()
        last = self.world.events[-1]
        assert last["event"] == "heap", last
        self._heap.append((self._hour, self._lives, last["free"], last["largest"], last["modules"]))
        self._ticks.append((self._lives, last["ticks"]))
        if self._hour % 12 == 0:
            self._tell("hour %3d  life %d  free %d  largest %d  modules %d" % self._heap[-1])

    def _settle(self):
        """The network is there, whoever has a torn payment comes once more, everything is shipped; then it is counted."""
        world = self.world
        world.network(True)
        for name in (*_CARDS[:5], "torn"):  # the torn one may have torn only now
            self._tap(name)
        for _ in range(600):
            if not world.queued:
                break
            world.advance(1000)
        outcome = self._counted()
        world.close()
        return outcome

    def _counted(self):
        world = self.world
        assert not world.queued
        failed = self._shown("task")
        assert not failed, failed
        reader = open_reader(world.server_folder)
        try:
            rows = list(ledger(reader))
            assert not list(quarantined(reader))
        finally:
            reader.close()
        lives = {}
        for row in rows:
            lives.setdefault(row.journal, []).append(row.seq)
        for numbers in lives.values():  # none is missing, none came twice
            assert numbers == list(range(1, len(numbers) + 1))
        assert not [row for row in rows if row.parked]
        found = [row.record for row in rows]
        kinds = {kind: [record for record in found if record.kind == kind] for kind in records.KINDS}
        debited = kinds[records.DEBITED]
        spent = sum(self._given.values()) - sum(purse.balance for purse in self._purses.values())
        assert sum(record.fare for record in debited) == spent, "the cards paid %d fen" % spent
        assert len(debited) == sum(purse.debits for purse in self._purses.values())
        assert len({(record.token, record.counter) for record in debited}) == len(debited)
        wrapped = any(
            life == other and ticks < before for (other, before), (life, ticks) in zip(self._ticks, self._ticks[1:])
        )
        return Outcome(
            self._hours, self._lives, len(self._shown("present", "card")), len(self._shown("show", state="refused")),
            len(self._shown("present", "code")), len(debited), spent, len(kinds[records.GREY]), self._cuts, self._deaths,
            self._outages, self._epoch - demo_list.EPOCH, wrapped, len(self._years) > 1, self._heap,
        )  # fmt: skip

    def _shown(self, event, *keys, **facts):
        """The events of that name with these keys and facts."""
        return [
            entry
            for entry in self.world.events
            if entry["event"] == event
            and all(key in entry for key in keys)
            and all(entry.get(key) == facts[key] for key in facts)
        ]

    def _heard(self, event, **facts):
        return bool(self._shown(event, **facts))

    def _year(self):
        return time.gmtime(self.world.clock.utc() + 8 * 3600).tm_year


def faults(outcome):
    """What of the heap's hours is not as it must be, in words: growth in one life, or too small a longest piece."""
    found = []
    # What is needed for the first time loads its module, which stays: hours are compared that have the same ones.
    for life, modules in sorted({(entry[1], entry[4]) for entry in outcome.heap}):
        free = [entry[2] for entry in outcome.heap if (entry[1], entry[4]) == (life, modules)][_WARM:]
        if len(free) < 2 * _FEW:
            continue
        lost = min(free[:_FEW]) - min(free[-_FEW:])
        if lost > _SLACK:
            found.append("life %d lost %d bytes in %d hours" % (life, lost, len(free)))
    for hour, _, _, largest, _ in outcome.heap:
        if largest < _PIECE:
            found.append("hour %d: the longest free piece is %d bytes" % (hour, largest))
    return found
