"""Time as the core sees it: ticks (ms, wrapping at 2**30) for waiting, UTC seconds for records."""

import time

from micropython import const

TICKS_PERIOD = const(1 << 30)
_FARTHEST = const(1 << 22)  # ms, 70 minutes: no deadline lies farther ahead, so what seems to is long past


class Ticks:
    """What every clock offers on top of its own `ticks()`. Subclasses give `ticks`, `utc` and `sleep_ms`.

    A lane that stands still for a week asks about ticks of before: they count for as long as the ticks do, 298 hours.
    """

    def deadline(self, ms):
        """The tick `ms` from now, an hour at most; hand it to `passed`."""
        return (self.ticks() + ms) & (TICKS_PERIOD - 1)

    def passed(self, deadline):
        """Whether the tick came. Once in 298 hours one long past seems to lie ahead, for as long as it once did."""
        return not 0 < (deadline - self.ticks()) & (TICKS_PERIOD - 1) <= _FARTHEST

    def elapsed(self, since):
        """ms since the tick `since`, which is no later than now."""
        return (self.ticks() - since) & (TICKS_PERIOD - 1)


class SystemClock(Ticks):
    """The interpreter's own clock; runs under asyncio on a board and on a Linux gate."""

    def __init__(self):
        import asyncio

        # MicroPython's own counts whole ms; a board's floats need not.
        self.sleep_ms = getattr(asyncio, "sleep_ms", None) or (lambda ms: asyncio.sleep(ms / 1000))
        self.run = asyncio.run  # run(coroutine), until it ends
        self.together = asyncio.gather  # await together(*coroutines), until one raises

    def ticks(self):
        if hasattr(time, "ticks_ms"):
            return time.ticks_ms() & (TICKS_PERIOD - 1)
        return time.monotonic_ns() // 1_000_000 & (TICKS_PERIOD - 1)

    def utc(self):
        """Unix seconds. MicroPython ports that count from 2000 are put right here."""
        offset = 946684800 if time.gmtime(0)[0] == 2000 else 0
        return int(time.time()) + offset
