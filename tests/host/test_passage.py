"""What the sensors see at a whole gate: on the screen, in the journal, and in what the terminal does next."""

import pytest

from simulator import demo_site, few_taps
from simulator.virtual_time import VirtualClock
from terminal import reasons, records
from terminal.clock import TICKS_PERIOD
from terminal.tap.passage import Passage


@pytest.fixture
def gate_of(listed, tmp_path, monkeypatch):
    def make(**settings):
        config = demo_site.config(1)
        config["settings"] = dict(config["settings"], **settings)
        monkeypatch.setattr(demo_site, "config", lambda seed: config)
        return few_taps.Gate(listed, str(tmp_path / "journal"))

    return make


def written(gate):
    """[(seq, kind, reason, ref)] of the journal, the boot left out."""
    journal = gate.bench.terminal.journal
    found = [(seq, records.unpack(journal.read(seq))) for seq in range(2, journal.last_seq + 1)]
    return [(seq, records.KINDS[r.kind], reasons.key(r.reason), r.ref) for seq, r in found]


def shown(gate):
    return [dict(facts) for _, name, facts in gate.events if name == "show"]


def test_who_slips_through_behind_somebody_is_seen_and_written_down(gate_of):
    gate = gate_of()
    gate.card("adult")
    gate.bench.walk("tailgate")
    gate.bench.run_for(4000)
    (debit, *_), *rest = written(gate)[1:]
    assert [row[1:] for row in rest] == [("passed", "ok", debit), ("intruded", "tailgating", debit)]
    last = [state for state in shown(gate) if state["state"] == "intruded"]
    assert [(state["lamp"], state["tone"], state["code"]) for state in last] == [("red", "alarm", "R90")]
    gate.bench.run_for(5000)
    assert gate.bench.state == "ready"


def test_who_forces_the_gate_after_quiet_days_followed_nobody():
    class Leaves:
        heard = ["passed"]
        occupied = False

        def sensed(self):
            return self.heard.pop() if self.heard else None

        def open(self, direction):
            pass

        lock = fire = lambda self: None

    class Deaf:
        def show(self, *words, **facts):
            pass

        def note(self, *words, **facts):
            intrusions.extend(words[1:2] if words[0] == records.INTRUDED else ())

    clock, leaves, intrusions = VirtualClock(), Leaves(), []
    passage = Passage(leaves, clock, 5000, Deaf(), Deaf(), lambda *words, **facts: None, lambda *words: None)
    passage.open(7)
    leaves.heard.append("passed")
    passage.watch()
    for _ in range(2):
        clock.move(TICKS_PERIOD * 3 // 8)
        passage.watch()
    leaves.heard.append("passed")
    passage.watch()
    assert intrusions == ["forced"]


def test_against_the_lane_and_with_nobody_admitted(gate_of):
    gate = gate_of()
    gate.card("adult")
    gate.bench.walk("reverse")
    gate.bench.run_for(8000)
    assert [row[1:3] for row in written(gate)[2:]] == [("intruded", "reverse"), ("not_passed", "ok")]
    gate.bench.hardware.gate.people.append(_climber())
    gate.bench.run_for(4000)
    assert written(gate)[-1][1:] == ("intruded", "forced", 0)


def _climber():
    from simulator.chips.speed_gate import Person

    class Climber(Person):
        def step(self, ms, is_open):
            super().step(ms, True)

    return Climber("walk", 300, 1200, -600, None)


def test_who_turns_back_leaves_a_void_and_passes_later_on_the_same_payment(gate_of):
    gate = gate_of()
    gate.card("adult")
    gate.bench.walk("turn-back")
    gate.bench.run_for(8000)
    debit = written(gate)[1][0]
    assert written(gate)[2][1:] == ("not_passed", "turned_back", debit)
    gate.card("adult")
    gate.walk()
    assert [row[1:] for row in written(gate)[3:]] == [("passed", "ok", debit)]
    assert gate.people.tray[0].balance() == 3850 - 200


@pytest.mark.parametrize(("lane", "end"), [("standard", "not_passed"), ("wide", "passed")])
def test_a_wheelchair_needs_the_wide_lanes_longer_window(gate_of, lane, end):
    gate = gate_of(lane=lane)
    gate.card("adult")
    gate.bench.walk("wheelchair")
    gate.bench.run_for(20_000)
    assert written(gate)[2][1] == end
    assert gate.bench.hardware.gate.passages == (end == "passed")


def test_who_is_between_the_leaves_at_the_end_of_the_window_has_passed(gate_of):
    gate = gate_of(passage_ms=1000)
    gate.card("adult", ms=300)
    gate.bench.walk()
    gate.bench.run_for(6000)
    assert [row[1] for row in written(gate)[2:]] == ["passed"]


def test_leaves_that_jam_again_and_again_put_the_gate_out_of_service_until_they_move(gate_of):
    gate = gate_of(jam_after=2)
    jammed = gate.bench.hardware.gate.jammed
    jammed.arm(1 << 40)
    for name in ("adult", "elder"):
        assert gate.bench.state == "ready"
        gate.card(name)
        gate.bench.run_for(8000)
    assert jammed.fired and gate.bench.state == "out_of_service"
    voids = [row[2] for row in written(gate) if row[1] == "not_passed"]
    assert voids == ["gate_jam", "gate_jam"]
    assert written(gate)[-1][1:3] == ("mode", "gate_jam")
    assert gate.bench.terminal.lane.mode == 1
    jammed.disarm()
    gate.bench.power_off()
    gate.bench.power_on()
    gate.bench.until_idle()
    # Nobody lost their fare to the jam: the payment still stands.
    gate.card("elder")
    gate.walk()
    assert written(gate)[-1][1] == "passed"
    assert gate.people.tray[1].balance() == 1200 - 100


def test_leaves_that_stay_open_count_too_and_mend_themselves(gate_of):
    gate = gate_of(jam_after=1)
    gate.card("adult")
    gate.bench.run_for(1000)
    gate.bench.hardware.gate.jammed.arm(1 << 40)
    gate.bench.run_for(12_000)
    assert gate.bench.state == "out_of_service"
    gate.bench.hardware.gate.jammed.disarm()
    gate.bench.run_for(2000)
    assert gate.bench.state == "ready"


def _hollow_wheelchair():
    """Its frame lets one beam through, so that a narrow lane takes it for two persons."""
    from simulator.chips.speed_gate import Person

    class Hollow(Person):
        def covers(self, place, margin=0):
            return Person.covers(self, place, margin) and not self.at + 500 < place < self.at + 690

    return Hollow("wheelchair", 1200, 500, -1300, None)


@pytest.mark.parametrize(("lane", "kinds"), [("standard", ["passed", "intruded"]), ("wide", ["passed"])])
def test_a_wide_lane_bridges_the_gap_in_a_wheelchair(gate_of, lane, kinds):
    gate = gate_of(lane=lane, passage_ms=15000)
    gate.card("adult")
    gate.bench.hardware.gate.people.append(_hollow_wheelchair())
    gate.bench.run_for(8000)
    assert [row[1] for row in written(gate)[2:]] == kinds
