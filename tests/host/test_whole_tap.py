"""One whole tap through real drivers on emulated chips: driver, media, decision, purse, table, journal, barrier."""

import ast

import pytest

from simulator import few_taps
from simulator.bare_desk import BareDesk
from simulator.errors import RuntimeDied
from tests import board_interpreter

# Chips, cards and the terminal together in one process need more than a board has, and need not collect as often.
_DESK_HEAP = "640k"
_DESK_BOOT = "import gc\ngc.threshold(65536)\n"


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
    script = _DESK_BOOT + "from simulator import few_taps\nfor event in few_taps.run(%r, %r): print(event)"
    done = board_interpreter.run(["-c", script % (listed, str(tmp_path / "journal"))], compiled_tree, _DESK_HEAP)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [ast.literal_eval(line) for line in done.stdout.splitlines()] == events


def there(desk, tree, heap):
    """One tap in MicroPython with `heap`."""
    desk.tap_there(
        lambda script: board_interpreter.command(["-c", board_interpreter.BOOT + script], heap),
        board_interpreter.environment(tree),
    )


def test_a_boards_heap_takes_the_same_tap(listed, compiled_tree, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    expected, seen = BareDesk(listed, tmp_path / "here"), BareDesk(listed, tmp_path / "there")
    expected.tap_here()
    there(seen, compiled_tree, board_interpreter.HEAP)
    assert seen.balance == expected.balance == 3650
    assert seen.events == expected.events
    assert [facts["state"] for _, name, facts in seen.events if name == "passage"] == ["passed"]


def test_a_heap_that_is_too_small_says_so(listed, compiled_tree, tmp_path):
    with pytest.raises(RuntimeDied, match="MemoryError"):
        there(BareDesk(listed, tmp_path), compiled_tree, "96k")
