"""A gate on an RP2350 with 4 MB flash (Pico 2 W class): PN532 on I2C, because the chip has only two serial ports."""

from boards.description import Board, Bus
from boards.gate_lines import lines

BOARD = Board(
    "rp2350-gate",
    "RP2350 gate",
    "RP2350A, 4 MB flash, CYW43439",
    "armv7emsp",
    384,
    1000,
    1792,
    896,
    "gate320",
    ("reader", "scanner", "barrier", "lamps", "buzzer", "display", "psam", "network", "storage"),
    (
        Bus("reader", "i2c", 0, 400000, (("sda", 4), ("scl", 5)), "PN532", "I2C: switch 1 on, 2 off; 3.3 V"),
        Bus("scanner", "uart", 0, 9600, (("tx", 0), ("rx", 1)), "GM65", "5 V supply, 3.3 V lines"),
        Bus("psam", "uart", 1, 9600, (("tx", 8), ("rx", 9)), "PSAM slot", "I/O on RX, TX through 1 kOhm; clock 3.57 MHz"),
        Bus("display", "spi", 1, 40000000, (("sck", 10), ("mosi", 11)), "ST7789", "320 x 240; light on 3.3 V"),
    ),
    lines(2, 3, 6, 16, 17, 18, 19, 21, 20, 7, 12, 13, 14),
    (),
)  # fmt: skip
