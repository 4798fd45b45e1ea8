"""A pack that leaves half of the fare on the purse, and the plug at every step of its tap: one use, one payment."""

import pytest

from offline_store.journal import Journal
from simulator import demo_site, residents
from terminal.memory import Memory
from tests.host.plugged_gate import PluggedGate
from tests.portable.torn_cases import KEPT, LOST, PowerLost

TARIFF = dict(
    demo_site.TARIFF, products={"half": {"trips": 5, "percent": 50}}, order=["half"], listed_products={"0": "half"}
)


@pytest.fixture(scope="module")
def gate_of(listed):
    def make(survive):
        config = demo_site.config(1)
        config["tariff"] = TARIFF
        config["settings"] = dict(config["settings"], remembers=8, here={"station": "gulou"})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(demo_site, "config", lambda seed: config)
            return PluggedGate(listed, survive)

    return make


def known(gate):
    """(uses left of the pack, entries today) as the terminal remembers them of the only holder who came; None: nobody."""
    return of(gate, gate.bench.terminal.lane.attendant.memory)


def recalled(gate):
    """The same as the next start would know it."""
    memory = Memory(8, TARIFF, {"station": "gulou"})
    memory.recall(Journal(gate.medium.durable.copy()))
    return of(gate, memory)


def of(gate, memory):
    token = gate.bench.terminal.lane.recorder.permuted(residents.listed()[0][0])
    visits = memory.visits(token, None)
    return (visits["contracts"][0]["left"], visits["entries"][1]) if visits else None


def tapped(gate):
    gate.tap()
    gate.bench.walk()
    gate.bench.run_for(2000)


@pytest.mark.parametrize("survive", [LOST, KEPT])
def test_a_cut_at_any_step_costs_no_use_and_gives_none_away(gate_of, survive):
    gate = gate_of(survive)
    before = gate.plug.steps
    gate.tap()
    count = gate.plug.steps - before
    first = count - 30  # before the pending record nothing is written
    fired, forgotten = 0, 0
    for step in range(first, count):
        gate = gate_of(survive)
        gate.plug.at = gate.plug.steps + step
        with pytest.raises(PowerLost):
            gate.tap()
        fired += gate.plug.fired
        opened = gate.opened
        gate.power_cycle()
        debited = gate.adult.purse.debits
        forgotten += debited > gate.debited()  # the purse paid, and the journal does not know it yet
        if not opened:
            tapped(gate)
        assert gate.adult.purse.debits == gate.debited() == 1, step
        assert gate.adult.purse.balance == 3850 - 100, step
        assert known(gate) == (4, 1), step
        assert recalled(gate) == (4, 1), step
    assert fired == count - first
    assert forgotten > 2, "no cut came between the purse's debit and its record"


def test_the_next_tap_after_such_a_cut_uses_the_pack_again(gate_of):
    gate = gate_of(LOST)
    tapped(gate)
    for left in (3, 2):
        gate.power_cycle()
        tapped(gate)
        assert known(gate)[0] == left
    assert gate.adult.purse.balance == 3850 - 3 * 100
