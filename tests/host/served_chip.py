"""An emulated chip on a pseudo terminal that is served by a thread while a test goes on. Not a test."""

import contextlib
import threading

from simulator.pty_chip import PtyChip


@contextlib.contextmanager
def served(*parts, **more):
    """The PtyChip of these parts; its thread ends with the block."""
    chip = PtyChip(*parts, **more)
    thread = threading.Thread(target=chip.serve)
    thread.start()
    try:
        yield chip
    finally:
        chip.stop()
        thread.join()
