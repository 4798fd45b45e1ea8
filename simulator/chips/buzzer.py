"""An emulated buzzer on a PWM output: records what could be heard."""


class BuzzerPwm:
    """Shaped like machine.PWM. `tones` holds (start tick, hertz, ms) of each finished tone; `listener(hertz)` hears
    each change, 0 for silence."""

    def __init__(self, clock):
        self.tones = []
        self.listener = None
        self.hertz = 0  # what sounds now
        self._clock = clock
        self._frequency = 0
        self._since = 0

    def freq(self, hertz=None):
        if hertz is None:
            return self._frequency
        self._frequency = hertz
        if self.hertz:
            self._sound(hertz)

    def duty_u16(self, duty):
        self._sound(self._frequency if duty else 0)

    def _sound(self, hertz):
        if hertz == self.hertz:
            return
        now = self._clock.ticks()
        if self.hertz:
            self.tones.append((self._since, self.hertz, self._clock.elapsed(self._since)))
            if len(self.tones) > 32:
                self.tones.pop(0)
        self.hertz = hertz
        self._since = now
        if self.listener is not None:
            self.listener(hertz)
