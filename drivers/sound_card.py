"""Host only: a sound card in the place of a buzzer's PWM output: freq(hertz), duty_u16(level) as drivers.buzzer wants it."""

import array
import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

_RATE = 22050
_LOUDNESS = 9000


class SoundCard:
    """Square waves through pygame.mixer. Without a sound device it is mute and `fault` says why."""

    def __init__(self):
        import pygame

        self.fault = None
        self._sound = None
        self._hertz = 1000
        self._mixer = pygame.mixer
        try:
            pygame.mixer.init(_RATE, -16, 1, 512)
        except (pygame.error, NotImplementedError) as error:
            self.fault = "no sound device (%s)" % error
            self._mixer = None

    def freq(self, hertz):
        self._hertz = hertz

    def duty_u16(self, duty):
        """Sounds until it is 0."""
        if self._sound is not None:
            self._sound.stop()
            self._sound = None
        if duty and self._mixer is not None:
            half = max(1, _RATE // self._hertz // 2)
            self._sound = self._mixer.Sound(buffer=array.array("h", [_LOUDNESS] * half + [-_LOUDNESS] * half).tobytes())
            self._sound.play(-1)


class Mute:
    """No buzzer at all."""

    def freq(self, hertz):
        """There is nothing that could sound."""

    def duty_u16(self, duty):
        """Nor here."""
