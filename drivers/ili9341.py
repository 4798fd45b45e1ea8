"""Ilitek ILI9341: 240 x 320, over SPI up to 10 MHz. Sequence after the data sheet V1.11, sections 8.2 and 8.3."""

from micropython import const

from drivers.dcs_panel import DcsPanel

# MADCTL (36h): bit 7 MY, 6 MX, 5 MV, 3 BGR. The usual modules are wired blue first.
_PORTRAIT = const(b"\x48")
_LANDSCAPE = const(b"\x28")


def sequence(landscape=True):
    """From reset to picture: (command, data, ms to wait after it)."""
    return (
        (0x01, b"", 120),  # SWRESET: 120 ms before SLPOUT
        (0xC0, b"\x23", 0),  # PWCTR1: GVDD 4.60 V
        (0xC1, b"\x10", 0),  # PWCTR2: step-up factors
        (0xC5, b"\x3e\x28", 0),  # VMCTR1: VCOMH 4.250 V, VCOML -1.500 V
        (0xC7, b"\x86", 0),  # VMCTR2: VCOM offset
        (0x3A, b"\x55", 0),  # PIXSET: 16 bits a pixel
        (0x36, _LANDSCAPE if landscape else _PORTRAIT, 0),  # MADCTL
        (0xB1, b"\x00\x18", 0),  # FRMCTR1: 79 Hz
        (0xB6, b"\x08\x82\x27", 0),  # DISCTRL: 320 lines
        (0x11, b"", 120),  # SLPOUT
        (0x29, b"", 0),  # DISPON
    )


def ili9341(spi, data, select, reset, clock, landscape=True):
    """A DcsPanel of 320 x 240, or 240 x 320 upright."""
    size = (320, 240) if landscape else (240, 320)
    return DcsPanel(spi, data, select, reset, clock, size[0], size[1], sequence(landscape))
