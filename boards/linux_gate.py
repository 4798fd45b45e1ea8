"""Host only: a gate on a small Linux computer: a PC/SC reader with a SAM slot, a serial scanner, GPIO, a KMS screen."""

from boards.description import Board, Bus, Line, bus, line

BOARD = Board(
    "linux-gate",
    "Linux gate",
    "arm64 or x86-64, Debian 12 or later",
    "host",
    0,
    1048576,
    65536,
    "gate480",
    ("reader", "scanner", "barrier", "lamps", "buzzer", "display", "psam", "network", "storage"),
    (
        Bus("reader", "ccid", "PICC", 0, (), "PC/SC reader", "contactless slot, found by part of its name"),
        Bus("psam", "ccid", "SAM", 0, (), "SAM slot", "of the same reader"),
        Bus("scanner", "uart", "/dev/ttyUSB0", 9600, (), "GM65", "USB serial adapter"),
        Bus("display", "kms", 0, 0, (), "HDMI or DSI panel", "480 x 320 or more, drawn by pygame"),
    ),
    (
        Line("release", 17, "out", 0, "relay", "a pull-down of 10 kOhm keeps it at rest until the service runs"),
        Line("passed", 27, "in", None, "turnstile", "dry contact to 3.3 V, pull-down 10 kOhm"),
        Line("fire", 22, "in", None, "fire alarm", "opto-coupler; the alarm also opens the turnstile by its own wire"),
        Line("red", 5, "out", 0, "lamp", "through a transistor"),
        Line("amber", 6, "out", 0, "lamp", "through a transistor"),
        Line("green", 13, "out", 0, "lamp", "through a transistor"),
        Line("yellow", 19, "out", 0, "lamp", "through a transistor"),
    ),
)  # fmt: skip


class Gate:
    """The hardware ports of terminal/ports.py. `panel.draw(display_list)` draws; `pwm` sounds; `link`: the network."""

    def __init__(self, clock, panel, pwm, link, description=BOARD):
        import machine

        from boards.barriers import barrier
        from boards.screen import Screen
        from boards.signals import Signals
        from drivers.bus.uart import UART
        from drivers.buzzer import Buzzer
        from drivers.lamps import Lamps
        from drivers.pcsc import PcscReader, PcscSlot
        from drivers.qr_engine import QrEngine
        from screens import profiles

        pins = {}
        for entry in description.lines:
            mode = machine.Pin.OUT if entry.direction == "out" else machine.Pin.IN
            pins[entry.name] = machine.Pin(entry.pin, mode, value=entry.rest)
        scanner = bus(description, "scanner")
        self.description = description
        self.clock = clock
        self.reader = PcscReader(bus(description, "reader").number, clock)
        self.scanner = QrEngine(UART(scanner.number, scanner.speed), clock)
        self.barrier = barrier(pins, clock)
        self.buzzer = Buzzer(pwm, clock)
        self.signals = Signals(Lamps(pins["red"], pins["amber"], pins["green"], pins["yellow"]), self.buzzer)
        self.psam = PcscSlot(bus(description, "psam").number)
        self.display = Screen(panel, profiles.metrics(description.screen))
        self.link = link


def hold_release():
    """Sets the release to its rest position and nothing else: the first line of the service's start."""
    import machine

    release = line(BOARD, "release")
    return machine.Pin(release.pin, machine.Pin.OUT, value=release.rest)
