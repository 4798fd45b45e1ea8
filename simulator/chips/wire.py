"""An emulated serial line: the terminal's end is shaped like machine.UART, the chip's end answers in virtual time."""

from simulator.chips.fault import Fault
from terminal.clock import TICKS_PERIOD

_BITS = 10  # 8N1


class Wire:
    """Bytes travel at the speed of the line; ends that do not agree on the speed hear garbage.

    `unplugged` cuts both directions while it strikes: each write, and each byte sent by the chip, is an occasion.
    """

    def __init__(self, clock, baudrate=115200):
        self.baudrate = baudrate
        self.chip_baudrate = baudrate
        self.unplugged = Fault()
        self.listener = None  # called with what the terminal writes, as it writes it
        self._chip = None
        self._clock = clock
        self._tick = clock.ticks()
        self._us = 0
        self._host_done = 0
        self._chip_done = 0
        self._coming = []  # [arrival of the last byte in us, us of one byte, data]

    def attach(self, chip):
        """`chip.receive(data)` gets what the terminal writes."""
        self._chip = chip

    # The terminal's end.

    def any(self):
        if not self._coming:
            return 0
        now = self._now()
        count = 0
        for entry in self._coming:
            arrived = _arrived(entry, now)
            if not arrived:
                break
            count += arrived
        return count

    def quiet_ms(self):
        """For how many ms surely nothing more arrives by itself; None when nothing is on its way."""
        if not self._coming:
            return None
        now = self._now()
        done, byte_us, data = self._coming[0]
        return max(0, done - byte_us * (len(data) - 1) - now) // 1000

    def readinto(self, buffer):
        if not self._coming:
            return 0
        now = self._now()
        filled = 0
        while self._coming and filled < len(buffer):
            entry = self._coming[0]
            count = min(_arrived(entry, now), len(buffer) - filled)
            if count == 0:
                break
            buffer[filled : filled + count] = entry[2][:count]
            entry[2] = entry[2][count:]
            filled += count
            if not entry[2]:
                self._coming.pop(0)
        return filled

    def write(self, data):
        data = bytes(data)
        if self.listener is not None:
            self.listener(data)
        self._host_done = max(self._host_done, self._now()) + self._byte_us(self.baudrate) * len(data)
        if not self.unplugged.strikes():
            self._chip.receive(self._heard(data))
        return len(data)

    def set_baudrate(self, baudrate):
        self.baudrate = baudrate

    # The chip's end.

    def answer(self, data, after_ms=0):
        """Sends `data`, starting `after_ms` after the terminal's last byte, or after the chip's own last byte."""
        if not data or self.unplugged.strikes():
            return
        start = max(self._host_done, self._chip_done, self._now()) + after_ms * 1000
        byte_us = self._byte_us(self.chip_baudrate)
        self._chip_done = start + byte_us * len(data)
        self._coming.append([self._chip_done, byte_us, self._heard(bytes(data))])

    def silence(self):
        """Takes back what is not on the line yet: the chip was told to stop, or lost its supply."""
        now = self._now()
        for entry in self._coming:
            entry[2] = entry[2][: _arrived(entry, now)]
            entry[0] = now
        self._coming = [entry for entry in self._coming if entry[2]]
        self._chip_done = now

    def _heard(self, data):
        if self.baudrate == self.chip_baudrate:
            return data
        return bytes((byte ^ 0xA5) | 0x80 for byte in data)

    @staticmethod
    def _byte_us(baudrate):
        return _BITS * 1000000 // baudrate

    def _now(self):
        tick = self._clock.ticks()
        # Nobody may have looked for more than half a period: what clock.elapsed gives is a step back then.
        self._us += (tick - self._tick & TICKS_PERIOD - 1) * 1000
        self._tick = tick
        return self._us


def _arrived(entry, now):
    done, byte_us, data = entry
    if done <= now:
        return len(data)
    missing = (done - now + byte_us - 1) // byte_us
    length = len(data)
    return length - missing if length > missing else 0
