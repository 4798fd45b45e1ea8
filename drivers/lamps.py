"""Lamps over and on the gate, each on a pin of its own."""


class Lamps:
    """Pins are shaped like machine.Pin, on() lights."""

    def __init__(self, red, amber, green, yellow):
        self._pins = (red, amber, green, yellow)
        self._lit = {
            "red": (red,),
            "amber": (amber,),
            "green": (green,),
            "green_yellow": (green, yellow),
            "off": (),
        }
        self.show("off")

    def show(self, lamp):
        """Lights exactly "red", "amber", "green" or "green_yellow" (an admission to look at); "off" lights none."""
        lit = self._lit[lamp]
        for pin in self._pins:
            if pin in lit:
                pin.on()
            else:
                pin.off()
