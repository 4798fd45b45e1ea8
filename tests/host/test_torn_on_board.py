"""A torn card on a real MicroPython with a board's heap, and the plug at every step of the real terminal."""

import pytest

from simulator.bare_desk import BareDesk
from tests import board_interpreter
from tests.host.plugged_gate import PluggedGate
from tests.portable.torn_cases import HALF, KEPT, LOST, PowerLost


class TornDesk(BareDesk):
    """The card that its holder pulls away while it pays, and its return."""

    def _tap(self, run_for):
        chip = self._hardware.reader_chip
        run_for(1000)
        for _ in range(2):
            chip.insert(self._people.card("torn", chip))
            run_for(700)
            chip.remove()
            run_for(300)
        assert self._hardware.gate.walk()
        run_for(1000)
        self.left = self._people.of("torn").purse.balance


def test_a_boards_heap_finishes_a_torn_card(listed, compiled_tree, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    expected, seen = TornDesk(listed, tmp_path / "here"), TornDesk(listed, tmp_path / "there")
    expected.tap_here()
    seen.tap_there(
        lambda script: board_interpreter.command(["-c", board_interpreter.BOOT + script], board_interpreter.HEAP),
        board_interpreter.environment(compiled_tree),
    )
    assert seen.events == expected.events and seen.left == expected.left == 1800
    names = [name for _, name, _ in seen.events]
    assert names.count("torn") == names.count("recovered") == 1


def steps_of_one_tap(listed):
    gate = PluggedGate(listed, LOST)
    before = gate.plug.steps
    gate.tap()
    assert gate.opened == 1
    return gate.plug.steps - before


@pytest.mark.parametrize("survive", [LOST, KEPT, HALF])
def test_the_plug_at_every_step_of_the_whole_terminal(listed, survive):
    count = steps_of_one_tap(listed)
    # Before the pending record nothing is written: what survives of a write makes no difference there.
    first = 0 if survive == LOST else count - 20
    fired = 0
    for step in range(first, count):
        gate = PluggedGate(listed, survive)
        gate.plug.at = gate.plug.steps + step
        with pytest.raises(PowerLost):
            gate.tap()
        fired += gate.plug.fired
        walked = gate.opened
        gate.power_cycle()
        if not walked:
            gate.tap()
        assert gate.opened == 1, step
        assert gate.adult.purse.balance == 3650 and gate.adult.purse.debits == gate.debited() == 1, step
    assert fired == count - first and count > 30


def test_a_card_left_on_the_reader_over_a_power_cut_is_not_charged_again(listed):
    gate = PluggedGate(listed, KEPT)
    gate.bench.present(gate.adult)
    gate.bench.run_for(600)
    gate.walk()
    gate.bench.power_off()  # the card stays where it is
    gate.medium.power_lost()
    gate.bench.hardware.psam.card.power_on("contact")
    gate.bench.power_on()
    gate._watch_barrier()
    gate.bench.until_idle()
    gate.bench.run_for(4000)
    assert [name for _, name, _ in gate.events].count("lying") == 1
    assert gate.opened == gate.debited() == gate.adult.purse.debits == 1
    gate.bench.remove()
    gate.bench.run_for(500)
    gate.tap()
    assert gate.opened == gate.debited() == gate.adult.purse.debits == 2


def test_a_code_is_not_used_again_after_a_power_cut(listed):
    gate = PluggedGate(listed, KEPT)
    code = gate.people.code("ride", gate.clock.utc())
    for opened in (1, 1):
        gate.bench.scan(code)
        gate.bench.run_for(600)
        gate.bench.walk()
        gate.bench.run_for(2000)
        assert gate.opened == opened
        gate.power_cycle()
    gate.code("ride")
    assert gate.opened == 2
