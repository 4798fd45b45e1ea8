"""Head-ends as processes of their own, which are killed."""

import http.client
import os
import signal
import subprocess
import sys
import threading

from headend.ledger import alarms, ledger, open_reader
from terminal.wire import BatchWriter, parse_reply
from tests import board_interpreter

CLIENT = "tests/portable/sync_over_tcp.py"
SERVE = "import sys; from headend.server import serve; serve(sys.argv[1], port=int(sys.argv[2]))"


def stored(folder, terminal):
    reader = open_reader(folder)
    try:
        return [row.seq for row in ledger(reader, terminal)]
    finally:
        reader.close()


class HeadendProcess:
    """`serve` in a process that can be killed; the next one takes over folder and port."""

    def __init__(self, folder, port=0, program=SERVE):
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, str(folder), str(port)],
            cwd=board_interpreter.ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline()
        assert line.startswith("Head-end at http://"), line
        self.port = int(line.split(",")[0].rpartition(":")[2])

    @property
    def pid(self):
        return self._process.pid

    def interrupt(self):
        """Ctrl-C; returns (exit code, what was printed to stderr)."""
        self._process.send_signal(signal.SIGINT)
        code = self._process.wait(10)
        self._process.stdout.close()
        with self._process.stderr as errors:
            return code, errors.read()

    def kill(self):
        os.kill(self._process.pid, signal.SIGKILL)
        assert self._process.wait(10) == -signal.SIGKILL
        self._process.stdout.close()
        self._process.stderr.close()


class Pusher(threading.Thread):
    """A terminal that sends as fast as it can and remembers what was acknowledged to it."""

    def __init__(self, name, port):
        super().__init__()
        self.terminal = name
        self.port = port
        self.acknowledged = 0
        self.stopping = False
        self.cuts = 0

    def run(self):
        writer = BatchWriter(self.terminal, 4096)
        connection = None
        while not self.stopping:
            writer.start(7, 1)
            for seq in range(self.acknowledged + 1, self.acknowledged + 21):
                writer.add(seq, 1, seq.to_bytes(64, "big"))
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("POST", "/v1/txn", bytes(writer.finish()))
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                connection = None
                self.cuts += 1
                continue
            assert answer.status == 200, body
            self.acknowledged = parse_reply(body).ack
        if connection:
            connection.close()


def test_killed_headends_hold_all_they_acknowledged(tmp_path):
    headend = HeadendProcess(tmp_path)
    pushers = [Pusher("gate-%d" % number, headend.port) for number in range(4)]
    for pusher in pushers:
        pusher.start()
    kills = 0
    try:
        for _ in range(3):
            before = [pusher.acknowledged for pusher in pushers]
            while any(pusher.acknowledged < mark + 100 for pusher, mark in zip(pushers, before, strict=True)):
                assert all(pusher.is_alive() for pusher in pushers)
                threading.Event().wait(0.01)
            headend.kill()
            kills += 1
            headend = HeadendProcess(tmp_path, headend.port)
    finally:
        for pusher in pushers:
            pusher.stopping = True
        for pusher in pushers:
            pusher.join()
        headend.kill()
    assert kills == 3
    for pusher in pushers:
        assert pusher.cuts >= 3  # the kills hit
        seqs = stored(tmp_path, pusher.terminal)
        assert seqs == list(range(1, len(seqs) + 1))
        assert pusher.acknowledged <= len(seqs)
    reader = open_reader(tmp_path)
    assert alarms(reader) == []
    reader.close()


def test_ctrl_c_ends_the_headend_in_order(tmp_path):
    headend = HeadendProcess(tmp_path)
    connection = http.client.HTTPConnection("127.0.0.1", headend.port, timeout=10)
    connection.request("GET", "/healthz")
    assert connection.getresponse().read()
    assert headend.interrupt() == (0, "")
    connection.close()
