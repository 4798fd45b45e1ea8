"""Host only: a file past the page cache, for Linux gates: each write is one device write, durable on return."""

import mmap
import os

from .errors import MediumError
from .media import FileMedium

_ALIGNMENT = 512


class DirectFileMedium(FileMedium):
    """O_DIRECT and O_DSYNC; `sync` has nothing left to do. Writes must be of whole, aligned 512-byte sectors.

    MediumError where the file system or the platform has no direct writes: use FileMedium there.
    """

    def __init__(self, path, size=None):
        super().__init__(path, size)
        self._buffer = mmap.mmap(-1, 1 << 16)  # page-aligned, as the device wants it
        self._view = memoryview(self._buffer)
        try:
            self._direct = os.open(self.path, os.O_RDWR | os.O_DIRECT | os.O_DSYNC | os.O_CLOEXEC)
        except (OSError, AttributeError) as error:
            self.close()
            raise MediumError("%s cannot be written directly (%s): use FileMedium" % (self.path, error)) from None

    def write(self, offset, data):
        length = len(data)
        if offset % _ALIGNMENT or length % _ALIGNMENT or length > len(self._buffer) or offset + length > self.size:
            raise MediumError("a direct write of %d bytes at %d: whole 512-byte sectors only" % (length, offset))
        self._view[:length] = data
        try:
            taken = os.pwrite(self._direct, self._view[:length], offset)
        except OSError as error:
            raise self._failed("write", offset, error) from None
        if taken != length:
            raise self._failed("write", offset, "%d of %d bytes taken" % (taken, length))

    def sync(self):
        """Writes are durable when they return."""

    def close(self):
        if getattr(self, "_direct", -1) >= 0:
            os.close(self._direct)
            self._direct = -1
        super().close()
