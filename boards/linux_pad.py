"""Host only: a shop's or conductor's pad: a small Linux computer with reader, scanner and a 320 x 480 touch screen."""

from boards.description import Board, Bus

BOARD = Board(
    "linux-pad",
    "Pad",
    "arm64, Debian 12 or later",
    "host",
    0,
    1048576,
    65536,
    "pad320",
    ("reader", "scanner", "display", "touch", "printer", "psam", "network", "storage"),
    (
        Bus("reader", "ccid", "PICC", 0, (), "PC/SC reader", "contactless slot"),
        Bus("psam", "ccid", "SAM", 0, (), "SAM slot", "of the same reader"),
        Bus("scanner", "uart", "/dev/ttyUSB0", 9600, (), "GM65", "USB serial adapter"),
        Bus("display", "kms", 0, 0, (), "320 x 480 panel", "portrait, drawn by pygame"),
        Bus("printer", "uart", "/dev/ttyUSB1", 115200, (), "ESC/POS printer, 58 mm", "with blade; states by DLE EOT"),
        Bus("till", "uart", "/dev/ttyUSB2", 115200, (), "till, if there is one", "lines of text, or TCP in the shop's network"),
        Bus("touch", "hid", "touchscreen", 0, (), "touch panel", "of the same glass"),
    ),
    (),
    (),
)  # fmt: skip
