"""A gate on an RP2350 with 4 MB flash (Pico 2 W class): PN532 on I2C, because the chip has only two serial ports."""

from boards.description import Board, Bus, Line

BOARD = Board(
    "rp2350-gate",
    "RP2350 gate",
    "RP2350A, 4 MB flash, CYW43439",
    "armv7emsp",
    384,
    2560,
    900,
    "gate320",
    ("reader", "scanner", "barrier", "lamps", "buzzer", "display", "psam", "network", "storage"),
    (
        Bus("reader", "i2c", 0, 400000, (("sda", 4), ("scl", 5)), "PN532", "I2C: switch 1 on, 2 off; 3.3 V"),
        Bus("scanner", "uart", 0, 9600, (("tx", 0), ("rx", 1)), "GM65", "5 V supply, 3.3 V lines"),
        Bus("psam", "uart", 1, 9600, (("tx", 8), ("rx", 9)), "PSAM slot", "I/O on RX, TX through 1 kOhm; clock 3.57 MHz"),
        Bus("display", "spi", 1, 40000000, (("sck", 10), ("mosi", 11)), "ST7789", "320 x 240; light on 3.3 V"),
    ),
    (
        Line("release", 2, "out", 0, "relay", "a pull-down of 10 kOhm keeps it at rest while the chip starts"),
        Line("passed", 3, "in", None, "turnstile", "dry contact to 3.3 V, pull-down 10 kOhm"),
        Line("fire", 6, "in", None, "fire alarm", "opto-coupler; the alarm also opens the turnstile by its own wire"),
        Line("red", 16, "out", 0, "lamp", "through a transistor"),
        Line("amber", 17, "out", 0, "lamp", "through a transistor"),
        Line("green", 18, "out", 0, "lamp", "through a transistor"),
        Line("yellow", 19, "out", 0, "lamp", "through a transistor"),
        Line("buzzer", 20, "out", 0, "buzzer", "PWM, through a transistor"),
        Line("psam_reset", 7, "out", 0, "PSAM slot", "RST; low is reset"),
        Line("panel_data", 12, "out", 0, "ST7789", "D/C"),
        Line("panel_select", 13, "out", 1, "ST7789", "CS"),
        Line("panel_reset", 14, "out", 1, "ST7789", "RST"),
    ),
)  # fmt: skip


def assemble(clock, glyphs, link):
    """The board's hardware ports."""
    from boards.microcontroller_gate import Gate

    return Gate(BOARD, clock, glyphs, link)
