"""A gate on an ESP32-S3 with 8 MB flash and 2 MB PSRAM: PN532, GM65, PSAM, relay turnstile, 320 x 240 panel."""

from boards.description import Board, Bus, Line

BOARD = Board(
    "esp32s3-gate",
    "ESP32-S3 gate",
    "ESP32-S3-WROOM-1-N8R2",
    "xtensawin",
    512,
    6144,
    900,
    "gate320",
    ("reader", "scanner", "barrier", "lamps", "buzzer", "display", "psam", "network", "storage"),
    (
        Bus("reader", "uart", 1, 115200, (("tx", 17), ("rx", 18)), "PN532", "HSU: both mode switches off; 3.3 V"),
        Bus("scanner", "uart", 2, 9600, (("tx", 15), ("rx", 16)), "GM65", "5 V supply, 3.3 V lines"),
        Bus("psam", "uart", 0, 9600, (("tx", 43), ("rx", 44)), "PSAM slot", "I/O on RX, TX through 1 kOhm; clock 3.57 MHz"),
        Bus("display", "spi", 1, 40000000, (("sck", 12), ("mosi", 11)), "ST7789", "320 x 240; light on 3.3 V"),
        Bus("storage", "sd", 2, 20000000, (("sck", 36), ("mosi", 35), ("miso", 37), ("cs", 34)), "microSD", "wired for later; stores lie on the flash"),
    ),
    (
        Line("release", 4, "out", 0, "relay", "a pull-down of 10 kOhm keeps it at rest while the chip starts"),
        Line("passed", 5, "in", None, "turnstile", "dry contact to 3.3 V, pull-down 10 kOhm"),
        Line("fire", 6, "in", None, "fire alarm", "opto-coupler; the alarm also opens the turnstile by its own wire"),
        Line("red", 7, "out", 0, "lamp", "through a transistor"),
        Line("amber", 8, "out", 0, "lamp", "through a transistor"),
        Line("green", 9, "out", 0, "lamp", "through a transistor"),
        Line("yellow", 10, "out", 0, "lamp", "through a transistor"),
        Line("buzzer", 21, "out", 0, "buzzer", "PWM, through a transistor"),
        Line("psam_reset", 38, "out", 0, "PSAM slot", "RST; low is reset"),
        Line("panel_data", 13, "out", 0, "ST7789", "D/C"),
        Line("panel_select", 14, "out", 1, "ST7789", "CS"),
        Line("panel_reset", 47, "out", 1, "ST7789", "RST"),
    ),
)  # fmt: skip


def assemble(clock, glyphs, link):
    """The board's hardware ports."""
    from boards.microcontroller_gate import Gate

    return Gate(BOARD, clock, glyphs, link)
