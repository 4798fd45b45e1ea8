"""The lines that a turnstile gate on a microcontroller has, whichever pins they lie on."""

from micropython import const

from boards.description import Line

# name, direction, rest, device, note; the release first: it is put to rest before anything else.
_LINES = const((
    ("release", "out", 0, "relay", "a pull-down of 10 kOhm keeps it at rest while the chip starts"),
    ("passed", "in", None, "turnstile", "dry contact to 3.3 V, pull-down 10 kOhm"),
    ("fire", "in", None, "fire alarm", "opto-coupler; the alarm also opens the turnstile by its own wire"),
    ("red", "out", 0, "lamp", "through a transistor"),
    ("amber", "out", 0, "lamp", "through a transistor"),
    ("green", "out", 0, "lamp", "through a transistor"),
    ("yellow", "out", 0, "lamp", "through a transistor"),
    ("group", "in", None, "push button", "an attendant's, to 3.3 V, pull-down 10 kOhm: one more on the next tap"),
    ("buzzer", "out", 0, "buzzer", "PWM, through a transistor"),
    ("psam_reset", "out", 0, "PSAM slot", "RST; low is reset"),
    ("panel_data", "out", 0, "ST7789", "D/C"),
    ("panel_select", "out", 1, "ST7789", "CS"),
    ("panel_reset", "out", 1, "ST7789", "RST"),
))  # fmt: skip


def lines(*pins):
    """The Lines of a gate, on `pins` in the order of the table; fewer pins: the first ones only."""
    return tuple([Line(row[0], pin, *row[1:]) for row, pin in zip(_LINES, pins)])
