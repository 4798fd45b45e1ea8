"""Sitronix ST7789V: 240 x 320, over SPI up to 62.5 MHz. Sequence after the data sheet V1.0, sections 9.1 and 9.12."""

from micropython import const

from drivers.dcs_panel import DcsPanel

# MADCTL (36h): bit 7 MY, 6 MX, 5 MV, 3 BGR.
_PORTRAIT = const(b"\x00")
_LANDSCAPE = const(b"\x60")


def sequence(landscape=True):
    """From reset to picture: (command, data, ms to wait after it)."""
    return (
        (0x01, b"", 150),  # SWRESET: 120 ms before SLPOUT, 5 ms before anything else
        (0x11, b"", 120),  # SLPOUT
        (0x3A, b"\x55", 0),  # COLMOD: 65K colours, 16 bits a pixel
        (0x36, _LANDSCAPE if landscape else _PORTRAIT, 0),  # MADCTL
        (0x21, b"", 0),  # INVON: these panels are normally black
        (0x13, b"", 10),  # NORON
        (0x29, b"", 0),  # DISPON
    )


def st7789(spi, data, select, reset, clock, landscape=True):
    """A DcsPanel of 320 x 240, or 240 x 320 upright."""
    size = (320, 240) if landscape else (240, 320)
    return DcsPanel(spi, data, select, reset, clock, size[0], size[1], sequence(landscape))
