"""The fast share of the power cuts; `python -m tests.crash` runs all of them."""

import pytest

from offline_store.journal import Journal
from offline_store.journal_nor import NorJournal
from tests.crash import nor, sd, swap, year
from tests.crash.__main__ import MUTANTS, run_mutant

SD_FAULTS = {"lost", "kept", "torn prefix", "torn suffix", "garbage", "bit flip", "page garbage", "page erased"}
FEWER = {sd.run: {"operations": 30}, sd.run_dead_sectors: {"operations": 4}, nor.run: {"operations": 12}}


def sound(result, at_least, faults):
    print(result, "seed", result.seed)
    assert not result.violations, result.violations
    assert result.cases >= at_least
    assert faults <= set(result.faults)


def test_txj1():
    sound(sd.run(Journal, "TXJ1", 1, 60), 1000, SD_FAULTS)


def test_txj1_at_every_byte():
    sound(sd.run(Journal, "TXJ1", 2, 3, every_byte=True), 2000, SD_FAULTS)


def test_one_dead_sector_after_the_echo():
    sound(sd.run_dead_sectors(Journal, "TXJ1", 3, 5, echo=True), 900, {"dead sector"})


def test_txj1_on_nor():
    result = nor.run(NorJournal, "TXJ1/N", 4, 175, warm=142)
    sound(result, 600, {"prefix in append", "bits in append", "prefix in erase", "bits in erase"})


def test_list_update():
    result = swap.run("list update", 5, sample=0.2)
    sound(result, 120, {"torn prefix in merge", "torn suffix in merge", "page garbage in install"})
    assert sum(count for fault, count in result.faults.items() if fault.endswith("in delta")) > 5


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant[0])
def test_the_mutant_is_caught(mutant):
    name, make, guard, runner, options = mutant
    if runner is swap.run:
        options = {"sample": 0.1}
    elif "warm" not in options and "acknowledging" not in options and "superblocks" not in name:
        options = {**options, **FEWER[runner]}
    result = run_mutant((name, make, guard, runner, options))
    print(result, "seed", result.seed)
    assert result.cases and result.violations


def test_three_weeks_on_a_nor_ring():
    """`python -m tests.crash` simulates the whole year."""
    result = year.run("a year on NOR", 6, days=21)
    assert not result.violations, result.violations
    assert result.faults["tap"] == 21 * 5000 and result.wear[1] - result.wear[0] <= 1 and result.wear[0] > 5
