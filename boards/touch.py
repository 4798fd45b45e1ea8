"""The `touch` port: a finger on the glass becomes the target that it met. The core never sees a coordinate."""


class Touch:
    """`glass.poll()` gives (x, y) of a finger that came down; `screen` is a boards.screen.Screen."""

    def __init__(self, glass, screen):
        self._glass = glass
        self._screen = screen

    @property
    def fault(self):
        """Why no finger is felt, None while all is well."""
        return getattr(self._glass, "fault", None)

    def poll(self):
        """The action of the target that was touched since the last call, None when none was."""
        point = self._glass.poll()
        if point is None:
            return None
        x, y = point
        found = None
        for op in self._screen.display_list or ():
            if op[0] == "hit" and op[1] <= x < op[1] + op[3] and op[2] <= y < op[2] + op[4]:
                found = op[5]
        return found

    def forget(self):
        """What was touched and not yet asked for is nobody's."""
        self._glass.poll()
