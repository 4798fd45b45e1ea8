"""A few hours of the soak (./run soak plays a week): the whole terminal in the heap of a board, right across a wrap."""

from tests import narrow_interpreter
from tests.soak.week import HAPPENS, MODULES, Outcome, Week, faults


def test_hours_at_a_gate_in_a_boards_heap(tmp_path):
    start = narrow_interpreter.from_rom(tmp_path, MODULES)
    outcome = Week(tmp_path / "world", start, 1, hours=5, tell=lambda text: None).run()
    print(outcome)
    assert faults(outcome) == []
    assert [name for name in HAPPENS if not getattr(outcome, name)] == []
    assert outcome.grey == 0 and outcome.debits > 5


def test_growth_and_fragments_are_seen():
    hours = [(hour, 1, 30000 - 200 * hour, 9000, 80) for hour in range(20)]
    outcome = Outcome(*[1] * (len(Outcome._fields) - 1), hours)
    assert faults(outcome) == ["life 1 lost 3200 bytes in 19 hours"]
    outcome = outcome._replace(heap=[(hour, 1, 30000, 9000 if hour else 4000, 80) for hour in range(20)])
    assert faults(outcome) == ["hour 0: the longest free piece is 4000 bytes"]
