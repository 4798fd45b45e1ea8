"""Pieces of a ROMFS partition as files, on both kinds of partition that interpreters have, and the slot they make."""

import gc
import sys

from terminal import rom_slots
from terminal.rom_slots import PIECE, opened
from tests.portable.checks import raises
from tests.portable.test_boot import flash, write

_BLOCK = 4096
_BYTES = 2 * PIECE + 3 * _BLOCK  # one piece a slot, and what is too little for another


class Memory:
    """A partition as plain memory, written through vfs.rom_ioctl: erased in blocks, bits only fall."""

    def __init__(self):
        self.memory = bytearray(_BYTES)
        self.completed = 0

    def rom_ioctl(self, operation, number, *arguments):
        assert number == 0
        if operation == 2:
            return self.memory
        if operation == 3:
            start, count = arguments
            assert start % _BLOCK == count % _BLOCK == 0
            self.memory[start : start + count] = b"\xff" * count
            return 4
        if operation == 4:
            at, data = arguments
            assert at % 256 == 0 and len(data) == 256
            for index in range(len(data)):
                self.memory[at + index] &= data[index]
            return 0
        self.completed += 1
        return 0


class Blocks(bytearray):
    """A partition as a block device whose memory can be looked at."""

    def ioctl(self, operation, block):
        assert operation == 6
        self[block * _BLOCK : (block + 1) * _BLOCK] = b"\xff" * _BLOCK

    def writeblocks(self, block, data, offset):
        at = block * _BLOCK + offset
        for index in range(len(data)):
            self[at + index] &= data[index]


class Device:
    def __init__(self):
        self.memory = Blocks(_BYTES)

    def rom_ioctl(self, operation, number):
        assert (operation, number) == (2, 0)
        return self.memory


class _Without:
    """An interpreter without a partition says so by a negative number."""

    def rom_ioctl(self, operation, number):
        return -19


def on(interpreter, work):
    """`work()` on an interpreter whose module vfs is `interpreter`."""
    kept = sys.modules.get("vfs")
    sys.modules["vfs"] = interpreter
    try:
        return work()
    finally:
        if kept is None:
            del sys.modules["vfs"]
        else:
            sys.modules["vfs"] = kept


def pattern(at):
    return at * 7 & 255


def put(path, count):
    """Writes the first `count` bytes of the pattern, in steps that fit no page."""
    with opened(path, "wb") as piece:
        for start in range(0, count, 300):
            piece.write(bytes([pattern(at) for at in range(start, min(start + 300, count))]))


def holds(path, count, rest):
    """Whether the piece is so many bytes of the pattern, and then `rest`."""
    buffer = bytearray(1000)
    start = 0
    with opened(path, "rb") as piece:
        while True:
            read = piece.readinto(buffer)
            if not read:
                return start == PIECE
            for at in range(read):
                if buffer[at] != (pattern(start + at) if start + at < count else rest):
                    return False
            start += read


def test_pieces_are_written_and_read_in_either_kind_of_partition():
    def work():
        assert rom_slots.room() == PIECE
        assert rom_slots.names() == ["rom/0000"]
        put("/b/rom/0000.part", PIECE)
        assert holds("/b/rom/0000", PIECE, 0) and holds("/a/rom/0000", 0, 0)
        put("/b/rom/0000", 1000)
        # What was not written of a piece is erased; its neighbour is as it was.
        assert holds("/b/rom/0000", 1000, 255) and holds("/a/rom/0000", 0, 0)
        put("/a/rom/0000", 256)
        assert holds("/a/rom/0000", 256, 255) and holds("/b/rom/0000", 1000, 255)
        few = bytearray(5)
        with opened("/b/rom/0000", "rb") as piece:
            piece.seek(300)
            piece.readinto(few)
        assert list(few) == [pattern(at) for at in range(300, 305)]

    for kind in (Memory, Device):
        gc.collect()  # the heap has room for one
        on(kind(), work)


def test_pieces_that_there_are_not_and_too_long_ones():
    def work():
        for path in ("/a/rom/0001", "/b/rom/..", "/a/rom/", "/a/rom/x"):
            raises(OSError, opened, path, "rb")
        put("/a/rom/0000", PIECE)
        raises(OSError, put, "/a/rom/0000", PIECE + 1)

    on(Memory(), work)


def test_without_a_partition_a_slot_is_its_files():
    root = flash()

    def work():
        assert rom_slots.room() == 0 and rom_slots.names() == []
        raises(OSError, opened, "/a/rom/0000", "wb")
        assert rom_slots.mount(root, "a") == root + "/a"

    on(_Without(), work)
    write(root + "/a/boards/start.py", b"pass\n")
    assert on(Memory(), lambda: rom_slots.mount(root, "a")) == root + "/a"
