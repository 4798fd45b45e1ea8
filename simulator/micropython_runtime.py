"""Host only: a terminal in a real MicroPython process with a board's heap, on the emulated hardware of this process."""

import ast
import contextlib
import signal
import struct
import subprocess

from simulator.errors import RuntimeDied
from simulator.far_hardware import HEAD, HEAD_BYTES, LINK_DONE, LINK_FAILED, LINK_WAITS

_ASKS = b"arvxogtk."
_LONG = 0xFFFF
_TIMED_OUT = 110
_TRACEBACK = b"Traceb"  # MicroPython writes its last words where its messages went


class MicropythonRuntime:
    """`command` starts the process; it serves simulator.far_hardware on its standard streams.

    `on_event(name, facts)` hears the terminal's log; `psam` is the card in the SAM slot. `start`: what `clock.ms()`
    is when the terminal's own clock stands at 0, now unless given. `report` and `view` are what the terminal told last.
    """

    def __init__(self, command, environment, hardware, clock, psam, on_event, start=None):
        self._hardware = hardware
        self._clock = clock
        self._psam = psam
        self._on_event = on_event
        self._start = clock.ms() if start is None else start
        self._call = None  # the link's call under way
        self.report = b""  # what came with the last request for more
        self.view = None
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._uarts = {b"R": hardware.reader_uart, b"S": hardware.scanner_uart}
        self._work_until_asked()

    def run_for(self, ms):
        """Moves the common time by `ms`."""
        self._answer(ms.to_bytes(4, "big"))
        self._work_until_asked()

    def order(self, text):
        """Something else than time, see simulator.far_gate."""
        self._answer(text.encode())
        self._work_until_asked()

    def kill(self):
        """The plug: SIGKILL."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.communicate()

    def _work_until_asked(self):
        """Serves the terminal until it has nothing more to do at this moment."""
        while True:
            operation, ms, data = self._next()
            behind = self._start + ms - self._clock.ms()
            if behind > 0:
                self._clock.move(behind)
            if operation == b".":
                self.report = data
                return
            answer = self._work(operation, data)
            if operation in _ASKS:
                self._answer(answer)

    def _next(self):
        stream = self._process.stdout
        head = stream.read(HEAD_BYTES)
        if len(head) < HEAD_BYTES or head.startswith(_TRACEBACK):
            said = (head + stream.read() + self._process.stderr.read()).decode(errors="replace")
            self._process.communicate()
            raise RuntimeDied("MicroPython ended with %d: %s" % (self._process.returncode, said.strip()))
        operation, ms, size = struct.unpack(HEAD, head)
        return bytes((operation,)), ms, stream.read(size)

    def _answer(self, data):
        with contextlib.suppress(BrokenPipeError):  # it ended: its last words are read next
            self._process.stdin.write(len(data).to_bytes(2, "big") + data)
            self._process.stdin.flush()

    def _work(self, operation, data):
        hardware = self._hardware
        if operation == b"a":
            uart = self._uarts[data]
            quiet = uart.quiet_ms()
            return struct.pack(">HH", uart.any(), _LONG if quiet is None else min(quiet, _LONG))
        if operation == b"r":
            buffer = bytearray(int.from_bytes(data[1:], "big"))
            return bytes(buffer[: self._uarts[data[:1]].readinto(buffer)])
        if operation == b"w":
            self._uarts[data[:1]].write(data[1:])
        elif operation == b"b":
            self._uarts[data[:1]].set_baudrate(int.from_bytes(data[1:], "big"))
        elif operation == b"v":
            level = hardware.pins[data.decode()].value()
            # Contacts of the gate change while somebody walks; nothing else does but by what people do.
            return bytes((level, not hardware.gate.moves))
        elif operation == b"p":
            pin = hardware.pins[data[1:].decode()]
            (pin.on if data[0] else pin.off)()
        elif operation == b"f":
            hardware.buzzer_pwm.freq(int.from_bytes(data, "big"))
        elif operation == b"d":
            hardware.buzzer_pwm.duty_u16(int.from_bytes(data, "big"))
        elif operation == b"x":
            return self._psam.transmit(data)
        elif operation == b"s":
            hardware.panel.draw(ast.literal_eval(data.decode()))
        elif operation == b"l":
            self._on_event(*ast.literal_eval(data.decode()))
        elif operation == b"i":
            self.view = ast.literal_eval(data.decode())
        elif operation == b"c":
            hardware.link.close()
        else:
            return self._link(operation, data)
        return b""

    def _link(self, operation, data):
        """Begins or goes on with a call of the link; each look at its socket takes the terminal one ms."""
        link = self._hardware.link
        if operation == b"o":
            self._call = link.open()
        elif operation == b"t":
            self._call = link.write(data)
        elif operation == b"g":
            self._call = _read(link, int.from_bytes(data, "big"))
        try:
            self._call.send(None)
        except StopIteration as done:
            return bytes((LINK_DONE,)) + (done.value or b"")
        except OSError as error:
            return bytes((LINK_FAILED,)) + (error.errno or _TIMED_OUT).to_bytes(2, "big")
        return bytes((LINK_WAITS,))


async def _read(link, size):
    buffer = bytearray(size)
    return bytes(buffer[: await link.read_into(buffer)])
