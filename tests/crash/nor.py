"""TXJ1/N under power cuts: torn programs at every byte, partly programmed bytes, random bits, torn erases."""

import random

from offline_store.errors import JournalFull, StoreError
from offline_store.media_nor import NorEmulator
from tests.crash.result import Result
from tests.crash.sd import Truth, judge

SECTORS = 4
FRAME = 84


class PowerCut(Exception):
    pass


class CutChip(NorEmulator):
    """Loses power within one operation: `cut` is (countdown, kind, byte, rng); `fired` tells that it happened."""

    cut = None
    fired = False

    def _now(self):
        if self.cut is None:
            return False
        self.cut = (self.cut[0] - 1,) + self.cut[1:]
        self.fired = self.fired or self.cut[0] == 0
        return self.cut[0] == 0

    def program(self, offset, data):
        if not self._now():
            return super().program(offset, data)
        _, kind, at, rng = self.cut
        for i in range(len(data)):
            left = 0 if kind == "prefix" and i < at else 255 if kind == "prefix" and i > at else rng.randrange(256)
            self.data[offset + i] &= data[i] | left
        raise PowerCut

    def erase(self, sector):
        if not self._now():
            return super().erase(sector)
        _, kind, at, rng = self.cut
        start = sector * self.sector_bytes
        if kind == "prefix":
            length = self.sector_bytes * at // FRAME
            self.data[start : start + length] = b"\xff" * length
        else:
            for i in range(start, start + self.sector_bytes):
                self.data[i] |= rng.randrange(256)
        raise PowerCut


def _one(make, content, truth, backend, cut, rng, result):
    """One case: append, erase ahead and acknowledge with a cut inside; recover; go on; recover again."""
    chip = CutChip(SECTORS, content=content)
    journal = make(chip)
    journal.acknowledge(max(backend, journal.acknowledged), persist=False)
    case = Truth()
    case.appended = dict(truth.appended)
    case.user = case.begun = truth.user
    chip.cut = cut
    operation = "none"
    try:
        operation = "append"
        journal.append(case.begin())
        case.confirm()
        operation = "erase"
        journal.idle()
        operation = "acknowledge"
        if case.user > backend + 2:
            journal.acknowledge(case.user - 1)
            backend = case.user - 1
    except PowerCut:
        if operation == "acknowledge":
            backend = case.user - 1
    except JournalFull:
        return None
    except (StoreError, IndexError) as error:
        return "refused: " + type(error).__name__
    if not chip.fired:
        return None
    result.faults["%s in %s" % (cut[1], operation)] += 1
    chip.cut = None
    return _judged(make, chip, case, backend, rng)


def _judged(make, chip, case, backend, rng):
    try:
        journal = make(chip)
        violation = judge(journal, case, backend)
        if violation:
            return violation
        journal.acknowledge(max(journal.acknowledged, min(backend, journal.last_seq)), persist=False)
        later = Truth()
        later.user = later.begun = journal.last_seq
        later.appended = {seq: data for seq, data in case.appended.items() if seq <= later.user}
        chip.fired, chip.cut = False, (rng.randrange(1, 5), "prefix", rng.randrange(FRAME), rng)
        try:
            for _ in range(3):
                journal.append(later.begin())
                later.confirm()
        except PowerCut:
            pass
        except JournalFull:
            later.appended.pop(later.begun)
            later.begun = later.user
        chip.cut = None
        violation = judge(make(chip), later, backend)
        return violation and "second cut: " + violation
    except (StoreError, IndexError) as error:
        return "refused: " + type(error).__name__


def run(make, name, seed, operations, every=20, warm=0, acknowledging=0.1):
    """Every `every`th operation is cut at every byte of each program, the others at some; the first `warm` at none."""
    rng = random.Random(seed)
    result = Result(name, seed)
    chip = NorEmulator(SECTORS)
    journal = make(chip)
    truth = Truth()
    for operation in range(operations):
        content = bytes(chip.data)
        cuts = [
            (step, "prefix", at, rng)
            for step in (1, 2, 3, 4)
            for at in (range(FRAME) if operation % every == 0 else rng.sample(range(FRAME), 4))
        ] + [(step, "bits", 0, rng) for step in (1, 2, 3, 4) for _ in range(3)]
        for cut in cuts if operation > warm else ():
            violation = _one(make, content, truth, truth.backend, cut, rng, result)
            if violation:
                result.violations[violation] += 1
        try:
            journal.append(truth.begin())
            truth.confirm()
        except JournalFull:
            truth.appended.pop(truth.begun)
            truth.begun = truth.user
        except StoreError as error:
            result.violations["refused: " + type(error).__name__] += 1
            return result
        journal.idle()
        if rng.random() < acknowledging or acknowledging and truth.user - truth.backend > 60:
            truth.backend = max(truth.backend, truth.user - rng.randrange(20))
            journal.acknowledge(max(truth.backend, journal.acknowledged))
        if rng.random() < 0.05:
            journal = make(chip)
            journal.acknowledge(max(truth.backend, journal.acknowledged), persist=False)
    return result
