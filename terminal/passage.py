"""Letting somebody through: the barrier's release for a recorded admission, and what came of it."""

import gc

from terminal import records

_SMALL_HEAP = hasattr(gc, "mem_free")  # CPython counts references: a full collection there is only a pause


class Passage:
    """One admission at a time. `ended(seq, passed)` hears what came of each, after its record."""

    def __init__(self, barrier, clock, window_ms, recorder, log, ended):
        self._barrier = barrier
        self._clock = clock
        self._window_ms = window_ms
        self._recorder = recorder
        self._log = log
        self._ended = ended
        self._open = None  # (seq of the admission, deadline) while somebody may walk through

    @property
    def under_way(self):
        return self._open is not None

    def open(self, seq):
        """Releases the barrier for the admission recorded under `seq`."""
        self._barrier.open("entry")
        self._log("gate", state="open", seq=seq)
        self._open = seq, self._clock.deadline(self._window_ms)

    def watch(self):
        """Ends the passage when somebody went through, or when the time for it is over."""
        if self._open is None:
            return
        seq, deadline = self._open
        passed = self._barrier.passed()
        if not passed:
            if not self._clock.passed(deadline):
                return
            self._barrier.lock()
        self._open = None
        self.close(seq, passed)
        if _SMALL_HEAP:
            gc.collect()  # the lane rests now; a board must not collect in the middle of the next tap

    def close(self, seq, passed):
        """Records what came of the admission under `seq`; also for one that was never opened."""
        kind = records.PASSED if passed else records.NOT_PASSED
        self._log("passage", state=records.KINDS[kind], seq=seq)
        self._recorder.note(kind, ref=seq)
        self._ended(seq, passed)
