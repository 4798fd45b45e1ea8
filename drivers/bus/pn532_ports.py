"""The PN532's SPI and I2C ports in the shape of a serial line, so that one driver serves all three.

Over these ports the chip hands out whole frames and says when one is ready (user manual 6.2.4 and 6.2.5).
"""

from micropython import const

_ROOM = const(288)
_HEAD = const(6)  # enough to know a frame's length; an ACK is just as long
_NACK = b"\x00\x00\xff\xff\x00\x00"

_DATA_WRITE = const(0x01)
_STATUS_READ = const(0x02)
_DATA_READ = const(0x03)
_READY = const(0x01)

_WAKE_UP = const(0x55)
_WAKE_UP_LENGTH = const(16)


def _frame_length(head):
    """Bytes of the frame that starts with `head` (6 bytes); what is no frame is taken as it is."""
    if head[0] or head[1] or head[2] != 0xFF:
        return _HEAD
    if head[3] == 0xFF and head[4] == 0xFF:
        return 10 + (head[5] << 8)  # its low length byte follows: the longest such frame, the rest reads as zeros
    if (head[3] == 0 and head[4] == 0xFF) or (head[3] == 0xFF and head[4] == 0):
        return _HEAD
    return 7 + head[3]


class _FramePort:
    """Keeps the frame that was fetched until the driver has read it."""

    def __init__(self):
        self._frame = memoryview(bytearray(_ROOM))
        self._start = self._end = 0

    def any(self):
        """Bytes that can be read now; fetches a frame when the chip has one ready."""
        if self._start == self._end:
            self._start, self._end = 0, self._fetch()
        return self._end - self._start

    def readinto(self, buffer):
        count = min(self._end - self._start, len(buffer))
        buffer[:count] = self._frame[self._start : self._start + count]
        self._start += count
        return count

    def write(self, data):
        self._start = self._end = 0
        # These ports wake by being addressed: the serial line's wake-up bytes become an empty transfer.
        self._send(data[_WAKE_UP_LENGTH:] if data[0] == _WAKE_UP else data)
        return len(data)


class Pn532Spi(_FramePort):
    """`spi` is shaped like machine.SPI: mode 0, up to 5 MHz, MSB first; `select` is the chip select pin.

    The chip wants its bits LSB first, which few SPI blocks can do: they are turned round here.
    """

    def __init__(self, spi, select):
        super().__init__()
        self._spi = spi
        self._select = select
        self._turned = bytes([_turn(byte) for byte in range(256)])
        self._out = bytearray(_ROOM)
        select.on()

    def _send(self, data):
        out = self._out
        out[0] = self._turned[_DATA_WRITE]
        for i in range(len(data)):
            out[1 + i] = self._turned[data[i]]
        self._select.off()
        self._spi.write(memoryview(out)[: 1 + len(data)])
        self._select.on()

    def _fetch(self):
        status = self._frame[:1]
        self._select.off()
        self._spi.write(bytes((self._turned[_STATUS_READ],)))
        self._spi.readinto(status)
        self._select.on()
        if not self._turned[status[0]] & _READY:
            return 0
        self._select.off()
        self._spi.write(bytes((self._turned[_DATA_READ],)))
        self._read(0, _HEAD)
        length = _frame_length(self._frame)
        if self._frame[3] == 0xFF and self._frame[4] == 0xFF and length > _HEAD:
            self._read(_HEAD, _HEAD + 2)
            length += self._frame[6]
            self._read(_HEAD + 2, min(length, _ROOM))
        elif length > _HEAD:
            self._read(_HEAD, min(length, _ROOM))
        self._select.on()
        return min(length, _ROOM)

    def _read(self, start, end):
        view = self._frame[start:end]
        self._spi.readinto(view)
        for i in range(len(view)):
            view[i] = self._turned[view[i]]


class Pn532I2c(_FramePort):
    """`i2c` is shaped like machine.I2C, up to 400 kHz."""

    def __init__(self, i2c, address=0x24):
        super().__init__()
        self._i2c = i2c
        self._address = address
        self._transfer = memoryview(bytearray(_ROOM + 1))  # each read starts with the ready byte
        self._length = 0  # of a frame whose head was read: the chip was asked for all of it again

    def _send(self, data):
        self._length = 0
        try:
            self._i2c.writeto(self._address, data)
        except OSError:
            pass  # asleep, the chip does not acknowledge its address; being addressed wakes it

    def _fetch(self):
        want = self._length or _HEAD
        transfer = self._transfer
        try:
            self._i2c.readfrom_into(self._address, transfer[: 1 + want])
        except OSError:
            return 0  # nobody at this address: to the driver, silence
        if not transfer[0] & _READY:
            return 0
        length = _frame_length(transfer[1:])
        if length > _HEAD and not self._length:
            # A read that ends early loses the rest of the frame.
            self._length = min(length + (255 if transfer[4] == 0xFF == transfer[5] else 0), _ROOM)
            self._i2c.writeto(self._address, _NACK)
            return 0
        self._length = 0
        self._frame[:want] = transfer[1 : 1 + want]
        return want


def _turn(byte):
    """The bits of a byte in reverse order."""
    turned = 0
    for _ in range(8):
        turned = turned << 1 | byte & 1
        byte >>= 1
    return turned
