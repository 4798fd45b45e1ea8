"""Host only: tones through pygame.mixer, voice prompts through espeak-ng; without a sound device both are shown only."""

import array
import math
import os
import sys
import types

import pygame

from drivers.espeak import Espeak
from screens import kiosk_words

RATE = 22050
_LOUDNESS = 9000
_RAMP = RATE // 250  # 4 ms up and down: no clicks


def samples(notes):
    """16-bit mono samples of ((hertz, ms), ...); 0 hertz is a rest."""
    wave = array.array("h")
    for hertz, ms in notes:
        count = RATE * ms // 1000
        step = 2 * math.pi * hertz / RATE
        for index in range(count):
            level = min(1.0, index / _RAMP, (count - index) / _RAMP)
            wave.append(int(_LOUDNESS * level * math.sin(step * index)))
    return wave


def prompts(display_list, lang):
    """What a picture says, in "zh" or "en", as one text."""
    keys = [op[1] for op in display_list if op[0] == "say"]
    return " · ".join([kiosk_words.text(key, lang) for key in keys if kiosk_words.find(key)])


def _may_have_sound():
    """Asking ALSA where there is no card fills the terminal with its complaints."""
    if not sys.platform.startswith("linux") or "SDL_AUDIODRIVER" in os.environ or "PULSE_SERVER" in os.environ:
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR", "/nonexistent")
    return any(os.path.exists(path) for path in ("/dev/snd", runtime + "/pulse", runtime + "/pipewire-0"))


class Sound:
    """Plays notes and speaks without waiting. `works` is False when the machine has no sound."""

    def __init__(self):
        self.works = False
        self.volume = 100  # per cent, of tones and voice
        self._voice = Espeak()
        self._followed = None
        # Where a library of the mixer's is away, pygame puts a stand-in here that warns when it is touched.
        if _may_have_sound() and isinstance(pygame.mixer, types.ModuleType):
            try:
                pygame.mixer.init(RATE, -16, 1, 512)
                self.works = True
            except pygame.error:
                pass  # the window says so

    def turn(self):
        """The next of three volumes: 100, 50, 0 per cent."""
        self.volume = {100: 50, 50: 0, 0: 100}[self.volume]
        self._voice.volume = self.volume
        if not self.volume:
            self._voice.stop()

    def play(self, notes):
        if self.works:
            sound = pygame.mixer.Sound(buffer=samples(notes).tobytes())
            sound.set_volume(self.volume / 100)
            sound.play()

    def speak(self, text, lang):
        """Says `text`; what is still being said is broken off. Nothing without espeak-ng: the captions are there."""
        if self.works:
            self._voice.say(lang, (text,))

    def follow(self, speech):
        """Says what a simulator.loudspeaker.Loudspeaker says, once, and is silent when it is."""
        now = speech, speech.count, speech.saying is None
        if self.works and now != self._followed:
            self._voice.say(*(speech.saying or ("zh", ())))
        self._followed = now

    def close(self):
        self._voice.stop()
        if self.works:
            pygame.mixer.quit()
