"""`python -m tests.crash`: all power cuts against all stores and all mutants. Exit 1 on a violation or a live mutant."""

import argparse
import contextlib
import functools
import multiprocessing
import sys
import time

from offline_store.journal import Journal
from offline_store.journal_nor import NorJournal
from tests.crash import mutants, nor, sd, swap, year
from tests.crash.result import Result

SD_AT_LEAST = 150_000
NOR_AT_LEAST = 14_000

# name, runner, options: what must show no violation; every seed is one job
STORES = (
    ("TXJ1, cut at every byte", sd.run, {"operations": 20, "every_byte": True}, range(1, 13)),
    ("TXJ1, long runs", sd.run, {"operations": 220}, range(21, 25)),
    ("TXJ1, full rings", sd.run, {"operations": 240, "acknowledging": 0.01}, range(31, 33)),
    ("TXJ1/N on NOR", nor.run, {"operations": 240, "warm": 20}, range(41, 46)),
    ("list update: install, delta, merge", swap.run, {"rounds": 1}, range(51, 59)),
)
DEAD = ("TXJ1, one dead sector after the echo", {"operations": 25, "echo": True}, range(61, 65))
YEAR = "a year of taps on a 1 MB ring"

# name, what opens it, guard around the run, runner, options: what must be caught
MUTANTS = (
    ("one lane", mutants.OneLane, None, sd.run, {"operations": 60}),
    ("no carried copies", mutants.NoCarriedCopies, None, sd.run, {"operations": 60}),
    ("CRC unchecked", Journal, mutants.unchecked_crc, sd.run, {"operations": 60}),
    ("packed tail sector rewritten", mutants.PackedTail, None, sd.run, {"operations": 60}),
    ("opened before synced", mutants.NoSync, None, sd.run, {"operations": 30}),
    ("superblocks among the slots", Journal, mutants.superblocks_among_the_slots, sd.run, {"operations": 60}),
    ("live slots overwritten", mutants.NoGuard, None, sd.run, {"operations": 150, "acknowledging": 0}),
    ("no echo, one dead sector", Journal, None, sd.run_dead_sectors, {"operations": 4, "echo": False}),
    ("NOR: frame CRC unchecked", NorJournal, mutants.unchecked_nor_crc, nor.run, {"operations": 30}),
    ("NOR: torn frame reused", mutants.TornFrameReused, None, nor.run, {"operations": 30}),
    (
        "NOR: unacknowledged sector erased", mutants.ErasesTheUnacknowledged, None, nor.run,
        {"operations": 180, "warm": 140, "acknowledging": 0},
    ),
    ("list written in place", swap.InPlace, None, swap.run, {"rounds": 1}),
    ("manifest with one slot", swap.OneSlot, None, swap.run, {"rounds": 1}),
    ("manifest before the table is synced", swap.NoSync, None, swap.run, {"rounds": 1}),
)  # fmt: skip


# A journal id of its own would be random: with this one a seed always makes the same cases.
_JOURNAL = functools.partial(Journal, journal_id=1)
_NOR_JOURNAL = functools.partial(NorJournal, journal_id=1)


def run_store(name, runner, options, seed):
    make = {sd.run: (_JOURNAL,), nor.run: (_NOR_JOURNAL,), swap.run: ()}[runner]
    return runner(*make, name, seed, **options)


def run_mutant(mutant, seed=7):
    name, make, guard, runner, options = mutant
    with guard() if guard else contextlib.nullcontext():
        if runner is swap.run:
            return runner(name, seed, kind=make, **options)
        return runner(make, name, seed, **options)


def _jobs(share):
    for name, runner, options, seeds in STORES:
        for seed in list(seeds)[: max(1, round(len(seeds) * share))]:
            yield functools.partial(run_store, name, runner, options, seed)
    name, options, seeds = DEAD
    for seed in list(seeds)[: max(1, round(len(seeds) * share))]:
        yield functools.partial(sd.run_dead_sectors, _JOURNAL, name, seed, **options)
    yield functools.partial(year.run, YEAR, 71, days=max(7, round(365 * share)))
    for mutant in MUTANTS:
        yield functools.partial(run_mutant, mutant)


def _call(job):
    return job()


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="how much of all cases to run (1.0)")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count(), help="processes")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    results, seeds = {}, {}
    with multiprocessing.Pool(options.jobs) as pool:
        for result in pool.imap(_call, list(_jobs(options.share))):
            results.setdefault(result.name, Result(result.name, result.seed)).add(result)
            seeds.setdefault(result.name, []).append(result.seed)
            print(result, " seed", result.seed, flush=True)
    print()
    failures = _verdicts(results, seeds, options.share)
    print("%.0f s" % (time.monotonic() - began))
    return 1 if failures else 0


def _verdicts(results, seeds, share):
    must_die = {mutant[0] for mutant in MUTANTS}
    failures = []
    for name, result in results.items():
        caught = bool(result.violations)
        good = caught == (name in must_die) and result.cases > 0
        print("%-8s %s  seeds %s" % ("ok" if good else "FAILED", result, seeds[name]))
        if name not in must_die:
            print("         faults: %s" % ", ".join("%s %d" % item for item in sorted(result.faults.items())))
        if not good:
            failures.append(name)
    sound = [result for name, result in results.items() if name not in must_die and name != YEAR]
    nor_cases = sum(result.cases for result in sound if "NOR" in result.name)
    sd_cases = sum(result.cases for result in sound) - nor_cases
    print("SD-type cases %d, NOR cases %d; mutants caught %d of %d" % (
        sd_cases, nor_cases, sum(bool(results[name].violations) for name in must_die), len(must_die),
    ))  # fmt: skip
    if share >= 1 and (sd_cases < SD_AT_LEAST or nor_cases < NOR_AT_LEAST):
        failures.append("too few cases: %d and %d" % (SD_AT_LEAST, NOR_AT_LEAST))
    return failures


if __name__ == "__main__":
    sys.exit(main())
