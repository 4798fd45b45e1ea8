"""A screen on a panel: the `display` port of the core. View states become display lists here and nowhere else."""

from screens import gate


def family(display):
    """The module of the screens that a lane or pad shows on a display of screens.profiles; only it is loaded."""
    if display.startswith("pad"):
        from screens import pad as screens
    elif display.startswith("bus"):
        from screens import bus as screens
    elif display.startswith("venue"):
        from screens import venue as screens
    else:
        return gate
    return screens


class Screen:
    """`panel.draw(display_list)` draws; `metrics` measure it. A list equal to the last one is not drawn again."""

    def __init__(self, panel, metrics, family=gate):
        self._panel = panel
        self.metrics = metrics
        self.display_list = None  # what is drawn; targets are found in it
        self._family = family
        self.view = None  # the view state on display

    @property
    def fault(self):
        """Why the panel shows nothing, None while it does."""
        return getattr(self._panel, "fault", None)

    def show(self, view):
        """Draws the screen of a view state."""
        self.view = view
        self._refresh()

    def restyle(self, metrics, family=None):
        """Draws the present view again: other metrics (elder mode, contrast), another family of screens (a module)."""
        self.metrics = metrics
        self._family = family or self._family
        self.display_list = None
        if self.view is not None:
            self._refresh()

    def _refresh(self):
        display_list = self._family.screen(self.view, self.metrics)
        if display_list != self.display_list:
            self.display_list = display_list
            self._panel.draw(display_list)
