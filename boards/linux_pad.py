"""Host only: a shop's or conductor's pad: a small Linux computer with reader, scanner and a 320 x 480 touch screen."""

from boards.description import Board, Bus, Option

BOARD = Board(
    "linux-pad",
    "Pad",
    "arm64, Debian 12 or later",
    "host",
    0,
    1048576,
    0,
    65536,
    "pad320",
    ("reader", "scanner", "buzzer", "display", "touch", "printer", "psam", "network", "storage"),
    (
        Bus("reader", "ccid", "PICC", 0, (), "PC/SC reader", "contactless slot"),
        Bus("psam", "ccid", "SAM", 0, (), "SAM slot", "of the same reader"),
        Bus("scanner", "uart", "/dev/ttyUSB0", 9600, (), "GM65", "USB serial adapter; or keyboard, for one that types"),
        Bus("display", "screen", "kms", 0, (), "320 x 480 panel", "portrait, drawn by pygame"),
        Bus("printer", "uart", "/dev/ttyUSB1", 115200, (), "ESC/POS printer, 58 mm", "with blade; states by DLE EOT"),
        Bus("till", "uart", "none", 115200, (), "till, if there is one", "path of its serial port, or tcp:PORT in the shop's network"),
        Bus("touch", "hid", "screen", 0, (), "touch panel", "as the display reports it; or the path of an input device"),
        Bus("buzzer", "tone", "sound", 0, (), "loudspeaker", "the sound card; or a PWM output, or none"),
    ),
    (),
    (
        Option("columns", 32, (32, 48), "characters a line on the printer's paper"),
        Option("list_kb", 65536, ("from", 64, 4194304), "KB for each list that comes over the network, taken as they come"),
        Option("journal_kb", 4096, ("from", 64, 1048576), "KB for the journal; chosen once"),
    ),
)  # fmt: skip


def assemble(description, clock, glyphs, link):
    """The board's hardware ports (terminal/ports.py); a window needs no glyph files."""
    from boards.linux_parts import LinuxBoard, NoLamps, printer, till, touch
    from boards.screen import Screen, family
    from boards.signals import Signals

    board = LinuxBoard(description, clock, link)
    board.barrier = None
    board.signals = Signals(NoLamps(), board.buzzer)
    board.display = Screen(board.panel, board.metrics, family(description.screen))
    board.touch = touch(board)
    board.printer = printer(board)
    board.till = till(board)
    return board
