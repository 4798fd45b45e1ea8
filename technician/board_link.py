"""A board on a serial port: run code on it, send files that survive a cut, read them."""

import base64
import contextlib
import hashlib
import json
import struct
import time
import zlib
from importlib import resources

import serial
from mpremote.transport import TransportError, TransportExecError

from technician.errors import BoardFailed, BoardLost
from technician.raw_repl import RawRepl
from terminal.boot import MARK

BLOCK = 4096  # bytes that go out together, compressed when that makes them fewer
CHECKPOINT = 16384
_WINDOW_BITS = 12  # of the compression: what a board needs of its heap for it
_UNIT = 120  # letters under way twice, where the line loses what is too much: a UART holds 256
_ANSWER_S = 20
_ENTER_S = (2, 3)
_START_S = 3
_PAUSE_S = 0.2
_PROMPT, _GREETINGS = b">>> ", (b"MicroPython ", b'Type "help')
_LOST = (TransportError, serial.SerialException, OSError, struct.error, ValueError, TypeError)
_HELPERS = resources.files("technician").joinpath("data/on_device.py").read_text("utf8")


class BoardLink:
    """A board in its raw REPL. BoardLost when it does not answer, BoardFailed with the board's own last words."""

    def __init__(self, port):
        self.port = port
        self._repl = None

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_):
        self.close()

    def open(self):
        """Interrupts what runs and loads the helpers."""
        for seconds in _ENTER_S:
            try:
                with self._guard("does not answer"):
                    self._repl = RawRepl(self.port)
                self._enter(seconds)
                return
            except BoardLost:
                self._drop()
                if seconds == _ENTER_S[-1]:
                    raise
                time.sleep(_PAUSE_S)

    def _enter(self, seconds):
        with self._guard("does not answer"):
            self._repl.enter(seconds)
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
        if self._repl is not None:
            try:
                self._repl.exit_raw_repl()
            except _LOST:
                pass  # it is gone already
            self._drop()

    def _drop(self):
        if self._repl is not None:
            self._repl.serial.close()
            self._repl = None

    def run(self, code):
        """The text that `code` prints."""
        with self._guard("stopped answering"):
            self._repl.begin(code)
            return self._finished(code)

    def _finished(self, code):
        out, error = self._repl.finish()
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
        with self._guard("stopped answering"):
            unit = BLOCK * 2 if self._repl.loses_nothing() else _UNIT
            code = "receive(%r, %r, %r, %r, %d, %d)" % (part, path, "ab" if start else "wb", digest, unit, CHECKPOINT)
            self._repl.begin(code)
            sending = _Sending(self._repl, code, unit)
            inflates = sending.heard() == _INFLATES
            for at in range(start, len(data), BLOCK):
                block = data[at : at + BLOCK]
                sending.send(_packed(block, inflates))
                moved(len(block))
            sending.end()
            if self._finished(code).strip() != "1":
                raise BoardFailed("%s: %s arrived changed; run the same command again" % (self.port, path))

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
            self._repl.begin("import machine\nmachine.reset()")

    def restart_and_enter(self):
        """The board starts again, and its raw REPL is entered once it is there."""
        self.restart()
        with self._guard("did not come back"):
            self._repl.await_start(_START_S)
        self._enter(_ENTER_S[-1])

    def listen(self, seconds):
        """The facts of each line that the loader tells at the cable, until the time is over. Interrupts nothing.

        {"event": "prompt", "said": its last words} when the board ends at its prompt instead of starting anything.
        """
        deadline = time.monotonic() + seconds
        text = said = b""
        while time.monotonic() < deadline:
            text += self._repl.overhear()
            *lines, text = text.split(b"\n")
            for line in lines:
                start = line.find(MARK.encode())
                if start >= 0:
                    with contextlib.suppress(ValueError):
                        yield json.loads(line[start + len(MARK) :])
                elif line.strip() and not line.startswith(_GREETINGS):
                    said = line
            if text.startswith(_PROMPT):
                yield {"event": "prompt", "said": said.decode(errors="replace").strip()}
                return


_INFLATES = ord("z")
_ENDED = 4


class _Sending:
    """Blocks on their way to the board's `receive`: two units at most are under way, on a careless line of one block."""

    def __init__(self, repl, code, unit):
        self._repl = repl
        self._code = code
        self._unit = unit
        self._under_way = 0

    def heard(self):
        """What the board says next, one letter. TransportExecError when that is why it stopped."""
        letter = self._repl.take(_ANSWER_S)
        if letter == _ENDED:
            error = self._repl.until(b"\x04", _ANSWER_S)[:-1].decode(errors="replace")
            self._repl.serial.write(b"\r\x03")  # what is still under way would be the beginning of the next command
            raise TransportExecError(self._code, error)
        return letter

    def send(self, packed):
        """`packed` as of `_packed`."""
        head, text = packed
        self._drain(0 if len(text) > self._unit else 1)  # nothing is under way while the board writes to its flash
        for at in range(0, len(text), self._unit):
            self._drain(1)
            self._repl.serial.write(head + text[at : at + self._unit])
            head = b""
            self._under_way += 1

    def end(self):
        self._drain(0)
        self._repl.serial.write(_head(b"r", b""))

    def _drain(self, most):
        while self._under_way > most:
            self.heard()
            self._under_way -= 1


def _packed(block, inflates):
    """(head, text) of a block as `receive` takes it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -_WINDOW_BITS)
    small = packer.compress(block) + packer.flush() if inflates else block
    kind, small = (b"z", small) if len(small) < len(block) else (b"r", block)
    text = base64.b64encode(small)
    return _head(kind, text), text


def _head(kind, text):
    return kind + b"%05d" % len(text)


def _last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "an error without words"
