"""What the virtual board runs at every start: mounts its flash (a real LittleFS in a file) at /, then boot.py, main.py.

Only for MicroPython's unix port, started by simulator/virtual_board.py with -i, so that the REPL comes afterwards.
"""

import os
import sys

import vfs

_BLOCK = 4096
_PAGE = 4


class _Vfs:
    """The module vfs with `rom_ioctl`, which this port has not: the partition lies mapped in memory, as on a chip."""

    def __init__(self, memory):
        self._memory = memory

    def __getattr__(self, name):
        return getattr(vfs, name)

    def rom_ioctl(self, operation, *arguments):
        if operation == 1:
            return 1
        if operation == 2:
            return self._memory
        if operation == 3:
            _, start, count = arguments
            if start % _BLOCK or count % _BLOCK:
                return -22
            for at in range(start, start + count, _BLOCK):
                self._memory[at : at + _BLOCK] = b"\xff" * _BLOCK
            return _PAGE
        if operation == 4:
            _, at, data = arguments
            for index in range(len(data)):  # bits only fall until they are erased
                self._memory[at + index] &= data[index]
            return 0
        return {5: 0, 6: _BLOCK}.get(operation, -22)


class _Flash:
    """A NOR flash in a file of the desk: blocks of 4 KB, erased to FF."""

    def __init__(self, path, blocks):
        self._blocks = blocks
        try:
            os.stat(path)
        except OSError:
            with open(path, "wb") as file:
                for _ in range(blocks):
                    file.write(b"\xff" * _BLOCK)
        self._file = open(path, "r+b")

    def readblocks(self, block, buffer, offset=0):
        self._file.seek(block * _BLOCK + offset)
        self._file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=0):
        self._file.seek(block * _BLOCK + offset)
        self._file.write(buffer)

    def ioctl(self, operation, argument):
        if operation == 4:
            return self._blocks
        if operation == 5:
            return _BLOCK
        return 0


def _mount():
    device = _Flash(os.getenv("GATEPOST_FLASH"), int(os.getenv("GATEPOST_BLOCKS")))
    try:
        flash = vfs.VfsLfs2(device, progsize=256, readsize=256)
    except OSError:
        vfs.VfsLfs2.mkfs(device, progsize=256, readsize=256)
        flash = vfs.VfsLfs2(device, progsize=256, readsize=256)
    sys.modules.pop("rom", None)
    vfs.umount("/")
    vfs.mount(flash, "/")
    # As on a board: the program's own flash first; then the chip's modules, which lie on the desk.
    vfs.mount(vfs.VfsPosix(os.getenv("GATEPOST_CHIP")), "/chip")
    sys.path[:] = ["", "/lib", "/chip", ".frozen"]
    import machine

    if os.getenv("GATEPOST_ROM_AT"):
        import uctypes

        at, size = os.getenv("GATEPOST_ROM_AT").split(",")
        sys.modules["vfs"] = _Vfs(uctypes.bytearray_at(int(at), int(size)))
    machine.mounted()


_mount()
for _name in ("/boot.py", "/main.py"):
    try:
        os.stat(_name)
    except OSError:
        continue
    with open(_name) as _file:
        _text = _file.read()
    try:
        exec(_text, {"__name__": "__main__"})
    except KeyboardInterrupt:
        print("KeyboardInterrupt")
        break
    except SystemExit:
        raise
    except Exception as _error:
        sys.print_exception(_error)
