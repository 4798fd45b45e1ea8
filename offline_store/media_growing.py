"""A file that takes room only for what was written: for lists and packages, whose size nobody knows before.

FileMedium fills its file with zeros when it is made. On a board's flash that takes seconds and room that is never used.
"""

import os

from .errors import MediumError


class GrowingFile:
    """Shaped as offline_store.media: at most `size` bytes at `path`; what was never written reads as zeros."""

    def __init__(self, path, size):
        self.path = path
        self.size = size
        try:
            self._end = os.stat(path)[6]
        except OSError:
            with open(path, "wb"):
                self._end = 0
        if self._end > size:
            raise MediumError("%s holds %d bytes, %d were expected at most" % (path, self._end, size))
        self._file = open(path, "r+b")

    def read_into(self, offset, buffer):
        self._check(offset, buffer)
        count = max(0, min(len(buffer), self._end - offset))
        view = memoryview(buffer)
        try:
            self._file.seek(offset)
            taken = self._file.readinto(view[:count]) if count else 0
        except OSError as error:
            raise MediumError("%s: read at offset %d failed (%s)" % (self.path, offset, error)) from None
        if taken != count:
            raise MediumError("%s: %d of %d bytes read at offset %d" % (self.path, taken, count, offset))
        for at in range(count, len(buffer)):
            view[at] = 0

    def write(self, offset, data):
        self._check(offset, data)
        try:
            if offset > self._end:
                self._file.seek(self._end)
                self._put(bytes(offset - self._end))
            self._file.seek(offset)
            self._put(data)
        except OSError as error:
            raise MediumError("%s: write at offset %d failed (%s)" % (self.path, offset, error)) from None
        self._end = max(self._end, offset + len(data))

    def _put(self, data):
        if self._file.write(data) != len(data):
            raise MediumError("%s: the flash takes no more" % self.path)

    def sync(self):
        try:
            self._file.flush()
            if hasattr(os, "fsync"):
                os.fsync(self._file.fileno())
        except OSError as error:
            raise MediumError("%s: sync failed (%s)" % (self.path, error)) from None

    def close(self):
        self._file.close()

    def _check(self, offset, data):
        if offset < 0 or offset + len(data) > self.size:
            raise MediumError(
                "%d bytes at offset %d do not fit the %d bytes of %s" % (len(data), offset, self.size, self.path)
            )
