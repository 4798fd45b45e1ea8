"""Measured on either interpreter: `run(tariff, situations, rounds)` prints what a decision costs. Portable."""

import gc
import json

from benchmarks import on_stopwatch
from terminal import lists
from terminal.decide import decide
from terminal.lists import Entry
from terminal.media.credential import PURSE, Credential


def run(path, rounds):
    """Prints a line a situation of the JSON file: name, us a decision, bytes allocated and fare."""
    with open(path, encoding="utf8") as file:
        load = json.load(file)
    entry = Entry(lists.VALID, "adult", 0, 0)
    tariff = load["tariff"]
    for name, holder_class, visits, now, here in load["situations"]:
        card = Credential(PURSE, bytes(16), "00083010", "3010", holder_class, 0, 0, 0, 100000)
        decision = decide(card, entry, visits, tariff, now, 0, here)  # loads what the tariff needs
        gc.collect()
        allocated = 0
        if hasattr(gc, "mem_alloc"):
            gc.disable()
            before = gc.mem_alloc()
            decide(card, entry, visits, tariff, now, 0, here)
            allocated = gc.mem_alloc() - before
            gc.enable()
        best = None
        for _ in range(5):
            gc.collect()
            started = on_stopwatch.now()
            for _ in range(rounds):
                decide(card, entry, visits, tariff, now, 0, here)
            spent = on_stopwatch.since(on_stopwatch.now(), started) / rounds
            best = spent if best is None or spent < best else best
        print("%s %.1f %d %d" % (name, best, allocated, decision.fare))
