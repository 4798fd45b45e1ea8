"""Does one thing at a time beside the session, so that the screen lives while the head-end or the printer is asked."""

from micropython import const

_POLL_MS = const(20)


class Worker:
    """`run` is a task of its own. A result that nobody wants any more (the session was wiped) is dropped."""

    def __init__(self, clock):
        self._clock = clock
        self._task = self._result = None

    @property
    def busy(self):
        """Something is under way, or done and not yet fetched."""
        return self._task is not None or self._result is not None

    def begin(self, then, work, *arguments):
        """Starts `await work(*arguments)`; its result comes out of `result` together with `then`."""
        self._task = then, work, arguments
        self._result = None

    def drop(self):
        """Forgets what is under way: what it comes to is nobody's."""
        self._task = self._result = None

    def result(self):
        """(then, value) once, None before."""
        found, self._result = self._result, None
        return found

    async def run(self):
        """Works for ever. What falls over is never done again by itself: the session's own time-out ends the wait."""
        while True:
            task = self._task
            if task is None or self._result is not None:
                await self._clock.sleep_ms(_POLL_MS)
                continue
            then, work, arguments = task
            result = None
            try:
                result = then, await work(*arguments)
            finally:
                if self._task is task:
                    self._task, self._result = None, result
