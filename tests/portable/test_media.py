import os

import micropython

from offline_store.errors import MediumError
from offline_store.journal import Journal
from offline_store.media import FileMedium, RamMedium, SliceMedium
from offline_store.media_blocks import BlockDeviceMedium
from tests.portable.checks import raises

PATH = (os.getenv("TMPDIR") or "/tmp") + "/gatepost-medium"


def remove():
    try:
        os.remove(PATH)
    except OSError:
        pass


class RamDevice:
    """MicroPython's simple block device, as an SD card driver gives it."""

    def __init__(self, blocks):
        self.data = bytearray(blocks * 512)
        self.synced = 0

    def readblocks(self, number, buffer):
        assert len(buffer) % 512 == 0
        buffer[:] = self.data[number * 512 : number * 512 + len(buffer)]

    def writeblocks(self, number, data):
        assert len(data) % 512 == 0
        self.data[number * 512 : number * 512 + len(data)] = data

    def ioctl(self, operation, argument):
        self.synced += operation == 3
        return {4: len(self.data) // 512, 5: 512}.get(operation, 0)


def use(medium):
    """What every medium must do, on one of 4,096 bytes."""
    assert medium.size == 4096
    medium.write(512, b"x" * 512)
    medium.write(1024, b"begin")
    medium.sync()
    buffer = bytearray(7)
    medium.read_into(1020, buffer)
    assert buffer == b"xxxxbeg"
    raises(MediumError, medium.write, 4096, b"y")
    raises(MediumError, medium.write, 3584, bytes(513))
    raises(MediumError, medium.read_into, 4090, buffer)
    raises(MediumError, medium.read_into, -1, buffer)
    medium.close()


def test_ram():
    use(RamMedium(4096))
    assert RamMedium(b"abc").size == 3


def test_slice():
    whole = RamMedium(8192)
    use(SliceMedium(whole, 2048, 4096))
    buffer = bytearray(5)
    whole.read_into(2048 + 1024, buffer)
    assert buffer == b"begin"
    raises(MediumError, SliceMedium, whole, 8000, 4096)


def test_block_device():
    device = RamDevice(8)
    use(BlockDeviceMedium(device))
    assert device.synced > 1
    raises(MediumError, BlockDeviceMedium(device).write, 100, b"z")


def test_file():
    remove()
    use(FileMedium(PATH, 4096))
    use(FileMedium(PATH))
    assert "4096" in str(raises(MediumError, FileMedium, PATH, 8192))
    read_only = FileMedium(PATH, readonly=True)
    raises(MediumError, read_only.write, 0, b"z")
    read_only.close()
    remove()
    raises(MediumError, FileMedium, PATH)
    raises(MediumError, FileMedium, PATH + "/in/no/folder", 4096)


def test_an_empty_file_is_preallocated():
    open(PATH, "wb").close()
    medium = FileMedium(PATH, 70000)
    assert medium.size == 70000
    medium.close()
    remove()


def test_an_append_allocates_nothing():
    remove()
    key = bytes(16)
    journal = Journal(FileMedium(PATH, 65536), mac_key=key)
    payload = bytes(64)
    journal.append(payload)
    micropython.heap_lock()
    try:
        seq = journal.append(payload)
    finally:
        micropython.heap_unlock()
        remove()
    assert seq == 2
