"""The cable: what is under way on it, what goes compressed, and how a board that started again is noticed."""

import random

import pytest

from boards.esp32s3_gate import BOARD
from simulator.virtual_board import VirtualBoard
from technician import board_link
from technician.board_link import BoardLink
from technician.errors import BoardFailed, BoardLost
from tests.host.board_bench import until

UART_HOLDS = 256
TEXT = b"a gate, a card, a fare; " * 900
NOISE = random.Random(5).randbytes(9000)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    with VirtualBoard(tmp_path_factory.mktemp("board"), BOARD) as virtual:
        yield virtual


class Counted:
    """A BoardLink's line that counts what was sent to `receive` and not yet taken by the board."""

    def __init__(self, link):
        repl = link._repl
        self.sent = self.most = 0
        self._under_way = None  # sizes, once `receive` runs
        self._write, self._take = repl.serial.write, repl.take
        repl.serial.write, repl.take = self.write, self.take

    def write(self, data):
        if self._under_way is not None:
            self._under_way.append(len(data))
            self.most = max(self.most, sum(self._under_way))
        self.sent += len(data)
        return self._write(data)

    def take(self, seconds):
        letter = self._take(seconds)
        if self._under_way is None:
            self._under_way = []
        else:
            self._under_way.pop(0)
        return letter


@pytest.mark.parametrize("data", [b"", b"x", TEXT, NOISE, NOISE + TEXT], ids=("empty", "one", "text", "noise", "both"))
def test_a_line_that_loses_what_is_too_much_is_never_sent_it(bare, data, monkeypatch):
    monkeypatch.setattr(board_link.RawRepl, "loses_nothing", lambda self: False)
    with BoardLink(bare.path) as link:
        line = Counted(link)
        link.push(data, "/careful")
        assert line.most <= UART_HOLDS
        assert line.most > board_link._UNIT or len(data) < board_link._UNIT
        assert link.read("/careful") == data


def test_what_can_be_pressed_together_is_and_what_cannot_is_not(bare):
    with BoardLink(bare.path) as link:
        line = Counted(link)
        link.push(TEXT, "/text")
        assert line.sent < len(TEXT) / 5
        assert link.read("/text") == TEXT
        line.sent = 0
        link.push(NOISE, "/noise")
        assert len(NOISE) < line.sent < len(NOISE) * 1.5
        assert link.read("/noise") == NOISE


def test_a_board_that_cannot_inflate_is_sent_it_plain(bare):
    with BoardLink(bare.path) as link:
        link.run("DeflateIO = None")
        line = Counted(link)
        link.push(TEXT, "/plain")
        assert line.sent > len(TEXT)
        assert link.read("/plain") == TEXT


FULL = """
class Full:
    def write(self, data):
        raise OSError(28)
    def close(self):
        pass
opened = lambda path, mode: Full()
"""


def test_a_flash_that_takes_no_more_is_told_in_its_words(bare):
    with BoardLink(bare.path) as link:
        link.run(FULL)
        with pytest.raises(BoardFailed, match="OSError: 28"):
            link.push(NOISE, "/full")
        assert link.run("print(6 * 7)").strip() == "42"  # what was under way is no part of the next command


def test_a_start_in_the_meantime_is_noticed_at_the_next_command(bare):
    with BoardLink(bare.path) as link:
        bare.pull_plug()
        bare.plug_in()
        until(lambda: link._repl.serial.in_waiting)
        with pytest.raises(BoardLost, match="started again"):
            link.run("print(6 * 7)")
    with BoardLink(bare.path) as link:
        assert link.run("print(6 * 7)").strip() == "42"
