"""A buzzer on a PWM output: plays short sequences of notes while the terminal goes on with its work."""

from micropython import const

_STEP_MS = const(10)
_HALF = const(32768)  # duty of a square wave, of 65536


class Buzzer:
    """`pwm` is shaped like machine.PWM: freq(hertz), duty_u16(0..65535)."""

    def __init__(self, pwm, clock):
        self._pwm = pwm
        self._clock = clock
        self._notes = ()
        self._index = 0
        self._end = None
        pwm.duty_u16(0)

    def play(self, notes):
        """Starts ((hertz, ms), ...); 0 hertz is a rest. A sequence that still sounds gives way."""
        self._notes = notes
        self._index = 0
        self._end = None
        self.step()

    def step(self):
        """Moves on to the note that is due; True while a sequence sounds."""
        while self._end is None or self._clock.passed(self._end):
            if self._index >= len(self._notes):
                self._silence()
                return False
            hertz, ms = self._notes[self._index]
            self._index += 1
            self._end = self._clock.deadline(ms)
            if hertz:
                self._pwm.freq(hertz)
                self._pwm.duty_u16(_HALF)
            else:
                self._pwm.duty_u16(0)
        return True

    async def run(self):
        """Keeps the sequences going, for ever."""
        while True:
            if self._notes:
                self.step()
            await self._clock.sleep_ms(_STEP_MS)

    def _silence(self):
        if self._notes:
            self._notes = ()
            self._pwm.duty_u16(0)
