"""Modes that staff orders by card or code, at a whole gate."""

import pytest

from simulator import demo_site, few_taps
from terminal import modes, reasons, records
from terminal.ports import NO_ANSWER


@pytest.fixture
def gate(listed, tmp_path):
    return few_taps.Gate(listed, str(tmp_path / "journal"))


def mode(gate):
    return modes.MODES[gate.bench.terminal.lane.mode]


def restart(gate):
    gate.bench.power_off()
    gate.bench.power_on()
    gate.bench.run_for(1000)


def orders(gate):
    """The reasons of MODE records that name who ordered."""
    journal = gate.bench.terminal.journal
    found = [records.unpack(journal.read(seq)) for seq in range(1, journal.last_seq + 1)]
    return [reasons.key(record.reason) for record in found if record.kind == records.MODE and record.token != bytes(16)]


def test_the_maintenance_card_shuts_and_opens_the_lane(gate):
    gate.card("staff")
    assert mode(gate) == "maintenance" and gate.bench.view["screen"] == "maintenance"
    gate.card("adult")
    assert gate.people.tray[0].balance() == 3850
    restart(gate)
    assert mode(gate) == "maintenance"
    gate.card("staff")
    assert mode(gate) == "in_service" and gate.bench.state == "ready"
    restart(gate)
    assert mode(gate) == "in_service"
    assert orders(gate) == ["maintenance", "back_in_service"]


def test_maintenance_shows_what_the_terminal_is(gate):
    gate.code("dispatcher")
    assert "rows" not in gate.bench.view
    gate.code("dispatcher")
    gate.card("staff")
    rows = {name: value for name, value, _ in gate.bench.view["rows"]}
    assert (rows["psam"], rows["clock"]) == ("answers 9000", "2026-03-16 08:00")
    gate.bench.run_for(5000)
    rows = {name: value for name, value, _ in gate.bench.view["rows"]}
    journal, table = gate.bench.terminal.journal, gate.bench.terminal.lane._lists.whitelist
    assert rows["journal"] == "%d of %d records wait" % (journal.queued, journal.capacity)
    assert rows["list"] == "epoch %d, %d cards" % (table.epoch, table.count) and rows["link"] == "offline"


def test_a_dead_module_is_on_the_page_with_what_to_do_about_it(gate, monkeypatch):
    asked = []

    async def dead(command):
        asked.append(command)
        return b"", NO_ANSWER

    gate.card("staff")
    monkeypatch.setattr(gate.bench.board.psam, "transmit", dead)
    gate.bench.run_for(10000)
    rows = gate.bench.view["rows"]
    at = rows.index(("psam", "no answer", False))
    assert asked and rows[at + 1] == ("remedy", "psam", None)
    drawn = [op[-1] for op in gate.bench.board.display.display_list if op[0] == "t"]
    assert "PSAM: 检查安全模块是否装反" in drawn


def test_a_train_fault_outlives_the_plug_and_takes_no_fare_from_who_leaves(gate):
    gate.code("dispatcher")
    assert mode(gate) == "train_fault"
    restart(gate)
    assert mode(gate) == "train_fault"
    gate.bench.terminal.lane.attendant.memory = None
    gate.card("elder")
    gate.walk()
    assert gate.people.tray[1].balance() == 1200 - 100  # an entry pays: the fault frees exits
    gate.code("dispatcher")
    assert mode(gate) == "in_service"


def test_nobody_opens_a_gate_with_a_card_that_proves_nothing(gate, monkeypatch):
    monkeypatch.setitem(gate.bench.terminal.lane.attendant.service._orders, str(demo_site.MAINTENANCE), "free_passage")
    gate.card("staff")
    assert mode(gate) == "in_service" and orders(gate) == []
    assert [
        dict(facts)["reason"] for _, name, facts in gate.events if name == "show" and dict(facts)["state"] == "refused"
    ] == ["not_eligible"]


def test_fire_reads_no_card(gate):
    gate.bench.fire(True)
    gate.bench.run_for(100)
    gate.card("staff")
    assert mode(gate) == "emergency" and orders(gate) == []
    gate.bench.fire(False)
    gate.bench.run_for(500)
    assert mode(gate) == "in_service"
