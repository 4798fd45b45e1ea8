"""Host only: the serial line of a virtual board, between its port and the console of the interpreter.

A chip keeps what comes while a program runs, and a Ctrl-C interrupts the program. A terminal makes a signal of Ctrl-C
whether or not the interpreter takes signals at this moment; when it does not, the signal ends it: while it compiles, and
between its last instruction and its prompt. So this terminal makes no signals. `Console` does, only while code runs,
and the one that virtual_board_interpreter.py has made harmless.
"""

import contextlib
import os
import select
import signal
import termios
import tty

_RAW_REPL, _FRIENDLY_REPL, _INTERRUPT = b"\x01", b"\x02", b"\x03"
_IDLE_S = 0.2
_HELD_S = 0.002
_MOST = 65536  # bytes kept in each direction; what nobody reads then is lost, the oldest first


class Console:
    """One board's line for all lives of its interpreter. `port`: the near end of the pty that the host opens."""

    def __init__(self, port):
        self._port = port
        os.set_blocking(port, False)
        self._incoming = bytearray()
        self._outgoing = bytearray()
        self._process = None
        self._inner = None
        self._raw = False  # whether the host is in the raw REPL: a soft reset comes back into it

    def pass_on(self, process, inner, mounted):
        """Bytes both ways until the interpreter is gone. It hears nothing before `mounted` (an Event) is set."""
        os.set_blocking(inner, False)
        self._process, self._inner = process, inner
        if self._raw:
            self._incoming[:0] = _RAW_REPL
        with contextlib.suppress(OSError):  # the interpreter closed its end
            while True:
                if mounted.is_set():
                    self._deliver()
                hurry = _HELD_S if self._incoming else _IDLE_S
                ready, _, _ = select.select([self._port, inner], [self._port] if self._outgoing else [], [], hurry)
                if self._port in ready:
                    self._take(os.read(self._port, 4096))
                if inner in ready:
                    data = os.read(inner, 4096)
                    if not data:
                        return
                    self.say(data)
                elif self._outgoing:
                    self.say(b"")

    def say(self, data):
        """Bytes to the host."""
        self._outgoing += data
        del self._outgoing[:-_MOST]
        with contextlib.suppress(BlockingIOError):
            del self._outgoing[: os.write(self._port, self._outgoing)]

    def power_lost(self):
        """Nobody is in the raw REPL any more, and what was under way is lost."""
        self._raw = False
        self._incoming.clear()
        termios.tcflush(self._port, termios.TCIFLUSH)

    def _take(self, data):
        self._incoming += data
        del self._incoming[:-_MOST]
        for byte in data:
            if byte == _RAW_REPL[0]:
                self._raw = True
            elif byte == _FRIENDLY_REPL[0]:
                self._raw = False

    def _deliver(self):
        """Hands on what can be handed on now; a Ctrl-C overtakes what the running program has not read."""
        while self._incoming:
            at = self._incoming.find(_INTERRUPT)
            if at >= 0 and not _is_at_prompt(self._inner):
                if not self._interrupt():
                    return  # neither at its prompt nor running: in a moment it is one of both
                del self._incoming[at]
                continue
            try:
                del self._incoming[: os.write(self._inner, self._incoming)]
            except BlockingIOError:
                return

    def _interrupt(self):
        """True when the running code was interrupted. The interpreter stands still meanwhile, so that it is not just over."""
        pid = self._process.pid
        if not _runs_code(pid):
            return False
        os.kill(pid, signal.SIGSTOP)
        try:
            os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            sent = _runs_code(pid)
            if sent:
                os.kill(pid, signal.SIGUSR1)
        finally:
            os.kill(pid, signal.SIGCONT)
        return sent


def as_console(descriptor):
    """Sets the interpreter's terminal to raw. The signals' flag, which is without effect, tells a prompt from a program."""
    tty.setraw(descriptor, termios.TCSANOW)
    attributes = termios.tcgetattr(descriptor)
    attributes[3] |= termios.ISIG
    for index in (termios.VINTR, termios.VQUIT, termios.VSUSP):
        attributes[6][index] = b"\x00"
    termios.tcsetattr(descriptor, termios.TCSANOW, attributes)


def _is_at_prompt(inner):
    return not termios.tcgetattr(inner)[3] & termios.ISIG


def _runs_code(pid):
    """The interpreter takes SIGINT over while it runs code, and only then."""
    with open("/proc/%d/status" % pid) as file:
        for line in file:
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> signal.SIGINT - 1 & 1)
    return False
