"""`python -m tests.soak [HOURS] [SEED] [KB]`: a week of virtual time of the whole terminal in a board's heap, on a 32-bit MicroPython.

Exit 1 when the heap grew or fell into pieces, a fare was lost or came twice, or what the week is for did not happen.
"""

import pathlib
import sys
import tempfile
import time

from tests import narrow_interpreter
from tests.soak.week import HAPPENS, HEAP_KB, HOURS, MODULES, Week, faults


def main(hours=HOURS, seed=1, heap_kb=HEAP_KB):
    """Plays the hours and prints what they came to."""
    print("seed", seed)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        folder = pathlib.Path(folder)
        outcome = Week(
            folder / "world", narrow_interpreter.from_rom(folder, MODULES), seed, hours, "%dk" % heap_kb
        ).run()
    print("32-bit port, code in ROMFS, heap %d KB; %d s of real time" % (heap_kb, time.monotonic() - started))
    for name in outcome._fields[:-1]:
        print("%-10s %s" % (name, getattr(outcome, name)))
    print("heap       %s" % [entry for number, entry in enumerate(outcome.heap) if _changed(outcome.heap, number)])
    free, largest = ([entry[at] for entry in outcome.heap] for at in (2, 3))
    print("free       %d to %d bytes, the longest piece %d to %d" % (min(free), max(free), min(largest), max(largest)))
    found = faults(outcome) + ["%s: did not happen" % name for name in HAPPENS if not getattr(outcome, name)]
    for fault in found:
        print("FAULT", fault)
    return 1 if found else 0


def _changed(heap, number):
    """Whether the hour has other modules or another life than the one before."""
    return not number or heap[number][1::3] != heap[number - 1][1::3]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
