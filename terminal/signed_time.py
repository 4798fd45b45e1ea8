"""Time that can be trusted: asked of the head-end, signed over a nonce, and never below the last one that was known.

A board has no clock that survives the plug, and certificates, codes and lists need one. The key of the role settings
signs "GPN1 nonce time". Until that came, a clock below the floor is not to be trusted and stands at the floor.
"""

from binascii import hexlify, unhexlify

from micropython import const

from offline_store.slots import TwoSlots
from terminal.clock import Ticks
from terminal.crypto import sm2
from terminal.errors import LinkError, WireMalformed
from terminal.wire import load_json

_MAGIC = const(b"CLK1")
_ASK_MS = const(3600000)
_AGAIN_MS = const(10000)
_SLOWEST_MS = const(5000)  # an answer that took longer says too little
_TOLERATED_S = const(2)
_SAVE_EACH_S = const(3600)


def time_text(nonce, utc):
    """The text to sign: the nonce in hex, UTC seconds."""
    return "GPN1 %s %d" % (nonce, utc)


class TrustedClock(Ticks):
    """A clock (terminal/ports.py) over the board's own. `slots`: a medium for the floor.

    `trusted`: whether `utc()` is more than a floor; `on_jump(before, after)` hears of each correction beyond 2 s.
    """

    def __init__(self, clock, slots, on_jump=None):
        self._clock = clock
        self._slots = TwoSlots(slots, _MAGIC, bytes(8))
        self._floor = int.from_bytes(self._slots.candidates[0][1], "big") if self._slots.candidates else 0
        self._offset = 0
        self.on_jump = on_jump
        self.trusted = self._floor > 0 and clock.utc() >= self._floor
        self.ticks = clock.ticks
        self.sleep_ms = clock.sleep_ms

    def utc(self):
        """UTC seconds, never below what was once trusted."""
        return max(self._clock.utc() + self._offset, self._floor)

    def now(self):
        """`utc()`, or None while no clock is to be trusted."""
        return self.utc() if self.trusted else None

    def set(self, utc):
        """Sets the clock to a trusted time, also backwards: the floor follows it."""
        before = self.utc()
        self._offset = utc - self._clock.utc()
        first = not self.trusted
        self.trusted = True
        if abs(utc - before) > _TOLERATED_S:
            self._keep(utc)
            if self.on_jump is not None:
                self.on_jump(before, utc)
        elif first:
            self._keep(utc)

    def tend(self):
        """Lets the floor follow a trusted clock, once an hour to spare the flash."""
        if self.trusted:
            utc = self._clock.utc() + self._offset
            if utc < self._floor:  # the clock below fell back
                self.trusted = False
            elif utc >= self._floor + _SAVE_EACH_S:
                self._keep(utc)

    def _keep(self, utc):
        self._floor = utc
        self._slots.put(utc.to_bytes(8, "big"))


class SignedTime:
    """`run()` is the task: asks for the time each hour, sooner while there is none. `trust()` gives the Trust in force;
    `random(count)` -> bytes nobody can foretell; `on_event(name, **facts)` hears "time" and "time_refused"."""

    def __init__(self, client, clock, trust, random, on_event):
        self._client = client
        self._clock = clock
        self._trust = trust
        self._random = random
        self._on_event = on_event

    async def run(self):
        """For ever."""
        while True:
            try:
                fresh = await self._ask()
            except (OSError, LinkError):
                self._client.close()
                fresh = False
            self._clock.tend()
            await self._clock.sleep_ms(_ASK_MS if fresh else _AGAIN_MS)

    async def _ask(self):
        nonce = hexlify(self._random(8)).decode()
        asked = self._clock.ticks()
        answer = await self._client.request("GET", "/v1/time?nonce=" + nonce)
        took_ms = self._clock.elapsed(asked)
        if answer.status != 200 or took_ms > _SLOWEST_MS:
            return False
        fields = load_json(answer.body)
        try:
            utc, signature = fields["time"], unhexlify(fields["signature"])
        except (KeyError, TypeError, ValueError):
            raise WireMalformed("signed time without the expected fields") from None
        key = self._trust().roles.get("settings")
        if not isinstance(utc, int) or key is None or len(signature) != 64:
            return self._refuse("no key or no signature")
        if not sm2.verify(key, time_text(nonce, utc).encode(), signature):
            return self._refuse("signature does not hold")
        self._clock.set(utc + took_ms // 2000)
        self._on_event("time", utc=utc)
        return True

    def _refuse(self, reason):
        self._on_event("time_refused", reason=reason)
        return False
