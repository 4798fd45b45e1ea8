"""One whole tap through real drivers on emulated chips: driver, media, decision, purse, table, journal, barrier."""

import ast
import json

import pytest

from simulator import demo_list, demo_site, few_taps, residents
from simulator.bare_gate import BareGate
from simulator.cards.psam import PsamSlot
from simulator.hardware import GateHardware
from simulator.micropython_runtime import MicropythonRuntime, RuntimeDied
from simulator.virtual_time import Scheduler, VirtualClock
from tests import board_interpreter

# Chips, cards and the terminal together in one process need more than a board has.
_DESK_HEAP = "512k"


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    return str(demo_list.ensure(tmp_path_factory.mktemp("list"), seed=1))


@pytest.fixture(scope="module")
def events(listed, tmp_path_factory):
    return few_taps.run(listed, str(tmp_path_factory.mktemp("stores") / "journal"))


def named(events, name):
    return [dict(facts) for _, event, facts in events if event == name]


def test_events_in_their_order(events):
    states = [facts["state"] for facts in named(events, "show")]
    assert states == [
        "boot", "ready",
        "admitted", "ready",
        "admitted_concession", "ready",
        "refused",
        "read_again",
        "admitted", "ready",
        "admitted", "ready",
        "boot", "ready",
    ]  # fmt: skip
    assert not named(events, "task")


def test_money_and_passages(events):
    assert [facts["fare"] for facts in named(events, "show") if "fare" in facts] == [200, 100, 200, 200]
    assert [facts["state"] for facts in named(events, "passage")] == ["passed"] * 4
    assert len(named(events, "torn")) == len(named(events, "recovered")) == 1


def test_nothing_opens_before_its_record(listed, tmp_path):
    gate = few_taps.Gate(listed, str(tmp_path / "journal"))
    order = []
    journal, barrier = gate.bench.terminal.journal, gate.bench.board.barrier
    append, opened = journal.append, barrier.open

    def recorded(payload):
        seq = append(payload)
        order.append("record")
        return seq

    journal.append = recorded
    barrier.open = lambda direction: order.append("open") or opened(direction)
    gate.card("adult")
    assert order == ["record", "record", "open"]


def test_a_tap_takes_less_than_300_ms_of_virtual_time(events):
    assert all(facts["ms"] <= 300 for facts in named(events, "card_done"))


def test_micropython_tells_the_same_story(listed, events, compiled_tree, tmp_path):
    script = board_interpreter.BOOT + "from simulator import few_taps\nfor event in few_taps.run(%r, %r): print(event)"
    done = board_interpreter.run(["-c", script % (listed, str(tmp_path / "journal"))], compiled_tree, _DESK_HEAP)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [ast.literal_eval(line) for line in done.stdout.splitlines()] == events


class Site:
    """Emulated hardware with one adult's card, for a gate in this or in another process."""

    def __init__(self, listed, folder):
        self.clock = VirtualClock(demo_site.START)
        self.hardware = GateHardware(self.clock, None, None)
        self.psam = residents.psam()
        self.people = residents.Residents()
        self.events = []
        self.config = {
            "whitelist": listed,
            "journal": str(folder / "journal"),
            "tariff": demo_site.TARIFF,
            "list_key": demo_site.LIST_KEY.decode(),
            "start": demo_site.START,
        }

    def heard(self, name, facts):
        self.events.append((self.clock.ms(), name, facts))

    def tap(self, run_for):
        run_for(1000)
        self.hardware.reader_chip.insert(self.people.card("adult", self.hardware.reader_chip))
        run_for(600)
        self.hardware.reader_chip.remove()
        assert self.hardware.turnstile.walk()
        run_for(6000)
        return self.events, self.people.tray[0].balance()


def here(listed, folder):
    site = Site(listed, folder)
    site.hardware.psam = PsamSlot(site.psam, site.clock)
    gate = BareGate(site.hardware, site.clock, site.config, lambda event, **facts: site.heard(event, facts))
    scheduler = Scheduler(site.clock)
    scheduler.spawn(gate.lane.run())
    return site.tap(scheduler.run_for)


def there(listed, folder, tree, heap):
    site = Site(listed, folder)
    script = board_interpreter.BOOT + "from simulator import bare_gate\nbare_gate.main(%r)" % json.dumps(site.config)
    runtime = MicropythonRuntime(
        board_interpreter.command(["-c", script], heap), board_interpreter.environment(tree),
        site.hardware, site.clock, site.psam, site.heard,
    )  # fmt: skip
    try:
        return site.tap(runtime.run_for)
    finally:
        runtime.kill()


def test_a_boards_heap_takes_the_same_tap(listed, compiled_tree, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    expected, balance = here(listed, tmp_path / "here")
    seen, balance_there = there(listed, tmp_path / "there", compiled_tree, board_interpreter.HEAP)
    assert balance == balance_there == 3650
    assert seen == expected
    assert [facts["state"] for _, name, facts in seen if name == "passage"] == ["passed"]


def test_a_heap_that_is_too_small_says_so(listed, compiled_tree, tmp_path):
    with pytest.raises(RuntimeDied, match="MemoryError"):
        there(listed, tmp_path, compiled_tree, "96k")
