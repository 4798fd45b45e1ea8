"""What the lane shows and sounds: one view state at a time, with its lamp, its tone and how long it stays."""

from terminal.civil_time import clock_text
from terminal.modes import STATES, TONES


class Face:
    """Turns lane states into view states for the display, lamps and tones.

    `status()` gives (online, queued). A state with a hold time gives way to "ready" when it has been seen long enough.
    """

    def __init__(self, display, signals, clock, settings, status, log):
        self._display = display
        self._signals = signals
        self._clock = clock
        self._settings = settings
        self._status = status
        self._log = log
        self.standing = {}  # what every state of this terminal carries: its vehicle, stop, hours ...
        self.crowd = None  # gives (people inside, how many at most) where they are counted
        self._persons = 1  # go on the next tap
        self._until = None
        self._facts = {}
        self._seen = None
        self._screen = None
        self.state = None  # name in modes.STATES, or of a page

    def show(self, name, **facts):
        """Shows state `name` with what its screen needs: fare, balance, concession, reason, code ..."""
        state = STATES[name]
        self.state = name
        self._screen = state.screen
        self._facts = facts
        self._until = self._clock.deadline(state.hold_ms) if state.hold_ms else None
        self._draw()
        self._signals.show(state.lamp)
        if state.tone:
            self._signals.play(TONES[state.tone])
        self._log("show", screen=state.screen, state=name, lamp=state.lamp, tone=state.tone, **facts)

    def page(self, screen, **facts):
        """Shows a screen that is no state of a lane: a page somebody works with. It stays; lamps and sound are quiet."""
        self.state = self._screen = screen
        self._facts = facts
        self._until = None
        self._draw()
        self._signals.show("off")
        self._log("show", screen=screen, state=screen, lamp="off", tone=None, **facts)

    def settle(self):
        """Shows "ready" when the hold time of the present state is over; keeps clock and queue on it current."""
        if self._until is not None and self._clock.passed(self._until):
            self.show("ready")
        elif self._now() != self._seen:
            self._draw()

    def gather(self, persons):
        """So many go on the next tap: said while the lane is ready."""
        self._persons = persons
        if self.state == "ready":
            self._draw()

    def speak(self, language):
        """Draws the present state, when there is one, again in "zh" or "en"."""
        self._settings["language"] = language
        if self.state is not None:
            self._draw()

    def _now(self):
        online, queued = self._status()
        return clock_text(self._clock.utc()), online, queued, self.crowd and self.crowd()

    def _draw(self):
        self._seen = self._now()
        view = {
            "screen": self._screen,
            "lang": self._settings["language"],
            "site": self._settings["site"],
            "clock": self._seen[0],
            "online": self._seen[1],
            "queued": self._seen[2],
        }
        view.update(self.standing)
        if self._seen[3]:
            view["inside"], view["capacity"] = self._seen[3]
        if self._persons > 1 and self.state == "ready":
            view["persons"] = self._persons
        view.update(self._facts)
        self._display.show(view)
