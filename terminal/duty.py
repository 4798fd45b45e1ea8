"""What a lane does when it is not simply in service: faults, doubts, what the head-end ordered, fire.

The course of each mode stands in terminal.courses; this carries it out. A gate in service with nothing wrong never
loads either.
"""

from micropython import const

from terminal import reasons, records
from terminal.courses import CLOCK_UNTRUSTED, DECIDE, FREE, LIST_OLD, OPEN, SHUT, TABLE, chosen, course
from terminal.modes import EMERGENCY, IN_SERVICE, MAINTENANCE, MODES

_RESTART_MS = const(1000)
_RELEASE_MS = const(4000)


class Duty:
    """Goes through the modes of one lane. `settings` name venue, policies and which way the lane leads."""

    def __init__(self, board, charger, settings, face, recorder, passage, log):
        self._barrier = board.barrier
        self._reader = board.reader
        self._clock = board.clock
        self._charger = charger
        self._policy = {"venue": settings["venue"]}
        self._policy.update(settings["policies"])
        self._direction = settings["here"].get("direction")
        self._face = face
        self._recorder = recorder
        self._passage = passage
        self._log = log
        self.pages = None  # terminal.service_pages.ServicePages, once maintenance was ordered
        self.make_pages = None  # makes them, where the terminal has a screen for them
        self._reason = None
        self._course = DECIDE
        self._restart_at = None
        self._open_until = None  # when the release of free passage is given again

    async def attend(self, conditions, ordered):
        """Sees to what holds (keys of courses.FAULTS and DOUBTS); True when residents are served as usual."""
        mode, reason = chosen(conditions, ordered)
        if mode != EMERGENCY and self._passage.under_way:
            self._passage.watch()  # who was let in goes through first
            self._face.settle()
            return False
        if mode != self._recorder.mode or reason != self._reason:
            self._change(mode, reason)
        if self._course in (DECIDE, FREE):
            return True
        if mode == MAINTENANCE and self.make_pages is not None:
            await self._maintain()
        else:
            self._face.settle()
        if self._course == OPEN:
            self._hold_open()
        else:
            self._passage.watch()
        await self._restart(conditions)
        return False

    def alarm(self):
        """Fire, noticed in the middle of something: opens at once."""
        if self._recorder.mode != EMERGENCY:
            self._change(EMERGENCY, "fire")
            self._hold_open()

    def _change(self, mode, reason):
        self._reason = reason
        self._restart_at = self._open_until = None
        self._course = course(mode, self._leaves(mode), self._policy)
        if MODES[self._recorder.mode] == "maintenance":
            self._passage.failures = 0  # somebody has seen to the leaves
        if self.pages is not None:
            self.pages.enter()
        self._recorder.mode = mode
        told = reason or "back_in_service"
        self._log("mode", mode=MODES[mode], reason=told)
        self._recorder.note(records.MODE, told)
        self._barrier.lock()
        state = TABLE[mode].state
        if self._course == OPEN and state in ("out_of_service", "ready"):
            state = "free_passage"
        elif self._course == SHUT and state == "ready":
            state = "out_of_service"  # nobody is asked to tap where no card is looked at
        if mode == IN_SERVICE or state == "ready":
            self._face.show("ready")
        else:
            self._face.show(state, reason=told, code=reasons.code(told))

    def _leaves(self, mode):
        """Whether people leave here. By a lane for both ways they do while it can serve nobody: the only way out may be
        the way in. A mere doubt, such as an old list, does not open it to everybody outside."""
        return self._direction == "exit" or (self._direction == "both" and mode not in (LIST_OLD, CLOCK_UNTRUSTED))

    def _hold_open(self):
        """A turnstile's release lasts for one person or a few seconds, so it is given again and again."""
        if self._passage.under_way:
            self._passage.watch()
        elif self._barrier.sensed() == "passed" or self._open_until is None or self._clock.passed(self._open_until):
            self._barrier.open("both")
            self._open_until = self._clock.deadline(_RELEASE_MS)

    async def _maintain(self):
        if self.pages is None:
            self.pages = self.make_pages()
        await self.pages.turn()
        if self._face.state == "maintenance":
            self._face.settle()  # keeps its clock current

    async def _restart(self, conditions):
        if self._restart_at is not None and not self._clock.passed(self._restart_at):
            return
        if "reader_down" in conditions:
            await self._reader.start()
        if "psam_down" in conditions:
            await self._charger.start()
        self._restart_at = self._clock.deadline(_RESTART_MS)
