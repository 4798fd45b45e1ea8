"""An emulated face check box: a link (terminal/ports.py) at whose other end the box answers. Portable.

It looks at nobody: whoever stands there is the right person, unless one of its faults says otherwise.
"""

import json

from micropython import const

from simulator.chips.fault import Fault

_LOOK_MS = const(1500)
_RESET = const(104)
_TIMED_OUT = const(110)
_PATIENCE_MS = const(10000)  # as long as a real link waits for the other end
_TURN_MS = const(20)
_ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class FaceBox:
    """`asked`: how many checks there were. Faults: `unplugged`, `other` (somebody else), `shy` (turns away), `slow` (never
    answers)."""

    def __init__(self, clock):
        self._clock = clock
        self.unplugged, self.other, self.shy, self.slow = Fault(), Fault(), Fault(), Fault()
        self.asked = 0
        self._heard = b""
        self._answer = b""
        self._closed = False

    async def open(self):
        if self.unplugged.strikes():
            raise OSError(_RESET, "the face check box is not there")
        self._heard = self._answer = b""
        self._closed = False

    async def write(self, data):
        if self.unplugged.strikes():
            raise OSError(_RESET, "the face check box went away")
        self._heard += bytes(data)
        head, gap, body = self._heard.partition(b"\r\n\r\n")
        if gap and len(body) >= _length(head):
            self._heard = b""
            self._answer = await self._look(head, body)

    async def read_into(self, buffer):
        waited = 0
        while not self._answer:
            if self._closed:
                return 0
            if waited >= _PATIENCE_MS:
                raise OSError(_TIMED_OUT, "nothing came")
            await self._clock.sleep_ms(_TURN_MS)
            waited += _TURN_MS
        count = min(len(buffer), len(self._answer))
        buffer[:count] = self._answer[:count]
        self._answer = self._answer[count:]
        return count

    def close(self):
        self._closed = True

    async def _look(self, head, body):
        assert head.startswith(b"POST /v1/face ") and len(json.loads(body)["token"]) == 32
        self.asked += 1
        await self._clock.sleep_ms(_LOOK_MS)
        if self.slow.strikes():
            return b""
        result = "other" if self.other.strikes() else "refused" if self.shy.strikes() else "same"
        said = json.dumps({"result": result}).encode()
        return (_ANSWER % len(said)).encode() + said


def _length(head):
    for line in head.decode().split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0
