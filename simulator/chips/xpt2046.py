"""An emulated XPT2046 behind SPI: twelve-bit readings of where a finger lies, with as much noise as is asked for."""

from micropython import const

from simulator.chips.gate import SimPin

_X, _Y = const(5), const(1)


class Xpt2046Chip:
    """The chip is its own SPI. `noise`: readings swing by so much; `faults`: what no data sheet allows, as words."""

    def __init__(self):
        self.select = SimPin(1)
        self.pen = SimPin(1)
        self.noise = 0
        self.exchanges = 0
        self.faults = []
        self.sent = []
        self._at = (0, 0)

    def touch(self, x, y):
        """A finger comes down; readings of 0 to 4095."""
        self._at = x, y
        self.pen.value(0)

    def lift(self):
        self.pen.value(1)

    def write_readinto(self, out, into):
        if self.select.value():
            self.faults.append("spoken to while not selected")
            return
        control = out[0]
        self.sent.append(bytes(out))
        if not control & 0x80 or control & 0x0F:
            self.faults.append(
                "control %02X is no 12-bit differential reading that leaves the pen line working" % control
            )
        channel = control >> 4 & 7
        self.exchanges += 1
        swing = self.noise if self.exchanges & 1 else -self.noise
        reading = {_X: self._at[0], _Y: self._at[1]}.get(channel, 0) + swing
        reading = max(0, min(4095, reading)) if not self.pen.value() else 0
        into[0], into[1], into[2] = 0, reading >> 5, (reading << 3) & 0xFF
