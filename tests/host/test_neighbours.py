"""Neighbours over real UDP sockets on loopback; any bytes are a message or dropped."""

import contextlib
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.bus.datagrams import Datagrams
from offline_store.journal import Journal
from offline_store.media import RamMedium
from offline_store.table import Table
from offline_store.table_build import build
from simulator import demo_site, residents
from simulator.bench import Bench
from simulator.cards.psam import PsamSlot
from simulator.few_taps import NoLink
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.lists import STATUS_VALID
from terminal.media.credential import PURSE, token_of
from terminal.neighbours import HEADS, Neighbours, seal, unseal

KEY = b"the key of one site"
TOKEN = bytes(range(16))
LISTED = ("adult", "elder")
U32 = st.integers(0, 0xFFFFFFFF)


def test_two_gates_on_real_sockets():
    clock = VirtualClock(utc0=1_800_000_000)
    scheduler = Scheduler(clock)
    links = [Datagrams("127.0.0.1", 0) for _ in range(2)]
    heard = []
    gates = []
    for link, other, name in ((links[0], links[1], "g1"), (links[1], links[0], "g2")):
        link.add("127.0.0.1", other.port)
        gates.append(
            Neighbours(link, clock, name, KEY, clock.utc(), lambda *facts: heard.append(facts), lambda *facts: heard.append(facts))
        )  # fmt: skip
        scheduler.spawn(gates[-1].run())
    gates[0].tell_block(TOKEN)
    gates[1].tell_visit(TOKEN, "0412 exit")
    end = time.monotonic() + 5
    while len(heard) < 2 and time.monotonic() < end:
        scheduler.run_for(50)
    assert (TOKEN, True) in heard and (TOKEN, clock.utc() - clock.ms() // 1000, "0412 exit", None) in heard
    links[1].close()
    gone = Datagrams("127.0.0.1", 0)
    links[0].add("127.0.0.1", gone.port)
    gone.close()
    scheduler.stop()
    scheduler.spawn(gates[0].run())
    scheduler.run_for(60_000)  # nobody is there any more: no error, and it is known
    assert not gates[0].hears()
    scheduler.stop()
    links[0].close()


class Site:
    """Two whole gates that hear each other over loopback, under one virtual clock; `events` as (gate, name, facts).

    `tariff`: what theirs has beside the demonstration's; then they remember, and `ways` are their directions.
    """

    def __init__(self, folder, hotlist=False, tariff=None, ways=("entry", "exit")):
        self.clock = VirtualClock(utc0=demo_site.START)
        self.scheduler = Scheduler(self.clock)
        self.people = residents.Residents(1)
        self.events = []
        rows = [(token_of(PURSE, residents.serial_bytes(residents._CARDS[name][0])), bytes(3)) for name in LISTED]
        build(rows, str(folder / "white"), demo_site.LIST_KEY, epoch=1, profiles=bytes((STATUS_VALID, 0, 0, 0)))
        build(rows[:1], str(folder / "hot"), demo_site.LIST_KEY, epoch=1, hotlist=True)
        self._folder = folder
        self.links = [Datagrams("127.0.0.1", 0) for _ in range(2)]
        self.gates = []
        for at in range(2):
            self.links[at].add("127.0.0.1", self.links[1 - at].port)
            self.gates.append(self._gate(at, self._table("hot") if hotlist and at == 0 else None, tariff, ways[at]))
        self.scheduler.run_for(3000)

    def _table(self, name):
        return Table(RamMedium((self._folder / name).read_bytes()), demo_site.LIST_KEY)

    def _gate(self, at, hotlist, tariff, way):
        config = demo_site.config(1)
        config["settings"]["terminal"] = "gate-%d" % at
        config["neighbours"] = {"link": self.links[at], "key": KEY}
        if tariff:
            config["tariff"] = dict(config["tariff"], **tariff)
            config["settings"].update(remembers=8, most_persons=5, here={"station": "gulou", "direction": way})
        stores = Journal(RamMedium(1 << 17), journal_id=1), self._table("white"), hotlist
        gate = Bench(
            self.clock, PsamSlot(residents.psam(), self.clock), NoLink(), ["gate480", False, False], lambda: stores,
            config, lambda name, facts: self.events.append((at, name, facts)),
        )  # fmt: skip
        gate.scheduler = self.scheduler
        gate.power_on()
        return gate

    def tap(self, at, name, persons=1, walk=None):
        """What the gate shows once the card was read; who is let in walks, or so many as `walk` says."""
        gate = self.gates[at]
        for _ in range(persons - 1):
            gate.plus(100)
        gate.present(self.people.card(name, gate.hardware.reader_chip))
        self.scheduler.run_for(700)
        gate.remove()
        screen = gate.view["screen"]
        for _ in range(persons if walk is None else walk):
            gate.walk()
            self.scheduler.run_for(500)
        assert self.scheduler.run_until(lambda: gate.state == "ready", 20_000)
        return screen

    def until(self, told):
        """Lets both run until `told()`: datagrams take their own time."""
        end = time.monotonic() + 5
        while not told() and time.monotonic() < end:
            self.scheduler.run_for(50)
        assert told()

    def decisions(self):
        """(gate, reason, what the order check rested on) of each tap."""
        return [(at, facts["reason"], facts["knows"]) for at, name, facts in self.events if name == "decision"]

    def inside(self, count):
        """Lets both run until each counts so many inside."""
        self.until(lambda: all(gate.terminal.lane.attendant.memory.inside() == count for gate in self.gates))

    def close(self):
        self.scheduler.stop()
        for link in self.links:
            link.close()


def test_a_card_refused_at_one_gate_is_refused_at_the_next(tmp_path):
    with contextlib.closing(Site(tmp_path, hotlist=True)) as site:
        assert site.tap(0, "adult") == "refused", site.events
        site.until(lambda: site.gates[1].terminal.lane._lists._blocked)
        assert site.tap(1, "adult") == "refused" and site.tap(1, "elder") == "accepted"
        assert site.gates[1].terminal.neighbours.hears() and not site.gates[1].terminal.supervisor.failures


def test_who_went_in_at_one_gate_is_inside_until_they_left_by_the_other(tmp_path):
    with contextlib.closing(Site(tmp_path, tariff={"entry": {"zone": "refuse"}})) as site:
        assert site.tap(0, "adult") == "accepted"
        site.inside(1)
        assert site.tap(0, "adult") == "refused"  # passed back
        assert site.tap(1, "adult") == "accepted"
        site.inside(0)
        assert site.tap(0, "adult") == "accepted"
        assert [entry[:2] for entry in site.decisions()] == [(0, "ok"), (0, "passback"), (1, "ok"), (0, "ok")]
        assert {knows for at, _, knows in site.decisions() if at == 0} == {"site"}
        site.links[1].close()  # the cable between them
        site.scheduler.run_for(60_000)
        assert site.tap(0, "elder") == "accepted" and not site.gates[0].terminal.neighbours.hears()
        assert site.decisions()[-1] == (0, "ok", "terminal")


def test_a_card_is_passed_back_at_a_gate_that_knows_it_from_another_only(tmp_path):
    with contextlib.closing(Site(tmp_path, tariff={"entry": {"zone": "refuse"}}, ways=("entry", "entry"))) as site:
        assert site.tap(0, "adult") == "accepted"
        site.inside(1)
        assert site.tap(1, "adult") == "refused"
        assert site.tap(1, "elder", walk=0) == "accepted"
        site.inside(1)
        assert site.tap(0, "elder") == "accepted"  # admitted next door and seen by nobody: nothing to check
        assert site.decisions() == [(0, "ok", "site"), (1, "passback", "site"), (1, "ok", "site"), (0, "ok", None)]


def test_a_group_that_came_in_at_one_gate_pays_its_stay_at_the_other(tmp_path):
    stay = {"first_s": 3600, "first": 300, "block_s": 1800, "block": 100, "missing_entry": {"admit": False}}
    tariff = {"session": stay, "fare": 0, "entry": {"zone": "refuse", "most_inside": 5}}
    with contextlib.closing(Site(tmp_path, tariff=tariff)) as site:
        assert site.tap(0, "adult", persons=4, walk=3) == "accepted"
        site.inside(3)
        assert site.tap(1, "elder") == "refused"  # out without having come in
        site.clock.jump(4000)
        assert site.tap(0, "elder", persons=3) == "refused"  # six would be inside
        assert site.tap(1, "adult") == "accepted"
        site.inside(0)
        paid = [facts["fare"] for at, name, facts in site.events if name == "decision" and facts["admit"]]
        assert paid == [0, 3 * 400]
        assert [reason for _, reason, _ in site.decisions()] == ["ok", "missing_entry", "full", "ok"]


@settings(max_examples=40)
@given(
    st.from_regex(r"[a-z0-9.-]{1,32}", fullmatch=True),
    U32,
    U32,
    st.integers(0, HEADS),
    U32,
    st.binary(min_size=16, max_size=16),
    st.text("0123456789 enxity", max_size=32),
)
def test_datagrams_come_back_as_they_were_sealed(name, boot, counter, kind, when, token, text):
    data = seal(KEY, name, boot, counter, kind, when, token, text)
    assert unseal(KEY, data) == (name, boot, counter, kind, when, token, text) and len(data) <= Datagrams.LONGEST


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_dropped(noise):
    assert unseal(KEY, noise) is None and unseal(KEY, b"GPU1" + noise) is None
