"""Host only: a self-service kiosk: 1080 x 1920 touch screen, PC/SC reader with two slots, ESC/POS printer, scanner."""

from boards.description import Board, Bus, Option

BOARD = Board(
    "linux-kiosk",
    "Linux kiosk",
    "arm64 or x86-64, Debian 12 or later",
    "host",
    0,
    4194304,
    0,
    131072,
    "kiosk1080",
    ("reader", "scanner", "buzzer", "display", "touch", "printer", "psam", "network", "storage"),
    (
        Bus("reader", "ccid", "PICC", 0, (), "PC/SC reader", "contactless slot, found by part of its name"),
        Bus("slot", "ccid", "ICC", 0, (), "PC/SC reader", "contact slot"),
        Bus("psam", "ccid", "SAM", 0, (), "SAM slot", "of the same reader"),
        Bus("scanner", "hid", "keyboard", 0, (), "scanner that types", "suffix: Enter; or the path of a GM65's port"),
        Bus("printer", "usb", "/dev/usb/lp0", 0, (), "ESC/POS printer, 80 mm", "with cutter; or the path of a serial port, 115200"),
        Bus("display", "screen", "kms", 0, (), "1080 x 1920 panel", "portrait, drawn by pygame"),
        Bus("touch", "hid", "screen", 0, (), "touch panel", "as the display reports it; or the path of an input device"),
        Bus("face", "tcp", "none", 0, (), "box that compares faces", "HOST:PORT on the kiosk's own network, or none"),
        Bus("buzzer", "tone", "sound", 0, (), "loudspeaker", "the sound card; or a PWM output, or none"),
    ),
    (),
    (
        Option("columns", 48, (32, 48), "characters a line on the printer's paper"),
        Option("list_kb", 65536, ("from", 64, 4194304), "KB for each list that comes over the network, taken as they come"),
        Option("journal_kb", 4096, ("from", 64, 1048576), "KB for the journal; chosen once"),
    ),
)  # fmt: skip


def assemble(description, clock, glyphs, link):
    """The board's hardware ports (terminal/ports.py); a window needs no glyph files."""
    from boards.description import bus
    from boards.kiosk_screen import KioskScreen
    from boards.linux_parts import LinuxBoard, NoLamps, printer, touch
    from boards.signals import Signals
    from drivers.espeak import Espeak
    from drivers.pcsc import PcscCardSlot

    board = LinuxBoard(description, clock, link)
    board.signals = Signals(NoLamps(), board.buzzer)
    board.display = KioskScreen(board.panel, description.screen)
    board.slot = PcscCardSlot(bus(description, "slot").number, clock)
    board.touch = touch(board)
    board.printer = printer(board)
    board.face, board.face_link = None, _face_box(bus(description, "face").number, clock)
    board.speech = Espeak()
    return board


def _face_box(place, clock):
    """The line to the box that compares faces, by its HOST:PORT; None where there is none."""
    if place == "none":
        return None
    from drivers.bus.address import host_and_port
    from drivers.bus.socket import TcpLink

    return TcpLink(*host_and_port(place), clock)
