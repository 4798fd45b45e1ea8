"""Host only: a link through a weak network, under virtual time: so many bits a second, so much of it lost.

What TCP makes of it (RFC 6298, RFC 5681): segments of 536 bytes, one under way at a time, a lost one again after a time-out
that doubles; a connection whose segment is lost too often breaks.
"""

import random

_SEGMENT = 536
_HEADERS = 40
_FIRST_WAIT_MS = 1000
_LONGEST_WAIT_MS = 8000
_TIMED_OUT = 110


class WeakLink:
    """`link` seen through `bits_per_second` and `loss` (0 to 1: of segments and of their acknowledgements together).

    `limit_ms`: how long one call may take, as of drivers.bus.socket.TcpLink; None for as long as the segments need.
    `sent`, `lost` count segments, `carried` bytes of both directions without headers, `broken` connections; `rest` is what
    arrived and was not read yet.
    """

    def __init__(self, link, clock, bits_per_second=2000, loss=0.5, seed=1, tries=10, limit_ms=None):
        self._link = link
        self._clock = clock
        self._rate = bits_per_second
        self._loss = loss
        self._random = random.Random(seed)
        self._tries = tries
        self._limit_ms = limit_ms
        self._end = None
        self.rest = b""
        self.sent = self.lost = self.carried = self.broken = 0

    async def open(self):
        self.rest = b""
        self._begin()
        await self._segment(0)
        await self._link.open()

    async def write(self, data):
        view = memoryview(data)
        self._begin()
        for start in range(0, len(view), _SEGMENT):
            await self._segment(len(view[start : start + _SEGMENT]))
        await self._link.write(data)

    async def read_into(self, buffer):
        if not self.rest:
            whole = bytearray(_SEGMENT)
            count = await self._link.read_into(whole)
            if count == 0:
                return 0
            self._begin()
            await self._segment(count)
            self.rest = bytes(whole[:count])
        count = min(len(buffer), len(self.rest))
        buffer[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count

    def close(self):
        self.rest = b""
        self._link.close()

    def _begin(self):
        self._end = None if self._limit_ms is None else self._clock.deadline(self._limit_ms)

    async def _segment(self, length):
        """One segment until it is acknowledged, or the connection's end."""
        wait_ms = _FIRST_WAIT_MS
        for _ in range(self._tries):
            self.sent += 1
            await self._clock.sleep_ms((length + _HEADERS) * 8000 // self._rate)
            if self._random.random() >= self._loss:
                self.carried += length
                return
            self.lost += 1
            if self._end is not None and self._clock.passed(self._end):
                break
            await self._clock.sleep_ms(wait_ms)
            wait_ms = min(2 * wait_ms, _LONGEST_WAIT_MS)
        self.broken += 1
        self._link.close()
        raise OSError(_TIMED_OUT)
