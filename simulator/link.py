"""Host only: the simulated terminal's way to a real head-end: real sockets under virtual time, and a network switch."""

import select
import time

_RESET = 104
_UNREACHABLE = 101


class SelectPace:
    """Waits for a socket in real time while next to no virtual time passes.

    A real server needs real milliseconds; were the terminal to poll in virtual time, hours would race by meanwhile.
    Each slice of `slice_s` real seconds costs one virtual ms, so that the other tasks keep running; after `limit_s`
    the wait ends with OSError.
    """

    def __init__(self, clock, slice_s=0.02, limit_s=10.0):
        self._clock = clock
        self._slice_s = slice_s
        self._limit_s = limit_s

    async def wait(self, waiting, writing):
        """Until `waiting` can be written to (or read from)."""
        end = time.monotonic() + self._limit_s
        while time.monotonic() < end:
            if waiting.fileno() < 0:
                raise OSError(_RESET, "the link was closed")
            sockets = [waiting]
            ready = (
                select.select([], sockets, [], self._slice_s)
                if writing
                else select.select(sockets, [], [], self._slice_s)
            )
            if any(ready):
                return
            await self._clock.sleep_ms(1)
        raise TimeoutError("no answer within %.0f real seconds" % self._limit_s)


class SwitchedLink:
    """A link with a network switch, and with scissors that cut it after a given number of bytes.

    `faults` counts how often switch or scissors hit: a test asserts that its fault fired. `carried` counts bytes.
    """

    def __init__(self, link):
        self._link = link
        self._is_on = True
        self._is_open = False
        self._bytes_left = None
        self.faults = 0
        self.carried = 0

    def on(self):
        """The network is there again."""
        self._is_on = True

    def off(self):
        """The network is gone at once, in the middle of whatever is on its way."""
        self._is_on = False
        if self._is_open:
            self.faults += 1
            self.close()

    def cut_after(self, count):
        """Breaks the connection once, after `count` more bytes in either direction."""
        self._bytes_left = count

    async def open(self):
        """As every link; OSError at once while the switch is off."""
        if not self._is_on:
            self.faults += 1
            raise OSError(_UNREACHABLE, "the network is switched off")
        await self._link.open()
        self._is_open = True

    async def write(self, data):
        """As every link; only what the scissors leave goes out."""
        if self._bytes_left is None or len(data) < self._bytes_left:
            await self._link.write(data)
            self._spent(len(data))
        else:
            await self._link.write(memoryview(data)[: self._bytes_left])
            self._cut()

    async def read_into(self, buffer):
        """As every link; the byte after the cut never arrives."""
        if self._bytes_left == 0:
            self._cut()
        view = memoryview(buffer)
        count = await self._link.read_into(view if self._bytes_left is None else view[: self._bytes_left])
        self._spent(count)
        return count

    def close(self):
        """Ends the connection."""
        self._is_open = False
        self._link.close()

    def _spent(self, count):
        self.carried += count
        if self._bytes_left is not None:
            self._bytes_left -= count

    def _cut(self):
        self._bytes_left = None
        self.faults += 1
        self.close()
        raise OSError(_RESET, "the network was cut")
