"""Microseconds on either interpreter. Portable."""

import time

if hasattr(time, "ticks_us"):
    now, since = time.ticks_us, time.ticks_diff
else:

    def now():
        return time.perf_counter_ns() // 1000

    def since(later, earlier):
        return later - earlier
