"""Virtual time: a clock and the scheduler that runs the terminal's coroutines under it, on either interpreter.

The core waits only through `clock.sleep_ms`, so a whole day runs as fast as the machine allows, and always alike.
"""

from terminal.clock import TICKS_PERIOD, Ticks


class _Pause:
    """Awaitable that yields one wake-up, in ms since the start. One object serves all sleepers: it is consumed where it is awaited."""

    def __init__(self):
        self.wake = None

    def __iter__(self):
        return self

    def __await__(self):
        return self

    def __next__(self):
        wake = self.wake
        if wake is None:
            raise StopIteration
        self.wake = None
        return wake


class VirtualClock(Ticks):
    """Time that moves only when the scheduler says so. `utc0` is the UTC second at the start."""

    def __init__(self, utc0=0, ticks0=0):
        self._ticks = ticks0
        self._ms = 0
        self._utc0 = utc0
        self._pause = _Pause()

    def ticks(self):
        return self._ticks

    def ms(self):
        """ms since the start, never wrapping."""
        return self._ms

    def utc(self):
        return self._utc0 + self._ms // 1000

    def jump(self, seconds):
        """Moves UTC without any time passing: a wrong clock."""
        self._utc0 += seconds

    def sleep_ms(self, ms):
        self._pause.wake = self._ms + ms if ms > 0 else self._ms
        return self._pause

    def move(self, ms):
        self._ms += ms
        self._ticks = (self._ticks + ms) & (TICKS_PERIOD - 1)


class Scheduler:
    """Runs coroutines in wake-up order; equal wake-ups in the order in which they were asked for."""

    def __init__(self, clock):
        self.clock = clock
        self._tasks = []  # [wake-up in ms since the start, coroutine], the next one first

    def spawn(self, coroutine):
        self._queue([self.clock.ms(), coroutine])

    def stop(self):
        """Power off: every coroutine is gone where it stands."""
        tasks, self._tasks = self._tasks, []
        for _, coroutine in tasks:
            coroutine.close()

    def run_for(self, ms):
        """Moves the clock by `ms`, running all that falls due on the way, up to and including the last ms."""
        clock = self.clock
        now = clock.ms()
        end = now + ms
        while self._tasks and self._tasks[0][0] <= end:
            task = self._tasks.pop(0)
            if task[0] > now:
                clock.move(task[0] - now)
            try:
                task[0] = task[1].send(None)
            except StopIteration:
                pass
            else:
                self._queue(task)
            now = clock.ms()
        if end > now:
            clock.move(end - now)

    def run_until(self, condition, limit_ms):
        """Runs until `condition()` holds, looking each ms; False when `limit_ms` went by first."""
        for _ in range(limit_ms):
            if condition():
                return True
            self.run_for(1)
        return condition()

    def _queue(self, task):
        """Behind all that wake up earlier or at the same time: who asks for "now" again lets the others run."""
        tasks = self._tasks
        wake = task[0]
        at = 0
        for other in tasks:  # most sleep short: their place is among the first
            if other[0] > wake:
                break
            at += 1
        tasks.insert(at, task)
