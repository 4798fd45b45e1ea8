"""A year at a busy gate on a 1 MB NOR ring: nothing lost, nothing twice, worn evenly, no tap waits for an erase."""

import random
import struct

from offline_store.journal_nor import NorJournal
from offline_store.media_nor import NorEmulator
from tests.crash.result import Result

SECTORS = 256
TAPS_A_DAY = 5000


def run(name, seed, days=365):
    """Result with `faults["tap"]`, `faults["reboot"]`, violations, and `wear`: fewest and most erases of a sector."""
    rng = random.Random(seed)
    result = Result(name, seed)
    chip = NorEmulator(SECTORS)
    journal = NorJournal(chip)
    shipped = 0  # the last record the head-end took
    offline = 0
    for day in range(days):
        online = rng.random() < 0.85 or offline == 2  # two days of taps is what the ring holds
        offline = 0 if online else offline + 1
        for tap in range(TAPS_A_DAY):
            erases = sum(chip.erases) if tap % 50 == 0 else 0
            seq = journal.append(_payload(day * TAPS_A_DAY + tap + 1))
            if seq != day * TAPS_A_DAY + tap + 1:
                result.violations["number"] += 1
            if tap % 50 == 0:
                result.violations["erase in a tap"] += sum(chip.erases) != erases
            result.faults["tap"] += 1
            if tap % 40 == 0:
                journal.idle()
            if online and tap % 250 == 249:
                shipped = _ship(journal, shipped, result)
        if rng.random() < 0.3:
            journal = NorJournal(chip)
            journal.acknowledge(max(shipped, journal.acknowledged))
            result.faults["reboot"] += 1
    _ship(journal, shipped, result)
    result.violations["lost"] += journal.last_seq != days * TAPS_A_DAY
    result.violations = +result.violations
    result.wear = min(chip.erases), max(chip.erases)
    return result


def _payload(number):
    return struct.pack("<Q", number) * 8


def _ship(journal, shipped, result):
    """The head-end takes what waits: each record once, in order, as it was."""
    for seq, data in journal.unacknowledged():
        if seq != shipped + 1 or data != _payload(seq):
            result.violations["lost or wrong"] += 1
        shipped = seq
    journal.acknowledge(shipped)
    return shipped
