"""Host only: the interpreter of a virtual board, in a process of its own: `python virtual_board_interpreter.py LIBRARY ARGUMENTS`.

MicroPython's unix port throws its KeyboardInterrupt out of the signal handler, wherever the program happens to be. Out of
the allocator that leaves the heap locked: the next allocation waits for ever. A chip's interrupt only notes it, and the
bytecode loop raises it; so does SIGUSR1 here.
"""

import ctypes
import importlib.machinery
import importlib.util
import mmap
import os
import signal
import sys


class _Action(ctypes.Structure):
    """struct sigaction of Linux's C library; no flags: a system call that waits is to be interrupted."""

    _fields_ = (
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_ulong * 16),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    )


def _mapped(path):
    """The chip's ROMFS partition in this process's memory, where MicroPython is told its address. None of no bytes."""
    with open(path, "r+b") as file:
        size = file.seek(0, 2)
        if not size:
            return None
        memory = mmap.mmap(file.fileno(), size)
    os.environ["GATEPOST_ROM_AT"] = "%d,%d" % (ctypes.addressof(ctypes.c_char.from_buffer(memory)), size)
    return memory


def main(library, arguments):
    """Runs MicroPython; its exit code."""
    loader = importlib.machinery.ExtensionFileLoader("micropython_run", library)
    micropython = importlib.util.module_from_spec(importlib.util.spec_from_loader("micropython_run", loader))
    loader.exec_module(micropython)
    note = ctypes.cast(ctypes.CDLL(library).mp_sched_keyboard_interrupt, ctypes.c_void_p)
    action = _Action(handler=note)
    if ctypes.CDLL(None).sigaction(int(signal.SIGUSR1), ctypes.byref(action), None):
        raise OSError("SIGUSR1 cannot be taken")
    micropython.partition = _mapped(os.environ["GATEPOST_ROM"])  # kept for as long as it runs
    return micropython.run_main(["micropython", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
