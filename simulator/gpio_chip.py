"""Host only: a GPIO chip where a computer has none: a folder of the form of /sys/class/gpio, and what hangs on its lines."""

import os
import pathlib
import time

_WALK_S = 1.0  # from the release until somebody is through
_CONTACT_S = 0.2


class GpioChip:
    """The lines of `description` in `folder`, inputs at 0. They outlive every program that drives them, as levels do."""

    def __init__(self, folder, description):
        self.folder = pathlib.Path(folder)
        self._lines = {line.name: self.folder / ("gpio%d" % line.pin) for line in description.lines}
        for line in self._lines.values():
            line.mkdir(parents=True, exist_ok=True)
            (line / "value").write_text("0")
        self._levels = {name: 0 for name in self._lines}
        self._walks = None  # since when somebody walks through

    def level(self, name):
        """0 or 1."""
        while True:
            text = (self._lines[name] / "value").read_text()
            if text:  # else it is being written just now
                return int(text)

    def set(self, name, level):
        """Puts an input to a level."""
        draft = self._lines[name] / "next"
        draft.write_text("%d" % level)
        os.replace(draft, self._lines[name] / "value")

    def is_driven(self, name):
        """A program has made the line an output."""
        direction = self._lines[name] / "direction"
        return direction.exists() and direction.read_text() in ("low", "high")

    def turn(self):
        """[(line, level)] of what changed since the last call. Whoever finds the turnstile released walks through."""
        changed = [(name, self.level(name)) for name in self._lines if self.level(name) != self._levels[name]]
        self._levels.update(changed)
        if ("release", 1) in changed:
            self._walks = time.monotonic()
        if self._walks is not None:
            since = time.monotonic() - self._walks
            self.set("passed", int(_WALK_S <= since < _WALK_S + _CONTACT_S))
            if since >= _WALK_S + _CONTACT_S:
                self._walks = None
        return changed
