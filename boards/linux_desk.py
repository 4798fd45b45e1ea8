"""Host only: the reader of a staff desk: a PC/SC reader on the PC of a counter, a small screen turned to the holder."""

from boards.description import Board, Bus, Option, bus

BOARD = Board(
    "linux-desk",
    "Staff desk",
    "arm64 or x86-64, Debian 12 or later",
    "host",
    0,
    1048576,
    0,
    65536,
    "gate480",
    ("reader", "display", "psam", "network", "storage"),
    (
        Bus("reader", "ccid", "PICC", 0, (), "PC/SC reader", "contactless slot, found by part of its name"),
        Bus("slot", "ccid", "ICC", 0, (), "PC/SC reader", "contact slot of the same reader"),
        Bus("psam", "ccid", "SAM", 0, (), "SAM slot", "of the same reader"),
        Bus("display", "screen", "kms", 0, (), "480 x 320 panel", "turned to the holder, drawn by pygame"),
        Bus("software", "tcp", 8475, 0, (), "staff software", "a socket of this machine that nobody else reaches"),
    ),
    (),
    (Option("list_kb", 65536, ("from", 64, 4194304), "KB for each list that comes over the network, taken as they come"),),
)  # fmt: skip


class Quiet:
    """The `signals` port of a terminal without lamps and buzzer."""

    def show(self, _lamp):
        """There is none."""

    def play(self, _sequence):
        """There is none."""


class Desk:
    """The ports of boards.desk_on_board. `panel.draw(display_list)` draws; a slot or reader of the `description` whose port
    is "" is not there, and the port 0 of the line to the software chooses one.
    """

    def __init__(self, clock, panel, link, description):
        from boards.screen import Screen
        from drivers.bus.line_server import LineServer
        from drivers.pcsc import PcscReader, PcscSlot
        from drivers.till import LinePort
        from screens import desk, profiles

        places = [bus(description, part).number for part in ("slot", "reader")]
        metrics = profiles.metrics(description.screen)
        self.description = description
        self.panel = panel
        self.clock = clock
        self.readers = [PcscReader(place, clock) for place in places if place]
        self.psam = PcscSlot(bus(description, "psam").number)
        self.display = Screen(panel, metrics)
        self.display.restyle(metrics, desk)
        self.signals = Quiet()
        self.server = LineServer("127.0.0.1", bus(description, "software").number, keep=True)
        self.software = LinePort(self.server)
        self.link = link
