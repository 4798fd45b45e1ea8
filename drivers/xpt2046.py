"""XPT2046 / ADS7846: the controller of a resistive touch panel, over SPI (mode 0, at most 2.5 MHz), with an interrupt line.

One exchange is three bytes: control, then twelve bits of answer behind one empty bit. Control: start 80h, channel 50h X,
10h Y, 12 bits, differential; the low bits 00 leave the pen interrupt working. Source: data sheet, figures 12 and 13.
"""

from micropython import const

_X = const(0xD0)
_Y = const(0x90)
_SAMPLES = const(5)
_SPREAD = const(60)  # of 4096: samples further apart are a finger that is coming or going


class Xpt2046:
    """`spi`: write_readinto(out, into); `select`, `pen`: pins, `pen` is low while touched.

    `range_x`, `range_y`: the readings at the panel's edges (first may be the larger); `width` x `height` in pixels;
    `turned`: the panel's X is the display's Y. A touch counts once, when the finger comes down and lies still.
    """

    def __init__(self, spi, select, pen, range_x, range_y, width, height, turned=False):
        self._spi = spi
        self._select = select
        self._pen = pen
        self._axes = (range_x, width), (range_y, height)
        self._turned = turned
        self._out = bytearray(3)
        self._in = bytearray(3)
        self._down = False
        select.on()

    def poll(self):
        """(x, y) in pixels of a finger that came down, or None."""
        if self._pen.value():
            self._down = False
            return None
        if self._down:
            return None
        x, y = self._steady(_X), self._steady(_Y)
        if x is None or y is None or self._pen.value():
            return None  # not still yet, or gone meanwhile: the next turn knows
        self._down = True
        if self._turned:
            x, y = y, x
        return _scaled(x, self._axes[0]), _scaled(y, self._axes[1])

    def _steady(self, control):
        """The middle one of five readings; None when they are too far apart."""
        readings = sorted([self._read(control) for _ in range(_SAMPLES)])
        return readings[_SAMPLES // 2] if readings[-1] - readings[0] <= _SPREAD else None

    def _read(self, control):
        self._out[0] = control
        self._select.off()
        self._spi.write_readinto(self._out, self._in)
        self._select.on()
        return (self._in[1] << 8 | self._in[2]) >> 3 & 0xFFF


def _scaled(value, axis):
    (first, last), pixels = axis
    return max(0, min(pixels - 1, (value - first) * pixels // (last - first)))
