"""Keeps the terminal's tasks alive: what falls over is logged, counted and started again."""

from micropython import const

_RESTART_MS = const(1000)


class Supervisor:
    """Runs tasks under names. `failures` maps a name to how often it fell over since boot."""

    def __init__(self, clock, log):
        self._clock = clock
        self._log = log
        self.failures = {}

    async def keep(self, name, task):
        """Runs `task()` (a coroutine function) for ever, starting it again a second after each failure."""
        while True:
            try:
                await task()
                return
            except Exception as error:  # the one place: whatever a task did, the others go on
                self.failures[name] = self.failures.get(name, 0) + 1
                self._log("task", name=name, error=type(error).__name__, text=str(error))
            await self._clock.sleep_ms(_RESTART_MS)
