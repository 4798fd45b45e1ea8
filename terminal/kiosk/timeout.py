"""When a session is over because nobody is there any more: a warning first, which any touch puts off."""

from micropython import const

_ELDER_TIMES = const(2)  # nobody is hurried in elder mode
_STRANGER_S = const(30)  # on pages that show nobody's business


class TimeOut:
    """`settings`: idle_s until the warning, warning_s of the warning itself."""

    def __init__(self, clock, settings):
        self._clock = clock
        self._idle_s = settings["idle_s"]
        self._warning_s = settings["warning_s"]
        self._times = 1
        self._since = clock.ticks()
        self.warning = False

    def begin(self, elder):
        """Somebody is there; in elder mode with twice the time."""
        self._times = _ELDER_TIMES if elder else 1
        self.touched()

    def over(self):
        self._times = 1
        self.touched()

    def touched(self):
        """Something was done: all the time from here on."""
        self._since = self._clock.ticks()
        self.warning = False

    extended = touched

    @property
    def left_s(self):
        """Seconds until the session ends."""
        whole = (self._idle_s + self._warning_s) * self._times
        return max(0, whole - self._clock.elapsed(self._since) // 1000)

    def is_over(self, private):
        """Whether the time is up; the warning comes on by itself where something private is shown."""
        gone = self._clock.elapsed(self._since) // 1000
        if not private:
            return gone >= _STRANGER_S * self._times
        self.warning = gone >= self._idle_s * self._times
        return self.left_s == 0
