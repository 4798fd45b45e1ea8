"""Measured on either interpreter: `run(whitelist, journal, taps)` prints what a tap costs the terminal itself.

The emulated chip, card and PSAM work in the same process; their share is timed at their doors and taken off. Portable.
"""

import gc

from benchmarks import on_stopwatch
from simulator import few_taps


class _Door:
    """Times what happens behind a method."""

    def __init__(self):
        self.us = 0

    def guard(self, method):
        def timed(*arguments):
            started = on_stopwatch.now()
            result = method(*arguments)
            self.us += on_stopwatch.since(on_stopwatch.now(), started)
            return result

        return timed


def run(whitelist, journal_path, taps):
    """Prints one line a tap: us from the card's arrival to the barrier, us of it in the emulation, bytes allocated."""
    gate = few_taps.Gate(whitelist, journal_path)
    hardware, board = gate.bench.hardware, gate.bench.board
    chip = _Door()
    psam = _Door()
    wire = hardware.reader_uart
    wire.write = chip.guard(wire.write)
    wire.any = chip.guard(wire.any)
    wire.readinto = chip.guard(wire.readinto)
    hardware.psam.card.transmit = psam.guard(hardware.psam.card.transmit)
    opened = []
    release = board.barrier.open

    def open_barrier(direction):
        opened.append((on_stopwatch.now(), gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0))
        release(direction)

    board.barrier.open = open_barrier
    for _ in range(taps):
        card = gate.people.card("adult", hardware.reader_chip)
        card.purse.balance = 100000
        gate.bench.run_for(50)
        gc.collect()
        if hasattr(gc, "mem_alloc"):
            gc.disable()
        chip.us = psam.us = 0
        before = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
        started = on_stopwatch.now()
        gate.bench.present(card)
        if not gate.bench.scheduler.run_until(lambda: opened, 3000):
            raise SystemExit("the barrier did not open: %s" % gate.events[-3:])
        at, allocated = opened.pop()
        gc.enable()
        print("%d %d %d" % (on_stopwatch.since(at, started), chip.us + psam.us, allocated - before))
        gate.bench.run_for(300)
        gate.bench.remove()
        gate.walk()
        journal = gate.bench.terminal.journal
        journal.acknowledge(journal.last_seq)
