"""Slots in the chip's ROMFS partition: one half each, whose code runs where it lies instead of taking room in the heap.

An image comes in pieces of 16 KB, files "rom/0000" and so on of its package, so that a cut transfer goes on piece by
piece. The partition is the interpreter's own (vfs.rom_ioctl, MicroPython 1.25 and later); a board without one keeps its
firmware as files.
"""

import os

from micropython import const

PIECE = const(16384)
MOUNT = "/slot"
_BLOCK = const(4096)
_PAGE = const(256)
_FOLDER = "/rom/"
_GET_SEGMENT = const(2)  # of vfs.rom_ioctl
_PREPARE = const(3)
_WRITE = const(4)
_COMPLETE = const(5)
_ERASE = const(6)  # of a block device
_NO_DEVICE = const(19)


def _segment():
    """(vfs module, partition), (None, None) on an interpreter that has none."""
    try:
        import vfs

        found = vfs.rom_ioctl(_GET_SEGMENT, 0)
    except (ImportError, AttributeError, OSError):
        return None, None
    return (None, None) if isinstance(found, int) else (vfs, found)


def room():
    """Bytes of one slot, 0 without a partition."""
    _, found = _segment()
    return 0 if found is None else len(memoryview(found)) // 2 // PIECE * PIECE


def names():
    """What the pieces of one slot are called in a package."""
    return ["rom/%04d" % number for number in range(room() // PIECE)]


def is_piece(path):
    """Whether the path "/a/rom/0003" or "rom/0003" is a piece."""
    return _FOLDER in "/" + path


def opened(path, mode):
    """`open` for what lies in a slot, pieces included. OSError."""
    return _Piece(path, mode) if is_piece(path) else open(path, mode)


def mount(root, slot):
    """Where the code of a slot is, "/slot" once it is mounted there: in files, or in the partition."""
    folder = root + "/" + slot
    try:
        if os.listdir(folder + "/boards"):
            return folder
    except OSError:
        pass  # it did not come as files
    vfs, found = _segment()
    if found is None:
        return folder
    start = _start(slot)
    vfs.mount(vfs.VfsRom(memoryview(found)[start : start + room()]), MOUNT)
    return MOUNT


def _start(slot):
    return room() if slot == "b" else 0


class _Piece:
    """One piece as a file, written or read from front to back. `path`: "/b/rom/0003", with whatever ends in ".part"."""

    def __init__(self, path, mode):
        self._vfs, self._found = _segment()
        before, _, name = path.partition(_FOLDER)
        number = name.split(".")[0]
        if self._found is None or not number.isdigit() or int(number) >= room() // PIECE:
            raise OSError(_NO_DEVICE)
        self._start = _start(before[-1:]) + int(number) * PIECE
        self._at = 0
        self._page = None
        if mode[0] != "r":
            self._page = bytearray(_PAGE)
            self._filled = 0
            self._erase()

    def _erase(self):
        if hasattr(self._found, "ioctl"):
            for block in range(self._start // _BLOCK, (self._start + PIECE) // _BLOCK):
                self._found.ioctl(_ERASE, block)
        elif self._vfs.rom_ioctl(_PREPARE, 0, self._start, PIECE) < 0:
            raise OSError(_NO_DEVICE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def seek(self, at):
        self._at = at
        return at

    def readinto(self, buffer):
        count = min(len(buffer), PIECE - self._at)
        start = self._start + self._at
        buffer[:count] = memoryview(self._found)[start : start + count]
        self._at += count
        return count

    def write(self, data):
        """Whole pages go to the flash."""
        if self._at + self._filled + len(data) > PIECE:
            raise OSError(_NO_DEVICE)
        view = memoryview(data)
        while len(view):
            count = min(len(view), _PAGE - self._filled)
            self._page[self._filled : self._filled + count] = view[:count]
            self._filled += count
            view = view[count:]
            if self._filled == _PAGE:
                self._put()
        return len(data)

    def _put(self):
        at = self._start + self._at
        if hasattr(self._found, "ioctl"):
            self._found.writeblocks(at // _BLOCK, self._page, at % _BLOCK)
        else:
            self._vfs.rom_ioctl(_WRITE, 0, at, self._page)
        self._at += _PAGE
        self._filled = 0

    def close(self):
        if self._page is not None:
            if self._filled:
                for at in range(self._filled, _PAGE):
                    self._page[at] = 255
                self._put()
            if not hasattr(self._found, "ioctl"):
                self._vfs.rom_ioctl(_COMPLETE, 0)
            self._page = None
