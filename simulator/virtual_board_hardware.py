"""Host only: the peripherals of a virtual board: emulated chips on the buses and lines that the board's file names."""

import socket
import struct
import threading
import time

from boards.description import bus, line
from simulator import residents
from simulator.chips.buzzer import BuzzerPwm
from simulator.chips.gate import SimPin, Turnstile
from simulator.chips.panel import DcsPanelChip
from simulator.chips.pn532 import Pn532Chip
from simulator.chips.psam_uart import PsamUartChip
from simulator.chips.qr_engine import QrEngineChip
from simulator.chips.wire import Wire
from terminal.clock import TICKS_PERIOD, SystemClock, Ticks

_HEAD = ">BBHI"
_HEAD_BYTES = 8
_WATCH_S = 0.02
_PLUG, _RESET, _BITE = 1, 2, 3  # as machine.PWRON_RESET, HARD_RESET, WDT_RESET


class _BoardTime(Ticks):
    """The board's own ticks, as its last message told them: on a busy desk messages come late, and not all equally."""

    def __init__(self):
        self.told = 0

    def ticks(self):
        return self.told & (TICKS_PERIOD - 1)


class BoardHardware:
    """Chips, turnstile, lamps and watchdog of one board; they live on the real clock, beside the interpreter.

    `levels` is [(seconds, line name or pin, level)] of every output since the power came on; `restart()` is called when
    the chip resets itself; `bites` counts the watchdog's, whose patience `watchdog_scale` stretches or shortens.
    """

    def __init__(self, description, serial, restart):
        clock = SystemClock()
        self._description = description
        self._serial = serial
        self._restart = restart
        self._names = {entry.pin: entry.name for entry in description.lines}
        self.lock = threading.RLock()
        self.reader_wire = Wire(clock)
        self.reader = Pn532Chip(self.reader_wire, clock)
        self.scanner_wire = Wire(clock, 9600)
        self.scanner = QrEngineChip(self.scanner_wire, clock)
        self.psam_wire = Wire(clock, 9600)
        self.psam = PsamUartChip(self.psam_wire, residents.psam())
        self.turnstile = Turnstile(clock)
        self._time = _BoardTime()
        self.panel = DcsPanelChip(self._time)
        self.buzzer = BuzzerPwm(clock)
        self.levels = []
        self.bites = 0
        self.cause = _PLUG  # of the next start
        self.watchdog_scale = 1
        self.mounted = threading.Event()  # set once the interpreter sees its own flash and nothing else
        self._wires = self._by_number()
        self._pins = self._by_pin()
        self._powered_at = time.monotonic()
        self._watchdog = None  # (seconds, fed at)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(_WATCH_S)
        self.port = self._server.getsockname()[1]
        self._closed = False
        self.life = 0  # counts the times that the power came and went

    def _by_number(self):
        wires = {"reader": self.reader_wire, "scanner": self.scanner_wire, "psam": self.psam_wire}
        found = {}
        for part, wire in wires.items():
            entry = bus(self._description, part)
            if entry is not None and entry.kind == "uart":
                found[entry.number] = wire
        return found

    def _by_pin(self):
        own = {
            "release": self.turnstile.release_pin,
            "passed": self.turnstile.passed_pin,
            "fire": self.turnstile.fire_pin,
            "psam_reset": self.psam.reset,
            "panel_data": self.panel.data,
            "panel_select": self.panel.select,
            "panel_reset": self.panel.reset,
        }
        return {entry.pin: own.get(entry.name) or SimPin() for entry in self._description.lines}

    def lamp(self, name):
        """True while the lamp is lit."""
        return bool(self._pins[line(self._description, name).pin].value())

    def is_watched(self):
        """True once the board has started its watchdog: the loader has chosen and the firmware begins."""
        return self._watchdog is not None

    def power_on(self):
        with self.lock:
            self.levels = []
            self.life += 1
            self.mounted.clear()
            self._powered_at = time.monotonic()
            self._watchdog = None

    def power_off(self):
        """Every output falls back to its rest."""
        with self.lock:
            self.life += 1
            self.cause = _PLUG
            self._watchdog = None
            for entry in self._description.lines:
                if entry.direction == "out":
                    self._pins[entry.pin].value(entry.rest)

    def close(self):
        self._closed = True

    def serve(self):
        """Answers one interpreter after the other until `close`."""
        while not self._closed:
            try:
                connection, _ = self._server.accept()
            except TimeoutError:
                self._watch()
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection:
                self._serve(connection)
        self._server.close()

    def _serve(self, connection):
        connection.settimeout(_WATCH_S)
        pending = bytearray()
        life = None
        while not self._closed:
            try:
                data = connection.recv(65536)
            except TimeoutError:
                self._watch()
                continue
            except OSError:
                return
            if not data:
                return
            pending += data
            used = 0
            while len(pending) - used >= _HEAD_BYTES:
                operation, peripheral, size, ticks = struct.unpack_from(_HEAD, pending, used)
                if len(pending) - used - _HEAD_BYTES < size:
                    break
                start = used + _HEAD_BYTES
                used = start + size
                body = bytes(pending[start:used])
                if life is None:  # who calls says first in which life
                    life = int.from_bytes(body, "big")
                    continue
                with self.lock:
                    if life != self.life:  # the last words of an interpreter that is gone
                        return
                    self._time.told = ticks
                    answer = self._work(chr(operation), peripheral, body)
                if answer is not None:
                    connection.sendall(struct.pack(">H", len(answer)) + answer)
            del pending[:used]
            self._watch()

    def _watch(self):
        """The watchdog's own clock."""
        with self.lock:
            if self._watchdog and time.monotonic() - self._watchdog[1] > self._watchdog[0] * self.watchdog_scale:
                self._watchdog = None
                self.bites += 1
                self.cause = _BITE
                self._restart()

    def _work(self, operation, number, data):
        """Does what one message asks; bytes for operations that ask, None for the others."""
        if operation in "arwb":
            return self._uart(operation, number, data)
        if operation == "v":
            return bytes((self._pins[number].value(),))
        if operation == "p":
            self._drive(number, data[0])
        elif operation == "s":
            self.panel.write(data)
        elif operation == "f":
            self.buzzer.freq(int.from_bytes(data, "big"))
        elif operation == "d":
            self.buzzer.duty_u16(int.from_bytes(data, "big"))
        elif operation == "k":
            self._watchdog = int.from_bytes(data, "big") / 1000, time.monotonic()
        elif operation == "K" and self._watchdog:
            self._watchdog = self._watchdog[0], time.monotonic()
        elif operation == "m":
            self.mounted.set()
            return b""
        elif operation == "i":
            return self._serial
        elif operation == "x":
            self.cause = _RESET
            self._restart()
            return b""
        return None

    def _uart(self, operation, number, data):
        wire = self._wires[number]
        if operation == "a":
            return wire.any().to_bytes(2, "big")
        if operation == "r":
            buffer = bytearray(int.from_bytes(data, "big"))
            return bytes(buffer[: wire.readinto(buffer)])
        if operation == "w":
            wire.write(data)
        else:
            wire.set_baudrate(int.from_bytes(data, "big"))
        return None

    def _drive(self, number, level):
        self._pins[number].value(level)
        self.levels.append((time.monotonic() - self._powered_at, self._names.get(number, number), level))
