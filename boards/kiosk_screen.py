"""A kiosk's screen: the `display` port of terminal.kiosk on a panel. Sizes and contrast are the holder's wish and come in
with each view state.
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

    def show(self, view):
        look = bool(view.get("elder")), bool(view.get("contrast"))
        if look != self._look:
            self._look = look
            self.metrics = profiles.metrics(self._profile, CONTRAST if look[1] else STANDARD, look[0])
        Screen.show(self, view)

    def spoken(self, whole):
        """What is read out: the screen's texts in reading order, or only its prompt, which never names anybody."""
        return kiosk.spoken(self.display_list) if whole else kiosk.prompts(self.display_list, self.view["lang"])
