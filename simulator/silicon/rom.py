"""What the virtual board runs at every start: mounts its flash (a real LittleFS in a file) at /, then boot.py, main.py.

Only for MicroPython's unix port, started by simulator/virtual_board.py with -i, so that the REPL comes afterwards.
"""

import os
import sys

import vfs

_BLOCK = 4096


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
