"""What QR engines on a serial line share: codes told apart by silence, a paced restart, a sign of life now and then.

Codes are binary: a tail character may well be part of one.
"""

from micropython import const

from drivers.errors import BadFrame, ReaderError, ReaderTimeout

ABSENT = "absent"
STARTING = "starting"
READY = "ready"
STUCK = "stuck"

MAX_CODE = const(1024)

_STALE = const(8)  # buffers of MAX_CODE: more than any code has is a line that never falls silent
_GAP_MS = const(20)
_IDLE_MS = const(5000)
_SIGN_MS = const(240)
_RETRY_MS = const(2000)  # between attempts to start a silent engine: they must not hold up the lane


class SerialScanner:
    """The scanner port. `continuous`: the engine looks all the time; otherwise it is triggered for each code.

    A subclass gives `bring_up` and the bytes of `trigger`, `triggered` (its reply), `question` and `sign` (the reply
    of a living engine). `time_outs`, `overlong` codes and `restarts` are counted.
    """

    trigger = triggered = question = sign = b""

    def __init__(self, bus, clock, continuous=True):
        self.state = ABSENT
        self.fault = None  # the ReaderError that kept it out of service last
        self.time_outs = self.overlong = self.restarts = 0
        self._bus = bus
        self._clock = clock
        self._continuous = continuous
        self._buffer = memoryview(bytearray(MAX_CODE))
        self._armed = False  # triggered, and no code since
        self._asked = None  # deadline of a sign of life
        self._next = clock.ticks()  # deadline of the next question, or of the next attempt to start

    async def bring_up(self):
        """Finds the engine, configures it. ReaderError when that is not possible."""
        raise NotImplementedError

    async def start(self):
        """True when the engine is in service."""
        self.state = STARTING
        self.restarts += 1
        self._armed = False
        self._asked = None
        try:
            await self.bring_up()
        except ReaderError as error:
            self.fault = error
            self.state = ABSENT
            self._next = self._clock.deadline(_RETRY_MS)
            return False
        self.state = READY
        self.fault = None
        self._next = self._clock.deadline(_IDLE_MS)
        return True

    async def poll(self):
        """The bytes of one code, or None. Restarts, now and then, an engine that is not in service."""
        if self.state != READY and (not self._clock.passed(self._next) or not await self.start()):
            return None
        try:
            return await self._look()
        except ReaderError:
            self._stuck()
            return None

    async def exchange(self, frame, find, timeout_ms):
        """Sends a frame; what `find(view)` makes of the bytes that came back. ReaderTimeout while it makes None."""
        for _ in range(_STALE):
            if not self._bus.any() or not self._bus.readinto(self._buffer):
                break
        self._bus.write(frame)
        deadline = self._clock.deadline(timeout_ms)
        count = 0
        while not self._clock.passed(deadline) and count < MAX_CODE:
            got = self._bus.readinto(self._buffer[count:])
            if got:
                count += got
                found = find(self._buffer[:count])
                if found is not None:
                    return found
            await self._clock.sleep_ms(2)
        self.time_outs += 1
        raise ReaderTimeout("QR engine gave no reply in %d ms: check supply, wiring, speed" % timeout_ms)

    async def _look(self):
        if not self._continuous and not self._armed:
            self._bus.write(self.trigger)
            self._armed = True
        if self._bus.any():
            code = self._code(await self._collect())
            if code is not None:
                self._armed = False
            return code
        if self._asked is not None:
            if self._clock.passed(self._asked):
                self.time_outs += 1
                self._stuck()
        elif self._clock.passed(self._next):
            self._bus.write(self.question)
            self._asked = self._clock.deadline(_SIGN_MS)
        return None

    def _stuck(self):
        self.state = STUCK
        self._next = self._clock.ticks()

    async def _collect(self):
        """Reads on until the line has been silent for the gap; the number of bytes, 0 when they did not fit.

        BadFrame when the line does not fall silent.
        """
        clock = self._clock
        count = overlong = 0
        last = clock.ticks()
        while clock.elapsed(last) < _GAP_MS:
            got = self._bus.readinto(self._buffer[count:])
            if got:
                last = clock.ticks()
                count += got
                if count == MAX_CODE:
                    overlong += 1
                    count = 0
                    if overlong == _STALE:
                        self.overlong += 1
                        raise BadFrame("QR engine sent %d bytes without a pause: check its cable" % (_STALE * MAX_CODE))
            else:
                await clock.sleep_ms(2)
        self._next = clock.deadline(_IDLE_MS)
        if overlong:
            self.overlong += 1
            return 0
        return count

    def _code(self, count):
        """What was collected, without the engine's own replies around it; None when nothing is left."""
        data = bytes(self._buffer[:count])
        if self._asked is not None and self.sign in data:
            self._asked = None
            data = _without(data, self.sign)
        if self._armed:
            data = _without(data, self.triggered)
        return data or None


def _without(data, reply):
    if data.startswith(reply):
        return data[len(reply) :]
    if data.endswith(reply):
        return data[: -len(reply)]
    return data
