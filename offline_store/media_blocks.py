"""Media below a file system: block devices in MicroPython's shape, O_DIRECT on Linux, and what NOR flash is."""

from micropython import const

from .errors import MediumError

_SYNC = const(3)
_BLOCK_COUNT = const(4)
_BLOCK_SIZE = const(5)


class BlockDeviceMedium:
    """A raw block device with readblocks(number, buffer), writeblocks(number, data) and ioctl: an SD card's partition.

    Whole aligned blocks go through as they are; other writes are refused, other reads take the way over one block.
    """

    def __init__(self, device):
        self._device = device
        self._block_bytes = device.ioctl(_BLOCK_SIZE, 0)
        self.size = device.ioctl(_BLOCK_COUNT, 0) * self._block_bytes
        self._block = memoryview(bytearray(self._block_bytes))

    def read_into(self, offset, buffer):
        whole = self._block_bytes
        if offset < 0 or offset + len(buffer) > self.size:
            raise MediumError("%d bytes at offset %d: the device has %d" % (len(buffer), offset, self.size))
        if offset % whole == 0 and len(buffer) % whole == 0:
            self._device.readblocks(offset // whole, buffer)
            return
        view = memoryview(buffer)
        done = 0
        while done < len(buffer):
            start = (offset + done) % whole
            length = min(whole - start, len(buffer) - done)
            self._device.readblocks((offset + done) // whole, self._block)
            view[done : done + length] = self._block[start : start + length]
            done += length

    def write(self, offset, data):
        whole = self._block_bytes
        if offset < 0 or offset % whole or offset + len(data) > self.size:
            raise MediumError("a write of %d bytes at %d: blocks are of %d bytes" % (len(data), offset, whole))
        full = len(data) // whole * whole
        if full == len(data):
            self._device.writeblocks(offset // whole, data)
            return
        view = memoryview(data)
        if full:
            self._device.writeblocks(offset // whole, view[:full])
        self._device.readblocks((offset + full) // whole, self._block)
        self._block[: len(data) - full] = view[full:]
        self._device.writeblocks((offset + full) // whole, self._block)

    def sync(self):
        self._device.ioctl(_SYNC, 0)

    def close(self):
        self.sync()
