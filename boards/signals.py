"""Lamps and buzzer together: the `signals` port of the core."""


class Signals:
    """`lamps` is drivers.lamps.Lamps, `buzzer` drivers.buzzer.Buzzer."""

    def __init__(self, lamps, buzzer):
        self.show = lamps.show
        self.play = buzzer.play
