"""Host only: a gate on a small Linux computer: a PC/SC reader with a SAM slot, a serial scanner, GPIO, a KMS screen."""

from boards.description import Board, Bus, Option, line, option
from boards.gate_lines import lines

BOARD = Board(
    "linux-gate",
    "Linux gate",
    "arm64 or x86-64, Debian 12 or later",
    "host",
    0,
    1048576,
    0,
    65536,
    "gate480",
    ("reader", "scanner", "barrier", "lamps", "buzzer", "display", "psam", "network", "storage"),
    (
        Bus("reader", "ccid", "PICC", 0, (), "PC/SC reader", "contactless slot, found by part of its name"),
        Bus("psam", "ccid", "SAM", 0, (), "SAM slot", "of the same reader"),
        Bus("scanner", "uart", "/dev/ttyUSB0", 9600, (), "GM65", "USB serial adapter"),
        Bus("display", "screen", "kms", 0, (), "HDMI or DSI panel", "480 x 320 or more, drawn by pygame"),
        Bus("buzzer", "tone", "sound", 0, (), "loudspeaker", "the sound card; or a PWM output, or none"),
    ),
    lines(17, 27, 22, 5, 6, 13, 19, 26),
    (
        Option("gpio", "/dev/gpiochip0", None, "a GPIO chip, or a folder of the form of /sys/class/gpio"),
        Option("list_kb", 65536, ("from", 64, 4194304), "KB for each list that comes over the network, taken as they come"),
        Option("journal_kb", 4096, ("from", 64, 1048576), "KB for the journal; chosen once"),
    ),
)  # fmt: skip


def hold_release(description=BOARD):
    """The GPIO chip with the release at its rest position, and nothing else done: the first act of a service's start."""
    from drivers.bus.gpio import chip

    lines_of = chip(option(description, "gpio"))
    release = line(description, "release")
    lines_of.pin(release.pin, release.rest)
    return lines_of


def assemble(description, clock, glyphs, link):
    """The board's hardware ports (terminal/ports.py); a window needs no glyph files."""
    chip = hold_release(description)
    from boards.barriers import barrier, push_button
    from boards.linux_parts import LinuxBoard
    from boards.screen import Screen, family
    from boards.signals import Signals
    from drivers.lamps import Lamps

    board = LinuxBoard(description, clock, link, chip)
    pins = board.pins
    board.barrier = barrier(pins, clock)
    board.group_button = lambda: push_button(pins, clock)
    board.signals = Signals(Lamps(pins["red"], pins["amber"], pins["green"], pins["yellow"]), board.buzzer)
    board.display = Screen(board.panel, board.metrics, family(description.screen))
    return board
