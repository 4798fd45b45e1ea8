"""A gate on an ESP32-S3 with 8 MB flash and 2 MB PSRAM: PN532, GM65, PSAM, relay turnstile, 320 x 240 panel."""

from boards.description import Board, Bus
from boards.gate_lines import lines

BOARD = Board(
    "esp32s3-gate",
    "ESP32-S3 gate",
    "ESP32-S3-WROOM-1-N8R2",
    "xtensawin",
    512,
    4096,
    1792,
    896,
    "gate320",
    ("reader", "scanner", "barrier", "lamps", "buzzer", "display", "psam", "network", "storage"),
    (
        Bus("reader", "uart", 1, 115200, (("tx", 17), ("rx", 18)), "PN532", "HSU: both mode switches off; 3.3 V"),
        Bus("scanner", "uart", 2, 9600, (("tx", 15), ("rx", 16)), "GM65", "5 V supply, 3.3 V lines"),
        Bus("psam", "uart", 0, 9600, (("tx", 43), ("rx", 44)), "PSAM slot", "I/O on RX, TX through 1 kOhm; clock 3.57 MHz"),
        Bus("display", "spi", 1, 40000000, (("sck", 12), ("mosi", 11)), "ST7789", "320 x 240; light on 3.3 V"),
        Bus("storage", "sd", 2, 20000000, (("sck", 36), ("mosi", 35), ("miso", 37), ("cs", 34)), "microSD", "wired for later; stores lie on the flash"),
    ),
    lines(4, 5, 6, 7, 8, 9, 10, 1, 21, 38, 13, 14, 47),
    (),
)  # fmt: skip
