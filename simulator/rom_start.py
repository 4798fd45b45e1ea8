"""Host only: a program that starts MicroPython in this process with a ROMFS image mapped into its memory, as flash is on a board.

    python -S -E rom_start.py FOLDER IMAGE OPTIONS... -c SCRIPT

FOLDER holds the interpreter, which is a library for Python. Before SCRIPT the image is mounted; nothing but it and what
is frozen in is found by imports.
"""

import ctypes
import mmap
import sys

_MOUNT = """
import gc, sys, uctypes, vfs
vfs.mount(vfs.VfsRom(uctypes.bytearray_at(%d, %d)), "/rom")
sys.path[:] = ["/rom", ".frozen"]
del uctypes, vfs
"""


def main(folder, image, options, script):
    """Runs the script to its end; the mapping lasts as long as the process."""
    with open(image, "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(mapped))
    sys.path.insert(0, folder)
    from micropython_run import run_main

    run_main(["micropython", *options, "-c", _MOUNT % (address, len(mapped)) + script])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:-2], sys.argv[-1])
