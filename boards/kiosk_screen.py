"""A kiosk's screen and the glass over it: the `display` and `touch` ports of terminal.kiosk on a panel and a touch driver.

Sizes and contrast are the holder's wish and come in with each view state; the touch port answers by the target that the
finger met, so the core never sees a coordinate.
"""

from boards.screen import Screen
from screens import kiosk, profiles
from screens.theme import CONTRAST, STANDARD


class KioskScreen(Screen):
    """`profile` is a name of screens.profiles. `display_list` is what is shown."""

    def __init__(self, panel, profile):
        Screen.__init__(self, panel, profiles.metrics(profile))
        self._family = kiosk
        self._profile = profile
        self._look = False, False
        self.display_list = []

    def show(self, view):
        look = bool(view.get("elder")), bool(view.get("contrast"))
        if look != self._look:
            self._look = look
            self.metrics = profiles.metrics(self._profile, CONTRAST if look[1] else STANDARD, look[0])
        Screen.show(self, view)

    def _refresh(self):
        Screen._refresh(self)
        self.display_list = self._drawn

    def spoken(self):
        """The screen as one would read it out, in reading order: its texts but those of the bar at its top."""
        return kiosk.spoken(self.display_list)


class Touch:
    """`glass.poll()` gives (x, y) of a finger that came down; `screen` is a KioskScreen."""

    def __init__(self, glass, screen):
        self._glass = glass
        self._screen = screen

    def poll(self):
        """The action of the target that was touched since the last call, None when none was."""
        point = self._glass.poll()
        if point is None:
            return None
        x, y = point
        found = None
        for op in self._screen.display_list:
            if op[0] == "hit" and op[1] <= x < op[1] + op[3] and op[2] <= y < op[2] + op[4]:
                found = op[5]
        return found

    def forget(self):
        """What was touched and not yet asked for is nobody's."""
        self._glass.poll()
