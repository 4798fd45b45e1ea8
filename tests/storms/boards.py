"""Real MicroPython terminals, a process each with a journal of its own, on bad lines to a head-end that is killed."""

import ast
import contextlib
import pathlib
import random
import subprocess
import threading

from headend.ledger import ledger, open_reader, read_log
from tests import board_interpreter
from tests.host.test_sync_processes import CLIENT, HeadendProcess
from tests.storms.proxy import LOSSY, SLOW, BadLine

HEAP = "96k"
_DONE = "queued 0"


class Board:
    """A terminal that takes `count` taps and ships them. Its plug can be pulled; the journal's file stays."""

    def __init__(self, tree, folder, name, port, count, patience_s):
        self.name = name
        self._tree, self._said = tree, pathlib.Path(folder) / (name + ".log")
        journal = pathlib.Path(folder) / (name + ".journal")
        arguments = [CLIENT, "127.0.0.1", port, name, count, journal, patience_s]
        self._command = board_interpreter.command(arguments, HEAP)
        self.start()

    def start(self):
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                self._command, env=board_interpreter.environment(self._tree), cwd=board_interpreter.ROOT,
                stdout=said, stderr=said,
            )  # fmt: skip

    def pull_the_plug(self):
        """SIGKILL; False when it had done its work before."""
        was_running = self._process.poll() is None
        self._process.kill()
        self._process.wait()
        return was_running

    def must_not_have_failed(self):
        """AssertionError with its words when it ended in anything but its work done."""
        assert self._process.poll() in (None, 0), self._said.read_text()

    def finish(self, seconds):
        """Waits for the end; AssertionError unless everything was acknowledged."""
        code = self._process.wait(seconds)
        assert code == 0 and self.lines()[-1].endswith(_DONE), self._said.read_text()

    def lines(self):
        return self._said.read_text().splitlines()

    def shipped(self):
        """The highest number this terminal saw acknowledged."""
        facts = [
            ast.literal_eval(line[8:]) for line in self.lines() if line.startswith("shipped {") and line[-1] == "}"
        ]
        return max((fact["last"] for fact in facts), default=0)

    @property
    def last(self):
        """Its last number, from its last words."""
        return int(self.lines()[-1].split()[1])


def _judge(folder, boards):
    """Everything acknowledged is stored, no number twice, none missing, and they came in order."""
    with contextlib.closing(open_reader(folder)) as reader:
        order = {board.name: [] for board in boards}
        start = 0
        while entries := read_log(reader, start, 4000):
            for entry in entries:
                order[entry.terminal].append(entry.seq)
            start = entries[-1].position + 1
        for board in boards:
            rows = list(ledger(reader, board.name))
            numbers = [row.seq for row in rows]
            assert numbers == list(range(1, board.last + 1)), (board.name, len(numbers), board.last)
            assert order[board.name] == numbers, board.name
            assert board.shipped() <= len(numbers)
            assert all(int.from_bytes(row.record.token, "big") == row.seq for row in rows), board.name
        return sum(len(numbers) for numbers in order.values())


def storm(tree, folder, seed, number=30, count=100, rounds=2, patience_s=240):
    """Slow and cut lines, kill -9 of the head-end, pulled plugs; returns a line of figures."""
    folder = pathlib.Path(folder)
    chance, pause = random.Random(seed), threading.Event()
    headend = HeadendProcess(folder / "headend")
    line = BadLine(headend.port, chance, delay_s=0.02)
    pulled = 0
    try:
        line.mood = LOSSY
        boards = [Board(tree, folder, "board-%d" % at, line.port, count, patience_s) for at in range(number)]
        for _ in range(rounds):
            for mood in (SLOW, LOSSY):
                line.mood = mood
                before = line.suffered[mood]
                while line.suffered[mood] < before + number:
                    pause.wait(0.02)
                    for board in boards:
                        board.must_not_have_failed()
            headend.kill()
            pause.wait(0.2)
            for board in chance.sample(boards, max(1, number // 5)):  # nobody comes to an end without a head-end
                pulled += board.pull_the_plug()
                board.start()
            headend = HeadendProcess(folder / "headend", headend.port)
        line.mood = None
        for board in boards:
            board.finish(patience_s)
    finally:
        line.close()
        headend.kill()
    assert pulled, "no plug was pulled while its terminal worked"
    stored = _judge(folder / "headend", boards)
    figures = number, pulled, line.suffered[LOSSY], rounds, stored
    return "%d terminals, %d pulled plugs, %d cut transfers, %d killed head-ends, %d records" % figures
