"""A board on a serial port, through mpremote's transport: run code on it, send files that survive a cut, read them."""

import base64
import contextlib
import hashlib
import json
import struct
import time
from importlib import resources

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from technician.errors import BoardFailed, BoardLost
from terminal.boot import MARK

BLOCK = 3072  # bytes in one command: 4 KB of base64
CHECKPOINT = 16384
_ANSWER_S = 20
_READ_S = 2
_RAW = b"raw REPL; CTRL-B to exit\r\n"
_ENTER_S = (0.4, 0.5, 1, 2, 3)  # a board that is just starting swallows what it is sent
_STARTED = (b"\n>>> ", MARK.encode() + b"{")  # what no command prints: the friendly prompt, words of the loader
_LOST = (TransportError, serial.SerialException, OSError, struct.error, ValueError, TypeError)
_HELPERS = resources.files("technician").joinpath("data/on_device.py").read_text("utf8")


class _Transport(SerialTransport):
    """mpremote's, but a board that says nothing, or that starts again instead of answering, is given up sooner.

    Else plugs pulled again and again would keep it waiting for an answer: each start says something.
    """

    def read_until(self, min_num_bytes, ending, timeout=_READ_S, data_consumer=None, timeout_overall=None):
        if len(ending) > 1:
            return super().read_until(min_num_bytes, ending, timeout, data_consumer, timeout_overall or timeout)
        heard = bytearray()

        def hear(byte):
            heard.extend(byte)
            if heard.endswith(_STARTED):
                raise TransportError("it started again")

        super().read_until(min_num_bytes, ending, timeout, hear, timeout_overall)
        return bytes(heard)

    def enter(self, seconds):
        """Interrupts what runs and enters the raw REPL. As enter_raw_repl, which prints what it could not read."""
        self.serial.write(b"\r\x03")
        self.serial.reset_input_buffer()
        self.serial.write(b"\r\x01")
        if not self.read_until(1, _RAW, timeout_overall=seconds).endswith(_RAW):
            raise TransportError("no prompt")
        self.in_raw_repl = True


class BoardLink:
    """A board in its raw REPL. BoardLost when it does not answer, BoardFailed with the board's own last words."""

    def __init__(self, port):
        self.port = port
        self._transport = None

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_):
        self.close()

    def open(self):
        """Interrupts what runs and loads the helpers."""
        for seconds in _ENTER_S:
            try:
                self._enter(seconds)
                return
            except BoardLost:
                self._drop()
                if seconds == _ENTER_S[-1]:
                    raise
                time.sleep(seconds / 4)

    def _enter(self, seconds):
        with self._guard("does not answer"):
            self._transport = _Transport(self.port, 115200, timeout=0.2)
            self._transport.enter(seconds)
            self._transport.serial.timeout = _READ_S
        self.run(_HELPERS)

    @contextlib.contextmanager
    def _guard(self, what):
        try:
            yield
        except TransportExecError as error:
            raise BoardFailed("%s: %s" % (self.port, _last_line(error.error_output))) from None
        except _LOST as error:
            raise BoardLost("%s %s (%s): look at cable, port and supply" % (self.port, what, error)) from None

    def close(self):
        """Leaves the raw REPL and the port."""
        if self._transport is not None:
            try:
                self._transport.exit_raw_repl()
            except _LOST:
                pass  # it is gone already
            self._drop()

    def _drop(self):
        if self._transport is not None:
            self._transport.serial.close()
            self._transport = None

    def run(self, code):
        """The text that `code` prints."""
        with self._guard("stopped answering"):
            self._transport.exec_raw_no_follow(code)
            out, error = self._transport.follow(_ANSWER_S)
            if error:
                raise TransportExecError(code, error.decode(errors="replace"))
            return out.decode()

    def ask(self, code):
        """The JSON that `code` prints, as a value."""
        text = self.run(code)
        try:
            return json.loads(text)
        except ValueError:
            raise BoardLost("%s answered %r: noise on the line, or another program" % (self.port, text[:40])) from None

    # -- files

    def read(self, path):
        """The bytes of a file on the board. BoardFailed when there is none."""
        return bytes.fromhex(self.run("read(%r)" % path))

    def push(self, data, path, moved=lambda count: None):
        """Writes `data` to `path`: into PATH.part first, on from where a cut left it, hashed on the board, renamed."""
        part, digest = path + ".part", hashlib.sha256(data).hexdigest()
        start = self._resume_at(data, part) if len(data) > CHECKPOINT else 0
        moved(start)
        commands = ["begin(%r, %r)" % (part, "ab" if start else "wb")]
        since = 0
        for at in range(start, len(data), BLOCK):
            block = data[at : at + BLOCK]
            commands.append("put(%r)" % base64.b64encode(block).decode())
            since += len(block)
            if since >= CHECKPOINT and at + BLOCK < len(data):
                commands.append("keep(%r)" % part)
                since = 0
            if at + BLOCK < len(data):
                self.run("\n".join(commands))
                commands = []
                moved(len(block))
        commands.append("settle(%r, %r, %r)" % (part, path, digest))
        if self.run("\n".join(commands)).strip() != "1":
            raise BoardFailed("%s: %s arrived changed; run the same command again" % (self.port, path))
        moved(len(data) - max(start, (len(data) - 1) // BLOCK * BLOCK) if data else 0)

    def _resume_at(self, data, part):
        """How many bytes of an earlier, cut transfer are on the board and right."""
        size, digest = self.ask("state_of(%r)" % part)
        if 0 < size <= len(data) and digest == hashlib.sha256(data[:size]).hexdigest():
            return size
        return 0

    # -- starting

    def restart(self):
        """The board starts again; what it prints can be heard with `listen`."""
        with self._guard("did not restart"):
            self._transport.exec_raw_no_follow("import machine\nmachine.reset()")

    def listen(self, seconds):
        """The facts of each line that the loader tells at the cable, until the time is over. Interrupts nothing."""
        deadline = time.monotonic() + seconds
        text = b""
        while time.monotonic() < deadline:
            text += self._hear()
            *lines, text = text.split(b"\n")
            for line in lines:
                start = line.find(MARK.encode())
                if start >= 0:
                    with contextlib.suppress(ValueError):
                        yield json.loads(line[start + len(MARK) :])

    def _hear(self):
        port = self._transport.serial
        try:
            return port.read(max(1, port.in_waiting))
        except (serial.SerialException, OSError):  # a USB port of the chip itself is away while it starts
            port.close()
            time.sleep(0.2)
            with contextlib.suppress(serial.SerialException, OSError):
                port.open()
            return b""


def _last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "an error without words"
