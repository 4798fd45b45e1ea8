"""Neighbours over real UDP sockets on loopback; any bytes are a message or dropped."""

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
from terminal.neighbours import UNBLOCK, Neighbours, seal, unseal

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
    assert (TOKEN, True) in heard and (TOKEN, clock.utc() - clock.ms() // 1000, "0412 exit") in heard
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


def test_a_card_refused_at_one_gate_is_refused_at_the_next(tmp_path):
    clock = VirtualClock(utc0=demo_site.START)
    scheduler = Scheduler(clock)
    links = [Datagrams("127.0.0.1", 0) for _ in range(2)]
    people = residents.Residents(1)
    rows = [(token_of(PURSE, residents.serial_bytes(residents._CARDS[name][0])), bytes(3)) for name in LISTED]
    build(rows, str(tmp_path / "white"), demo_site.LIST_KEY, epoch=1, profiles=bytes((STATUS_VALID, 0, 0, 0)))
    build(rows[:1], str(tmp_path / "hot"), demo_site.LIST_KEY, epoch=1, hotlist=True)
    tables = [
        Table(RamMedium((tmp_path / name).read_bytes()), demo_site.LIST_KEY) for name in ("white", "hot", "white")
    ]
    gates, log = [], []
    for at, hotlist in ((0, tables[1]), (1, None)):
        links[at].add("127.0.0.1", links[1 - at].port)
        config = demo_site.config(1)
        config["settings"]["terminal"] = "gate-%d" % at
        config["neighbours"] = {"link": links[at], "key": KEY}
        stores = Journal(RamMedium(1 << 17), journal_id=1), tables[2 * at], hotlist
        psam = PsamSlot(residents.psam(), clock)
        look = ["gate480", False, False]
        gates.append(
            Bench(
                clock,
                psam,
                NoLink(),
                look,
                lambda stores=stores: stores,
                config,
                lambda name, facts: log.append((name, facts)),
            )
        )
        gates[at].scheduler = scheduler
        gates[at].power_on()
    scheduler.run_for(3000)

    def tap(gate, name):
        gate.present(people.card(name, gate.hardware.reader_chip))
        scheduler.run_for(700)
        gate.remove()
        state = gate.view["screen"]
        scheduler.run_for(8000)
        return state

    assert tap(gates[0], "adult") == "refused", log
    end = time.monotonic() + 5
    while not gates[1].terminal.lane._lists._blocked and time.monotonic() < end:
        scheduler.run_for(50)
    assert tap(gates[1], "adult") == "refused" and tap(gates[1], "elder") == "accepted"
    assert gates[1].terminal.neighbours.hears() and not gates[1].terminal.supervisor.failures
    scheduler.stop()
    for link in links:
        link.close()


@settings(max_examples=100)
@given(
    st.from_regex(r"[a-z0-9.-]{1,32}", fullmatch=True),
    U32,
    U32,
    st.integers(0, UNBLOCK),
    U32,
    st.binary(min_size=16, max_size=16),
    st.text("0123456789 enxity", max_size=32),
)
def test_datagrams_come_back_as_they_were_sealed(name, boot, counter, kind, when, token, text):
    data = seal(KEY, name, boot, counter, kind, when, token, text)
    assert unseal(KEY, data) == (name, boot, counter, kind, when, token, text) and len(data) <= Datagrams.LONGEST


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes_are_dropped(noise):
    assert unseal(KEY, noise) is None and unseal(KEY, b"GPU1" + noise) is None
