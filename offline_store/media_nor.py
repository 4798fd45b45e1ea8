"""Raw NOR flash: `size`, `sector_bytes`, `page_bytes`, `read_into(offset, buffer)`, `program(offset, data)`,
`erase(sector)`. Programming only clears bits and never crosses a page; erasing sets a whole sector to FF.
"""

from micropython import const

from .errors import NorError

_ERASE_BLOCK = const(6)
_BLOCK_COUNT = const(4)
_BLOCK_SIZE = const(5)


class NorDevice:
    """NOR behind MicroPython's extended block device: readblocks and writeblocks with an offset, ioctl 6 to erase."""

    page_bytes = 256

    def __init__(self, device):
        self._device = device
        self.sector_bytes = device.ioctl(_BLOCK_SIZE, 0)
        self.size = device.ioctl(_BLOCK_COUNT, 0) * self.sector_bytes

    def read_into(self, offset, buffer):
        self._device.readblocks(offset // self.sector_bytes, buffer, offset % self.sector_bytes)

    def program(self, offset, data):
        self._device.writeblocks(offset // self.sector_bytes, data, offset % self.sector_bytes)

    def erase(self, sector):
        self._device.ioctl(_ERASE_BLOCK, sector)


class NorEmulator:
    """A NOR chip that holds its users to the rules: NorError for what a real one would silently do wrong.

    Counts `erases` per sector and `programmed` bytes. `content`: the bytes to start with instead of a blank chip.
    """

    def __init__(self, sectors, sector_bytes=4096, page_bytes=256, content=None):
        self.sector_bytes = sector_bytes
        self.page_bytes = page_bytes
        self.size = sectors * sector_bytes
        self.data = bytearray(content) if content is not None else bytearray(b"\xff" * self.size)
        self.erases = [0] * sectors
        self.programmed = 0
        self.reads = 0

    def read_into(self, offset, buffer):
        self.reads += 1
        buffer[:] = self.data[offset : offset + len(buffer)]

    def program(self, offset, data):
        if offset // self.page_bytes != (offset + len(data) - 1) // self.page_bytes:
            raise NorError("%d bytes at offset %d cross a page of %d" % (len(data), offset, self.page_bytes))
        old = int.from_bytes(self.data[offset : offset + len(data)], "big")
        new = int.from_bytes(bytes(data), "big")
        if old & new != new:
            raise NorError("programming %d bytes at offset %d would set bits: erase first" % (len(data), offset))
        self.data[offset : offset + len(data)] = data
        self.programmed += len(data)

    def erase(self, sector):
        if not 0 <= sector < len(self.erases):
            raise NorError("there is no sector %d, the chip has %d" % (sector, len(self.erases)))
        start = sector * self.sector_bytes
        self.data[start : start + self.sector_bytes] = b"\xff" * self.sector_bytes
        self.erases[sector] += 1
