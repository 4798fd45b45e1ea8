"""Host only: a self-service kiosk: 1080 x 1920 touch screen, PC/SC reader, ESC/POS printer, scanner."""

from boards.description import Board, Bus

BOARD = Board(
    "linux-kiosk",
    "Linux kiosk",
    "arm64 or x86-64, Debian 12 or later",
    "host",
    0,
    4194304,
    131072,
    "kiosk1080",
    ("reader", "scanner", "display", "touch", "printer", "psam", "network", "storage"),
    (
        Bus("reader", "ccid", "PICC", 0, (), "PC/SC reader", "contact and contactless slots"),
        Bus("psam", "ccid", "SAM", 0, (), "SAM slot", "of the same reader"),
        Bus("scanner", "hid", "keyboard", 0, (), "scanner that types", "suffix: Enter"),
        Bus("printer", "usb", "/dev/usb/lp0", 0, (), "ESC/POS printer, 80 mm", "with cutter"),
        Bus("display", "kms", 0, 0, (), "1080 x 1920 panel", "portrait, drawn by pygame"),
        Bus("touch", "hid", "touchscreen", 0, (), "touch panel", "of the same glass"),
    ),
    (),
    (),
)  # fmt: skip
