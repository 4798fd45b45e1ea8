"""Fuzzed bytes as the other end of a wire: what a card, a SAM or a chip says, one answer after the other.

A case is a row of answers, each with its length in front (2 bytes). `recorded` makes such rows from emulated parts, so
that fuzzing begins where a real exchange would.
"""

from simulator.virtual_time import Scheduler, VirtualClock

FLOOD = 0x80  # in the first byte of a line's case: its last answer is repeated for ever, the line never falls silent


def pack(answers):
    return b"".join([len(answer).to_bytes(2, "big") + answer for answer in answers])


def split(data):
    """The answers in `data`; lengths are taken modulo what real exchanges have, so that damage does not eat the rest."""
    found, at = [], 0
    while at + 2 <= len(data):
        length = (data[at] << 8 | data[at + 1]) % 600
        found.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    return found


class Channel:
    """A card or SAM that answers what the case says, and is gone when nothing is left."""

    def __init__(self, answers, ats=bytes(18)):
        self._answers = answers
        self.uid, self.ats = b"\x01\x02\x03\x04", ats

    async def transmit(self, apdu):
        if not self._answers:
            return b"", 0
        answer = self._answers.pop(0)
        return (answer[:-2], answer[-2] << 8 | answer[-1]) if len(answer) > 1 else (b"", 0)


class RecordingChannel:
    """Keeps what a real or emulated card answers, in `heard`."""

    def __init__(self, card):
        self._card = card
        self.heard = []
        self.uid, self.ats = card.uid, card.ats

    async def transmit(self, apdu):
        answer = self._card.transmit(bytes(apdu))
        self.heard.append(answer)
        return answer[:-2], answer[-2] << 8 | answer[-1]


class Line:
    """A byte line of which each write is answered by the next answer; with `flood` the last one never ends.

    `echo`: what is written comes back first, as on a card's one line for both directions.
    """

    def __init__(self, answers, flood=False, echo=False):
        self._answers = answers
        self._flood = flood
        self._echo = echo
        self._waiting = b""
        self._last = answers[-1] if answers and answers[-1] else b"\x00"

    def any(self):
        return len(self._waiting) or (len(self._last) if self._flood and not self._answers else 0)

    def readinto(self, buffer):
        if not self._waiting and self._flood and not self._answers:
            self._waiting = self._last
        count = min(len(buffer), len(self._waiting))
        buffer[:count] = self._waiting[:count]
        self._waiting = self._waiting[count:]
        return count

    def write(self, data):
        if self._echo:
            self._waiting += bytes(data)
        self.speak()
        return len(data)

    def speak(self):
        """The other end says something by itself."""
        if self._answers:
            self._waiting += self._answers.pop(0)

    def set_baudrate(self, baudrate):
        """Any speed is as good as the other."""


class RecordingLine:
    """A wire that keeps, in `heard`, what came back after each write.

    `echo`: less what was written, which comes back first; then the line speaks before anything is written, too.
    """

    def __init__(self, wire, echo=False):
        self._wire = wire
        self.any = wire.any
        self._echo = echo
        self._skip = 0
        self.heard = [b""] if echo else []

    def readinto(self, buffer):
        count = self._wire.readinto(buffer)
        skipped = min(self._skip, count)
        self._skip -= skipped
        if self.heard:
            self.heard[-1] += bytes(buffer[skipped:count])
        return count

    def write(self, data):
        self._skip += len(data) if self._echo else 0
        self.heard.append(b"")
        return self._wire.write(data)

    def set_baudrate(self, baudrate):
        self._wire.set_baudrate(baudrate)


def play(coroutine_of, limit_ms):
    """Runs `coroutine_of(clock)` under virtual time and returns the ms it took; AssertionError beyond `limit_ms`."""
    clock = VirtualClock(utc0=1767225600)
    done = []

    async def whole():
        await coroutine_of(clock)
        done.append(clock.ms())

    scheduler = Scheduler(clock)
    scheduler.spawn(whole())
    scheduler.run_for(limit_ms)
    assert done, "still waiting after %d ms" % limit_ms
    return done[0]
