"""A staff desk over a real local socket: consent recorded before the line goes out, and no identity kept anywhere."""

import socket

import pytest

from drivers.bus.line_server import LineServer
from drivers.till import LinePort
from offline_store.journal import MINIMUM_SIZE, Journal
from offline_store.media import RamMedium
from offline_store.tokens import TokenKey
from simulator.cards.demonstration import make_card
from simulator.virtual_time import VirtualClock
from terminal import records
from terminal.desk import Desk
from terminal.recorder import Recorder
from tests.portable.checks import run
from tests.portable.direct import DirectChannel
from tests.portable.pad_counter import Reader

NUMBER, NAME = "111111198101011110", "张三"


class Office:
    def __init__(self):
        self.server = LineServer()
        self.software = socket.create_connection(self.server.address)
        self.software.settimeout(5)
        self.clock = VirtualClock(1773619200)
        self.medium = RamMedium(MINIMUM_SIZE)
        self.journal = Journal(self.medium, journal_id=1)
        self.reader = Reader()
        self.screens, self.events = [], []
        recorder = Recorder(self.journal, TokenKey(b"k" * 16), self.clock, lambda: (True, 0), self._log)
        self.desk = Desk(
            LinePort(self.server), self.reader, self.clock, recorder, lambda *shown: self.screens.append(shown), self._log
        )  # fmt: skip

    def _log(self, event, **facts):
        self.events.append((event, facts))

    def say(self, line):
        self.software.sendall(line.encode() + b"\n")
        for _ in range(50):
            run(self.desk.turn())
            if self.server.any() == 0:
                break

    def hears(self, lines=1):
        data = b""
        while data.count(b"\n") < lines:
            data += self.software.recv(4096)
        return data.decode().splitlines()

    def put_down(self, card):
        self.reader.lay(DirectChannel(card))
        run(self.desk.turn())

    def close(self):
        self.software.close()
        self.server.close()


@pytest.fixture
def office():
    opened = Office()
    yield opened
    opened.close()


def exchange(office, line, lines=1):
    office.say(line)
    for _ in range(100):
        run(office.desk.turn())
    return office.hears(lines)


def test_identity_goes_out_once_and_only_with_a_consent_on_record(office):
    assert exchange(office, "STATUS") == ["STATUS waiting"]
    office.put_down(make_card("03104830100000000042"))
    assert office.journal.last_seq == 0  # nobody asked: nothing is read
    assert exchange(office, "READ 12") == ["OK"] and office.screens[-1] == ("asking", 12)
    run(office.desk.turn())
    assert office.journal.last_seq == 0  # what lay there before has to be taken away first
    office.reader.channel = None
    run(office.desk.turn())
    office.put_down(make_card("03104830100000000042", generation=1))
    (line,) = office.hears()
    assert line.startswith("CARD 0 ") and NUMBER in line and NAME in line
    record = records.unpack(office.journal.read(1))
    assert (records.KINDS[record.kind], record.ref, office.journal.last_seq) == ("consent", 12, 1)
    kept = bytes(office.medium._data) if hasattr(office.medium, "_data") else office.journal.read(1)
    told = repr(office.events) + repr(office.screens) + repr(vars(office.desk))
    for secret in (NUMBER, NAME):
        assert secret not in told and secret.encode() not in kept and secret.encode("gbk") not in kept


def test_a_desk_waits_for_one_holder_and_not_for_ever(office):
    exchange(office, "READ 1")
    assert exchange(office, "READ 2")[0].startswith("ERROR")
    assert exchange(office, "CANCEL", 2) == ["OK", "CANCELLED"]
    exchange(office, "READ 1")
    office.clock.move(61000)
    run(office.desk.turn())
    assert office.hears() == ["TIMEOUT"]
    assert exchange(office, "READ 0")[0].startswith("ERROR")
    assert office.journal.last_seq == 0


def test_a_card_without_a_holder_and_a_full_journal_tell_nothing(office):
    exchange(office, "READ 3")
    office.put_down(make_card("03104830100000000042", social=False))
    assert office.hears() == ["CARD -3 "] and office.journal.last_seq == 0
    exchange(office, "READ 3")
    office.desk._recorder.write = lambda record: 0
    office.put_down(make_card("03104830100000000042"))
    assert office.hears() == ["FULL"]
