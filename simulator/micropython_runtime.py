"""Host only: a terminal in a real MicroPython process with a board's heap, on the emulated hardware of this process."""

import ast
import signal
import struct
import subprocess

from simulator.errors import RuntimeDied
from simulator.far_hardware import HEAD, HEAD_BYTES

_ASKS = b"arvx."
_TRACEBACK = b"Traceb"  # MicroPython writes its last words where its messages went


class MicropythonRuntime:
    """`command` starts the process; it serves simulator.far_hardware on its standard streams.

    `on_event(name, facts)` hears the terminal's log; `psam` is the card in the SAM slot.
    """

    def __init__(self, command, environment, hardware, clock, psam, on_event):
        self._hardware = hardware
        self._clock = clock
        self._psam = psam
        self._on_event = on_event
        self._start = clock.ms()
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._uarts = {b"R": hardware.reader_uart, b"S": hardware.scanner_uart}
        self._work_until_asked()

    def run_for(self, ms):
        """Moves the common time by `ms`."""
        self._answer(ms.to_bytes(4, "big"))
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
        self._process.stdin.write(len(data).to_bytes(2, "big") + data)
        self._process.stdin.flush()

    def _work(self, operation, data):
        hardware = self._hardware
        if operation == b"a":
            return self._uarts[data].any().to_bytes(2, "big")
        if operation == b"r":
            buffer = bytearray(int.from_bytes(data[1:], "big"))
            return bytes(buffer[: self._uarts[data[:1]].readinto(buffer)])
        if operation == b"w":
            self._uarts[data[:1]].write(data[1:])
        elif operation == b"b":
            self._uarts[data[:1]].set_baudrate(int.from_bytes(data[1:], "big"))
        elif operation == b"v":
            return bytes((hardware.pins[data.decode()].value(),))
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
        return b""
