"""What the kiosk shows: one view state at a time, with the wishes of whoever stands there, and when it speaks.

The log hears which screen is shown and a few facts that name no one; never a value from a row or a field.
"""

from terminal.civil_time import clock_text
from terminal.modes import TONES

# The parts of a view state that may be logged.
_TOLD = (
    "service",
    "group",
    "field",
    "step",
    "reason",
    "printed",
    "kept",
    "reference",
    "left",
    "tries",
    "problem",
    "any_tap",
)
_WISHES = ("elder", "contrast", "voice")


class KioskFace:
    """`status()` gives (online, queued); `speech` is the port that speaks, or None (see terminal.ports)."""

    def __init__(self, display, signals, clock, settings, status, log, speech=None):
        self._display = display
        self._signals = signals
        self._clock = clock
        self._settings = settings
        self._status = status
        self._log = log
        self._speech = speech
        self._view = {"screen": "boot"}
        self._shown = self._told = None
        self.reset()

    def reset(self):
        """Forgets everybody's wishes: language, sizes, contrast, voice and its volume."""
        self.lang = self._settings["language"]
        self.elder = self.contrast = self.voice = False
        self.tools = 0  # the first tool shown where they do not all fit
        if self._speech is not None:
            self._speech.stop()

    @property
    def online(self):
        return self._status()[0]

    @property
    def state(self):
        """The name of the screen that is shown."""
        return self._view["screen"]

    def wish(self, name):
        """Turns a wish of _WISHES, or the language, over."""
        if name == "language":
            self.lang = "en" if self.lang == "zh" else "zh"
        elif name in _WISHES:
            setattr(self, name, not getattr(self, name))

    def show(self, view):
        """Shows a view state (without what every one carries), if it differs from the one shown."""
        self._view = view
        online, queued = self._status()
        full = {
            "lang": self.lang, "elder": self.elder, "contrast": self.contrast, "voice": self.voice, "tools": self.tools,
            "site": self._settings["site"], "clock": clock_text(self._clock.utc()), "online": online, "queued": queued,
        }  # fmt: skip
        full.update(view)
        if full != self._shown:
            self._shown = full
            self._display.show(full)
            self._tell(view)

    def _tell(self, view):
        told = {"screen": view["screen"]}
        for name in _TOLD:
            if view.get(name) is not None:
                told[name] = view[name]
        if self.elder:
            told["elder"] = True
        if told != self._told:
            self._told = told
            self._log("show", **told)
            if self.voice or self.elder:
                self.speak()

    def speak(self):
        """Reads the screen out, from its beginning, once somebody asked for the voice; before that only its prompt."""
        if self._speech is not None:
            self._speech.say(self.lang, self._display.spoken(self.voice))

    def hush(self):
        if self._speech is not None:
            self._speech.stop()

    def sound(self, tone):
        """Plays one of modes.TONES."""
        self._signals.play(TONES[tone])

    def lamp(self, colour):
        self._signals.show(colour)
