"""What panel controllers of the MIPI DCS family share: commands with a data/command pin, a window, pixels."""

import struct

from micropython import const

_CASET = const(0x2A)
_RASET = const(0x2B)
_RAMWR = const(0x2C)
_RESET_MS = const(10)
_AFTER_RESET_MS = const(5)  # before a command; before SLPOUT it takes 120, which each sequence waits after its SWRESET
_TICK_MS = const(1)  # a wait that begins in the midst of a tick is that much shorter


class DcsPanel:
    """A panel over four-wire SPI. `spi` is shaped like machine.SPI (mode 0); `data`, `select` and `reset` like Pin.

    `sequence`: (command, data, ms to wait after it) from reset to picture. `width` x `height` as the sequence turns it;
    `left`, `top`: where the glass begins in the controller's memory.
    """

    def __init__(self, spi, data, select, reset, clock, width, height, sequence, left=0, top=0):
        self._spi = spi
        self._data = data
        self._select = select
        self._reset = reset
        self._clock = clock
        self.width = width
        self.height = height
        self._sequence = sequence
        self._left = left
        self._top = top
        self._byte = bytearray(1)
        self._range = bytearray(4)
        select.on()

    async def start(self):
        """Resets the controller and brings it up; the picture is whatever its memory holds until it is written."""
        self._reset.off()
        await self._clock.sleep_ms(_RESET_MS)
        self._reset.on()
        await self._clock.sleep_ms(_AFTER_RESET_MS + _TICK_MS)
        for command, data, wait_ms in self._sequence:
            self._send(command, data)
            if wait_ms:
                await self._clock.sleep_ms(wait_ms + _TICK_MS)

    def write(self, x, y, width, height, pixels):
        """Big-endian RGB565 rows of the window; `pixels` holds width x height x 2 bytes."""
        self._window(_CASET, self._left + x, width)
        self._window(_RASET, self._top + y, height)
        self._send(_RAMWR, pixels)

    def _window(self, command, first, count):
        struct.pack_into(">HH", self._range, 0, first, first + count - 1)
        self._send(command, self._range)

    def _send(self, command, data):
        self._byte[0] = command
        self._data.off()
        self._select.off()
        self._spi.write(self._byte)
        if data:
            self._data.on()
            self._spi.write(data)
        self._select.on()
