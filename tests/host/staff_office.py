"""A staff desk over a real local socket with the software beside it; cards, clock and screen are the tests'. Not a test."""

import socket
from collections import namedtuple

from drivers.bus.line_server import LineServer
from drivers.till import LinePort
from offline_store.journal import MINIMUM_SIZE, Journal
from offline_store.media import RamMedium
from offline_store.tokens import TokenKey
from simulator.cards.psam import SoftwarePsam
from simulator.virtual_time import VirtualClock
from technician import purposes
from terminal import records
from terminal.desk import Desk
from terminal.desk_line import StaffLine
from terminal.lists import Lists
from terminal.media.social_auth import ThreeDesSam
from terminal.recorder import Recorder
from tests.portable.checks import run
from tests.portable.direct import DirectChannel
from tests.portable.pad_counter import Reader

TOKEN = "c0ffee00c0ffee00"


class Face:
    """What the holder sees: (page, facts) in turn."""

    def __init__(self):
        self.shown = []

    def page(self, name, **facts):
        self.shown.append((name, facts))

    def show(self, name):
        self.shown.append((name, {}))

    def settle(self):
        """The clock in its corner is not looked at here."""


Found = namedtuple("Found", "state")


class Hotlist:
    """A table in which the plain tokens of `blocked` stand."""

    def __init__(self):
        self.blocked = []

    def look(self, token):
        return Found(int(token in self.blocked))


class Office:
    def __init__(self, with_sam=True):
        self.server = LineServer(keep=True)
        self.clock = VirtualClock(1773619200)
        self.medium = RamMedium(MINIMUM_SIZE)
        self.journal = Journal(self.medium, journal_id=1)
        self.reader, self.slot = Reader(), Reader()
        self.face, self.hotlist, self.events = Face(), Hotlist(), []
        self.recorder = Recorder(self.journal, TokenKey(b"k" * 16), self.clock, self.status, self.log)
        line = StaffLine(LinePort(self.server), self.clock, TOKEN, "desk-1", self.log)
        self.desk = Desk(
            line, [self.slot, self.reader], self.clock, self.recorder, purposes.load(), self.face, self.status, self.log,
            Lists(None, self.hotlist), ("national",), ThreeDesSam(DirectChannel(SoftwarePsam())) if with_sam else None, "D1",
        )  # fmt: skip
        self.software = None
        self.connect()

    def status(self):
        return True, self.journal.queued

    def log(self, event, **facts):
        self.events.append((event, facts))

    def connect(self, hello="HELLO 1 " + TOKEN):
        """New software comes; what it hears to its greeting, None when it says none."""
        if self.software is not None:
            self.software.close()
            self.turn(2)
        self.software = socket.create_connection(self.server.address)
        self.software.settimeout(5)
        self._heard = b""
        return self.ask(hello) if hello else None

    def turn(self, times=1):
        for _ in range(times):
            run(self.desk.turn())

    def ask(self, line, lines=1):
        """The software says `line`; the `lines` that come back, as one text where it is one."""
        self.software.sendall(line.encode() + b"\n")
        return self.hear(lines)

    def hear(self, lines=1):
        """The next lines, while the desk goes on; "" for the end of the connection."""
        self.software.settimeout(0.002)
        for _ in range(1000):
            self.turn()
            try:
                data = self.software.recv(4096)
            except TimeoutError:
                data = None
            if data == b"":
                return ""
            self._heard += data or b""
            if self._heard.count(b"\n") >= lines:
                break
        *whole, self._heard = self._heard.split(b"\n", lines)
        assert len(whole) == lines, whole
        told = [line.decode() for line in whole]
        return told[0] if lines == 1 else told

    def put_down(self, card, reader=None):
        (reader or self.reader).lay(DirectChannel(card))
        self.turn()

    def take_away(self):
        self.reader.channel = self.slot.channel = None
        self.turn()

    def read(self, purpose, card):
        """A whole read: the CARD line, split in (code, record, proof, fields)."""
        assert self.ask("READ %d" % purpose) == "OK"
        self.put_down(card)
        told = self.hear().split(" ", 4)
        self.take_away()
        assert told[0] == "CARD"
        return int(told[1]), int(told[2]), told[3], (told[4].split("|") if len(told) > 4 else [])

    def records(self):
        return [records.unpack(self.journal.read(seq)) for seq in range(1, self.journal.last_seq + 1)]

    @property
    def pages(self):
        return [name for name, _ in self.face.shown]

    def close(self):
        self.software.close()
        self.server.close()
