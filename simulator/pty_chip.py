"""The emulated PN532 on a pseudo terminal, so that any program for a PN532 on a serial port can talk to it."""

import os
import pty
import select
import termios
import tty

from simulator.chips.pn532 import Pn532Chip
from simulator.chips.wire import Wire
from terminal.clock import SystemClock

_STEP_S = 0.001


class PtyChip:
    """`path` is the port to open; `chip` takes cards. `serve` moves the bytes until `stop` is called."""

    def __init__(self, cards=()):
        self._master, self._slave = pty.openpty()
        # Without this the terminal driver would echo frames and swallow control characters.
        tty.setraw(self._slave, termios.TCSANOW)
        self.path = os.ttyname(self._slave)
        clock = SystemClock()
        self._wire = Wire(clock)
        self.chip = Pn532Chip(self._wire, clock)
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
