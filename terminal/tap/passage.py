"""Letting somebody through: the barrier's release for a recorded admission, and what came of it."""

import gc

from micropython import const

from terminal import reasons, records

_SMALL_HEAP = hasattr(gc, "mem_free")  # CPython counts references: a full collection there is only a pause
_LONGEST = const(4)  # windows: then a lane that still seems occupied has a dirty sensor
_BEHIND_MS = const(3000)  # who comes after an admitted person within this time followed them


class Passage:
    """One admission at a time. `ended(seq, persons who went through)` hears what came of each, after its record.

    `failures`: how often in a row the leaves did not do what they were told.
    """

    def __init__(self, barrier, clock, window_ms, recorder, face, log, ended):
        self._barrier = barrier
        self._clock = clock
        self._window_ms = window_ms
        self._recorder = recorder
        self._face = face
        self._log = log
        self._ended = ended
        self._open = None  # (seq of the admission, ticks when it opened) while somebody may walk through
        self._persons = self._walked = 0
        self._direction = None
        self._why = "ok"  # what the sensors say of an admission nobody uses
        self._last = None  # (seq, ticks) of a passage that ended just now
        self.failures = 0

    @property
    def under_way(self):
        return self._open is not None

    def open(self, seq, persons=1, direction="entry"):
        """Releases the barrier for the admission of `persons` recorded under `seq`."""
        while self._barrier.sensed() is not None:
            pass  # what was before is not this passage
        self._barrier.open(direction)
        self._log("gate", state="open", seq=seq)
        self._open = seq, self._clock.ticks()
        self._direction = direction
        self._persons, self._walked, self._why = persons, 0, "ok"

    def watch(self):
        """Ends the passage when all went through, or when the time for it is over; sees who goes without admission."""
        if self._last is not None and self._clock.elapsed(self._last[1]) >= _BEHIND_MS:
            self._last = None  # not kept: after 149 hours its ticks would lie ahead
        event = self._barrier.sensed()
        if event is not None:
            self._hear(event)
        if self._open is None:
            return
        seq, since = self._open
        if self._walked < self._persons:
            waited = self._clock.elapsed(since)
            if waited < self._window_ms or (self._barrier.occupied and waited < _LONGEST * self._window_ms):
                return
        self._barrier.lock()
        self._open = None
        self._last = seq, self._clock.ticks()
        self.close(seq, self._walked, self._why)
        if _SMALL_HEAP:
            gc.collect()  # the lane rests now; a board must not collect in the middle of the next tap

    def close(self, seq, walked, why="ok"):
        """Records how many `walked` on the admission under `seq`; also for one that was never opened."""
        kind = records.PASSED if walked else records.NOT_PASSED
        why = "ok" if walked else why
        self._log("passage", state=records.KINDS[kind], seq=seq, reason=why)
        self._recorder.note(kind, why, ref=seq, count=walked if self._persons > 1 else 0)
        self._ended(seq, walked)

    def _hear(self, event):
        if event == "passed" and self._open is not None and self._walked < self._persons:
            self._walked += 1
            self.failures = 0
            if self._walked < self._persons:
                self._open = self._open[0], self._clock.ticks()  # each of a group gets as long as one alone
                self._barrier.open(self._direction)  # and a turnstile lets one through a pulse
        elif event == "turned_back":
            self._why = event
        elif event == "stuck":
            self.failures += 1
            self._why = "gate_jam"
            self._log("barrier", state=event, failures=self.failures)
        elif event == "moved":
            self.failures = 0
            self._log("barrier", state=event)
        elif event in ("passed", "reverse"):
            self._intruded(event)

    def _intruded(self, event):
        """Somebody went where nobody was admitted: said, sounded, and a record for the head-end."""
        seq = 0
        if event == "reverse":
            reason = event
        elif self._last is not None:
            reason, seq = "tailgating", self._last[0]
        else:
            reason = "forced"
        self._log("intruded", reason=reason, seq=seq)
        self._recorder.note(records.INTRUDED, reason, ref=seq)
        self._face.show("intruded", reason=reason, code=reasons.code(reason))
