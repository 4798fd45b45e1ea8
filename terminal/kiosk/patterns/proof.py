"""Proof of life: consent, an outside face check where the kiosk has one, then the proof, and when the next is due."""

from terminal.kiosk.patterns.pattern import Pattern, day


class Proof(Pattern):
    """With `any_tap` the holder agrees that from now on any tap at any terminal is the proof (as in Lishui)."""

    asks = "submit"
    stages = ("consent", "face", "ask", "result")

    def _view_consent(self):
        view = Pattern._view_consent(self)
        view["any_tap"] = bool(self.fields.get("any_tap"))
        return view

    def _view_result(self):
        return self._result("kiosk.proof", next=day(self.reply.get("next")))

    def _enter_consent(self, step):
        return None

    def _on_consent(self, action):
        if action == "any_tap":
            self.fields["any_tap"] = not self.fields.get("any_tap")
            return None
        return Pattern._on_consent(self, action)
