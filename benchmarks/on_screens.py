"""Runs under MicroPython: what drawing costs there, in full and by damage, and the heap a screen takes."""

import gc

from benchmarks import on_stopwatch
from screens import examples, profiles
from screens.framebuf_backend import Strips
from screens.glyphs import GlyphStore

_GLYPHS = "screens/fonts/glyphs"
_ROUNDS = 5


class _Panel:
    def write(self, x, y, width, height, pixels):
        """The display's wire."""


def _ms(work):
    started = on_stopwatch.now()
    for _ in range(_ROUNDS):
        work()
    return on_stopwatch.since(on_stopwatch.now(), started) / 1000 / _ROUNDS


def run():
    """One line a display: full, one minute later (the clock's text changed), and the ratio; then bytes a screen."""
    for family, screen, states, names, _ in examples.FAMILIES:
        for profile in names:
            if profile in profiles.PANELS:
                _panel(family, screen, states, profile)


def _panel(family, screen, states, profile):
    metrics = profiles.metrics(profile)
    strips = Strips(_Panel(), metrics.width, metrics.height, GlyphStore(_GLYPHS))
    state = examples.whole(states[1][1], "zh")
    ops = screen(state, metrics)
    state["clock"] = "08:01"
    later = screen(state, metrics)

    def full():
        strips.forget()
        strips.draw(ops)

    def change():
        strips.draw(later)
        strips.draw(ops)

    full()
    for _, other in states:  # what is imported on first use is no part of a display list
        screen(examples.whole(other, "zh"), metrics)
    whole, changed = _ms(full), _ms(change) / 2
    most = 0
    for _, other in states:
        gc.collect()
        before = gc.mem_alloc()
        listed = screen(examples.whole(other, "zh"), metrics)
        gc.collect()
        most = max(most, gc.mem_alloc() - before)
        del listed
    text = "%-12s %-8s full %6.1f ms  a minute later %6.1f ms  1:%-5.1f largest display list %5d bytes"
    print(text % (family, profile, whole, changed, whole / changed if changed else 0, most))
