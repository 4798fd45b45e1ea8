"""Host only: an emulated chip on a pseudo terminal, so that any program for it on a serial port can talk to it."""

import os
import pty
import select
import termios
import time
import tty

from simulator.chips.pn532 import Pn532Chip
from simulator.chips.wire import Wire
from terminal.clock import SystemClock

_STEP_S = 0.001
_SPEEDS = {getattr(termios, "B%d" % speed): speed for speed in (9600, 19200, 38400, 57600, 115200)}


class _Clock(SystemClock):
    def ms(self):
        """ms that never wrap, as emulated chips ask for them."""
        return time.monotonic_ns() // 1_000_000


class PtyChip:
    """`path` is the port to open; `chip`, made by `make(wire, clock)`, is at its far end and takes cards, codes or paper.

    `serve` moves the bytes until `stop` is called.
    """

    def __init__(self, cards=(), make=Pn532Chip, line=Wire):
        self._master, self._slave = pty.openpty()
        # Without this the terminal driver would echo frames and swallow control characters.
        tty.setraw(self._slave, termios.TCSANOW)
        self.path = os.ttyname(self._slave)
        clock = _Clock()
        self._wire = line(clock)
        self.chip = make(self._wire, clock)
        for card in cards:
            self.chip.insert(card)
        self._stopped = False

    def serve(self):
        """Answers until `stop`; programs may come and go."""
        buffer = bytearray(512)
        try:
            while not self._stopped:
                readable, _, _ = select.select([self._master], [], [], _STEP_S)
                if readable:
                    # The speed that the program at the other end has set; 38400 until there was one.
                    self._wire.baudrate = _SPEEDS.get(termios.tcgetattr(self._slave)[4], 0)
                    self._wire.write(os.read(self._master, 512))
                count = self._wire.readinto(buffer)
                if count:
                    os.write(self._master, buffer[:count])
        finally:
            os.close(self._slave)
            os.close(self._master)

    def stop(self):
        """Ends `serve`, from another thread or a signal."""
        self._stopped = True
