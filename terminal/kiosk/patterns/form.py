"""A form that is filed, with a slip or a hand-over to the phone; and signing in somewhere, a form without questions."""

from terminal.kiosk.patterns.pattern import Pattern, day


class FormPattern(Pattern):
    """Fields, a look over them, then one submission."""

    asks = "submit"

    def _view_result(self):
        return self._result("kiosk.done", valid_until=day(self.reply.get("valid_until")))


class SignIn(FormPattern):
    """Present at a class, an appointment, a room: the tap is the whole of it."""
