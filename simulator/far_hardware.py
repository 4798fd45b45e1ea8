"""The gate's hardware seen from another process: the terminal runs here, the emulated chips in the simulator there.

So the terminal has a board's heap for itself. Messages go over the process's own standard streams: operation (1 byte),
ms since the start (4), length (2, all big-endian), data; the other side moves its clock to that moment and works on
it, so both sides share one virtual time. Portable.
"""

import struct

from micropython import const

HEAD = ">BIH"
HEAD_BYTES = 7
LINK_DONE, LINK_WAITS, LINK_FAILED = 0, 1, 2  # first byte of what a link's call answers
_PSAM_MS = const(4)
_PIECE = const(512)
_RUN_BYTES = const(4)
_TURNSTILE = ("release", "passed", "fire", "red", "amber", "green", "yellow")


class Pipe:
    """The line to the simulator. `tell` sends, `ask` also waits for the two-byte length and the answer."""

    def __init__(self, reader, writer, clock):
        self._read = reader.read
        self._writer = writer
        self._clock = clock
        self.runs = 0  # what people do happens only between two runs: so long an answer may stay true

    def tell(self, operation, data=b""):
        self._writer.write(struct.pack(HEAD, operation[0], self._clock.ms(), len(data)))
        self._writer.write(data)
        if hasattr(self._writer, "flush"):
            self._writer.flush()

    def ask(self, operation, data=b""):
        self.tell(operation, data)
        size = self._read(2)
        if len(size) < 2:
            raise SystemExit(0)
        size = size[0] << 8 | size[1]
        return self._read(size) if size else b""


class _Uart:
    def __init__(self, pipe, clock, name):
        self._pipe = pipe
        self._clock = clock
        self._name = name
        self._quiet_in = -1  # the run in which the line is known to be quiet, and until when
        self._quiet_until = 0

    def any(self):
        if self._quiet_in == self._pipe.runs and self._clock.ms() < self._quiet_until:
            return 0
        answer = self._pipe.ask(b"a", self._name)
        if answer[0] == answer[1] == 0:
            self._quiet_in = self._pipe.runs
            self._quiet_until = self._clock.ms() + (answer[2] << 8 | answer[3])
        return answer[0] << 8 | answer[1]

    def readinto(self, buffer):
        data = self._pipe.ask(b"r", self._name + len(buffer).to_bytes(2, "big"))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data):
        self._quiet_in = -1
        self._pipe.tell(b"w", self._name + bytes(data))
        return len(data)

    def set_baudrate(self, baudrate):
        self._pipe.tell(b"b", self._name + baudrate.to_bytes(4, "big"))


class _Pin:
    def __init__(self, pipe, name):
        self._pipe = pipe
        self._name = name.encode()
        self._known_in = -1
        self._level = 0

    def on(self):
        self._pipe.tell(b"p", b"\x01" + self._name)

    def off(self):
        self._pipe.tell(b"p", b"\x00" + self._name)

    def value(self):
        if self._known_in != self._pipe.runs:
            self._level, stays = self._pipe.ask(b"v", self._name)
            if stays:
                self._known_in = self._pipe.runs
        return self._level


class _Pwm:
    def __init__(self, pipe):
        self._pipe = pipe

    def freq(self, hertz):
        self._pipe.tell(b"f", hertz.to_bytes(2, "big"))

    def duty_u16(self, duty):
        self._pipe.tell(b"d", duty.to_bytes(2, "big"))


class _Panel:
    def __init__(self, pipe):
        self._pipe = pipe

    def draw(self, display_list):
        self._pipe.tell(b"s", repr(display_list).encode())


class _Psam:
    def __init__(self, pipe, clock):
        self._pipe = pipe
        self._clock = clock

    async def transmit(self, apdu):
        """(data, sw) as every channel."""
        await self._clock.sleep_ms(_PSAM_MS)
        answer = self._pipe.ask(b"x", apdu)
        if not answer:
            return b"", 0
        return answer[:-2], answer[-2] << 8 | answer[-1]


class FarHardware:
    """Shaped like simulator.hardware.GateHardware, each wire at the other end of `pipe`.

    `link` is a network link, `lines` are the names of the pins.
    """

    def __init__(self, pipe, clock, link, lines=_TURNSTILE):
        self.reader_uart = _Uart(pipe, clock, b"R")
        self.scanner_uart = _Uart(pipe, clock, b"S")
        self.buzzer_pwm = _Pwm(pipe)
        self.panel = _Panel(pipe)
        self.psam = _Psam(pipe, clock)
        self.link = link
        self.pins = {name: _Pin(pipe, name) for name in lines}


class FarLink:
    """A network link whose socket is at the other end: there a call is begun, then looked at each ms until it ends."""

    def __init__(self, pipe, clock):
        self._pipe = pipe
        self._clock = clock

    async def open(self):
        await self._call(b"o")

    async def write(self, data):
        view = memoryview(data)
        for at in range(0, len(view), _PIECE):
            await self._call(b"t", bytes(view[at : at + _PIECE]))

    async def read_into(self, buffer):
        data = await self._call(b"g", len(buffer).to_bytes(2, "big"))
        buffer[: len(data)] = data
        return len(data)

    def close(self):
        self._pipe.tell(b"c")

    async def _call(self, operation, data=b""):
        answer = self._pipe.ask(operation, data)
        while answer[0] == LINK_WAITS:
            await self._clock.sleep_ms(1)
            answer = self._pipe.ask(b"k")
        if answer[0] == LINK_FAILED:
            raise OSError(answer[1] << 8 | answer[2])
        return answer[1:]


def serve(pipe, scheduler, report=None, obey=None):
    """Runs the scheduler for as many ms (4 bytes) as the simulator asks, until the line ends.

    `report()` gives the bytes that go with each request for more; anything but 4 bytes is an order for `obey`.
    """
    while True:
        told = pipe.ask(b".", report() if report else b"")
        pipe.runs += 1
        if len(told) == _RUN_BYTES:
            scheduler.run_for(int.from_bytes(told, "big"))
        else:
            obey(told)
