"""The emulated PN532's SPI and I2C ports: whole frames, ready after their time."""

from simulator.chips.fault import Fault
from simulator.chips.gate import SimPin


class FrameLine:
    """What the chip talks to instead of a serial line. `unplugged` as there."""

    def __init__(self, clock):
        self.unplugged = Fault()
        self.listener = None
        self._chip = None
        self._clock = clock
        self._frames = []  # (tick from which it is ready, bytes)

    def attach(self, chip):
        self._chip = chip

    def answer(self, data, after_ms=0):
        if self.unplugged.strikes():
            return
        ready = self._clock.deadline(after_ms)
        if self._frames and not self._clock.passed(self._frames[-1][0]):
            ready = self._frames[-1][0] + after_ms & 0x3FFFFFFF
        self._frames.append((ready, bytes(data)))

    def silence(self):
        self._frames = []

    def write(self, data):
        """A frame from the board."""
        if self.listener is not None:
            self.listener(bytes(data))
        if not self.unplugged.strikes():
            self._chip.receive(bytes(data))

    def ready(self):
        return bool(self._frames) and self._clock.passed(self._frames[0][0])

    def take(self):
        """The frame that is ready; it is gone from the line."""
        return self._frames.pop(0)[1]


class SpiPort:
    """Shaped like machine.SPI, MSB first; `select` is the chip select pin, low while a transfer runs."""

    def __init__(self, line, clock):
        self.select = SimPin(1)
        self.select.listener = self._selected
        self._line = line
        self._clock = clock
        self._command = None
        self._out = b""
        self._in = b""

    def write(self, data):
        assert not self.select.value(), "SPI transfer without chip select"
        data = bytes([_turn(byte) for byte in data])
        if self._command is None:
            self._command, data = data[0], data[1:]
            if self._command == 0x02:
                self._out = b"\x01" if self._line.ready() else b"\x00"
            elif self._command == 0x03:
                self._out = self._line.take() if self._line.ready() else b""
        self._in += data

    def readinto(self, buffer):
        count = len(buffer)
        data = self._out[:count]
        self._out = self._out[count:]
        for i in range(count):
            buffer[i] = _turn(data[i]) if i < len(data) else 0

    def _selected(self, level):
        if level:
            if self._command == 0x01:
                # 55 stands for what being selected does: it wakes the chip.
                self._line.write(b"\x55" + self._in)
            self._command = None
            self._out = self._in = b""


class I2cPort:
    """Shaped like machine.I2C with the chip at address 24. A read that ends early loses the rest of the frame."""

    def __init__(self, line, clock):
        self._line = line
        self._clock = clock
        self._asleep = True

    def writeto(self, address, data):
        if address != 0x24:
            raise OSError(19)
        if self._asleep:
            self._asleep = False
            self._line.write(b"\x55")
            raise OSError(5)
        self._line.write(data)
        return len(data)

    def readfrom_into(self, address, buffer):
        if address != 0x24 or self._asleep:
            raise OSError(19)
        data = b"\x01" + self._line.take() if self._line.ready() else b"\x00"
        for i in range(len(buffer)):
            buffer[i] = data[i] if i < len(data) else 0


def _turn(byte):
    turned = 0
    for bit in range(8):
        if byte >> bit & 1:
            turned |= 0x80 >> bit
    return turned
