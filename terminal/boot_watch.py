"""Feeds the watchdog only while every essential task shows life: a terminal that hangs starts again by itself."""

from micropython import const

_FEED_MS = const(500)


class Watch:
    """`watchdog.feed()` is called while each of `names` has beaten within `limit_ms`; each starts with that much grace.

    After `settled_ms` without a gap `settled()` is called once: the firmware ran well.
    """

    def __init__(self, watchdog, clock, names, limit_ms=10000, settled_ms=60000, settled=None):
        self._watchdog = watchdog
        self._clock = clock
        self._limit_ms = limit_ms
        self._deadlines = {name: clock.deadline(limit_ms) for name in names}
        self._settled_at = clock.deadline(settled_ms)
        self._settled = settled

    def beat(self, name):
        """The task `name` is alive."""
        self._deadlines[name] = self._clock.deadline(self._limit_ms)

    def silent(self):
        """Names of the tasks that have not beaten in time."""
        return [name for name in sorted(self._deadlines) if self._clock.passed(self._deadlines[name])]

    async def run(self):
        """For ever."""
        while True:
            if not self.silent():
                self._watchdog.feed()
                if self._settled is not None and self._clock.passed(self._settled_at):
                    settled, self._settled = self._settled, None
                    settled()
            await self._clock.sleep_ms(_FEED_MS)
