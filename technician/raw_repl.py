"""The raw REPL of a board over mpremote's port: each answer is waited for as long as it may come, and no longer.

mpremote waits seconds for the end of a text that a board which started again never sends, and looks for a byte each
10 ms. Here a board that starts again is noticed by what it says.
"""

import contextlib
import os
import time

import serial.tools.list_ports
from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from terminal.boot import MARK

_BANNER = b"raw REPL; CTRL-B to exit\r\n>"
_INTERRUPT, _ENTER, _PASTE, _END = b"\r\x03", b"\r\x01", b"\x05A\x01", b"\x04"
_MORE = 1  # of raw paste: another window may be sent
# What no command prints: the friendly prompt, the one of its paste mode, words of the loader.
STARTED = (b"\n>>> ", b"\n=== ", MARK.encode() + b"{")
_TICK_S = 0.05
_ASK_S = 0.2  # a board that is just starting swallows what it is sent: it is asked again, each time with more patience
_PASTE_S = 2
_ANSWER_S = 20
_AWAY_S = 0.2
_FLOW_CONTROLLED = (0x303A, 0x2E8A)  # USB vendors whose chips are the port themselves: Espressif, Raspberry Pi


class RawRepl(SerialTransport):
    """`begin` and `finish` are for a board that `enter` found; TransportError or an OSError when it went away."""

    def __init__(self, port):
        super().__init__(port, 115200, timeout=_TICK_S)
        self.serial.write_timeout = _ANSWER_S  # a board that hangs takes nothing more off its USB port
        self._heard = bytearray()
        self._name = port

    def loses_nothing(self):
        """Whether the line makes a sender wait; what a bare UART has no room for is gone."""
        if self.is_pty:
            return True
        name = os.path.realpath(self._name)
        return any(
            found.vid in _FLOW_CONTROLLED for found in serial.tools.list_ports.comports() if found.device == name
        )

    def enter(self, seconds):
        """Interrupts what runs and enters the raw REPL."""
        deadline = time.monotonic() + seconds
        patience = _ASK_S
        self.serial.reset_input_buffer()
        self._heard.clear()
        while time.monotonic() < deadline:
            self.serial.write(_INTERRUPT)
            self.serial.write(_ENTER)
            if self._comes(_BANNER, patience):
                self.in_raw_repl = True
                return
            patience *= 2
        raise TransportError("no prompt")

    def await_start(self, seconds):
        """Says nothing until the board has started or the time is over."""
        deadline = time.monotonic() + seconds
        heard = b""
        while time.monotonic() < deadline and not any(mark in heard for mark in STARTED):
            heard += self.overhear()

    def overhear(self):
        """What has come, after a tick at most, whoever says it; b"" while the port is away."""
        try:
            self._listen()
        except (serial.SerialException, OSError):  # a USB port of the chip itself is away while it starts
            self.serial.close()
            time.sleep(_AWAY_S)
            with contextlib.suppress(serial.SerialException, OSError):
                self.serial.open()
        heard = bytes(self._heard)
        self._heard.clear()
        return heard

    def begin(self, code):
        """Sends `code` through raw paste, whose windows a board says itself, and lets it run."""
        data = code.encode()
        self.serial.write(_PASTE)
        self.until(b"R\x01", _PASTE_S)
        while len(self._heard) < 2:
            self._hear(_PASTE_S)
        window = int.from_bytes(self._heard[:2], "little")
        del self._heard[:2]
        at, room = 0, window
        while at < len(data):
            while not room or self._heard or self.serial.in_waiting:
                if not self._heard:
                    self._hear(_PASTE_S)
                if self._heard[0] != _MORE:
                    self._check()
                    raise TransportError("it does not take what it is sent: %r" % bytes(self._heard[:20]))
                del self._heard[0]
                room += window
            self.serial.write(data[at : at + room])
            at, room = at + room, 0 if at + room < len(data) else room
        self.serial.write(_END)
        self.until(_END, _PASTE_S)

    def finish(self):
        """(what the running code still prints, what it raised), as bytes."""
        return self.until(_END, _ANSWER_S)[:-1], self.until(_END, _ANSWER_S)[:-1]

    def until(self, ending, seconds):
        """What comes up to and with `ending`. TransportError when the board started, or said nothing for `seconds`."""
        searched = 0
        while True:
            at = self._heard.find(ending, searched)
            if at >= 0:
                break
            self._check()
            searched = max(0, len(self._heard) - len(ending) + 1)
            self._hear(seconds)
        heard = bytes(self._heard[: at + len(ending)])
        del self._heard[: at + len(ending)]
        return heard

    def take(self, seconds):
        """The next byte, as a number; errors as of `until`."""
        while not self._heard:
            self._hear(seconds)
        byte = self._heard[0]
        self._check()
        del self._heard[0]
        return byte

    def _comes(self, ending, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._listen()
            at = self._heard.find(ending)
            if at >= 0:
                del self._heard[: at + len(ending)]
                return True
        return False

    def _hear(self, seconds):
        deadline = time.monotonic() + seconds
        while not self._listen():
            if time.monotonic() > deadline:
                raise TransportError("no answer")

    def _listen(self):
        """Takes what has come, after a tick at most; whether there was anything."""
        data = self.serial.read(1)
        if data:
            self._heard += data + self.serial.read(self.serial.in_waiting)
        return bool(data)

    def _check(self):
        for mark in STARTED:
            if mark in self._heard:
                raise TransportError("it started again")
