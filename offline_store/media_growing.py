"""A file that takes room only for what was written: for lists and packages, whose size nobody knows before.

FileMedium fills its file with zeros when it is made. On a board's flash that takes seconds and room that is never used.
"""

from .errors import MediumError
from .media import FileMedium, out_of_bounds


class GrowingFile(FileMedium):
    """At most `size` bytes at `path`; what was never written reads as zeros."""

    def __init__(self, path, size):
        try:
            with open(path, "ab"):
                pass  # it is there from now on
        except OSError as error:
            raise MediumError("%s cannot be made (%s): check that the folder exists and is writable" % (path, error))
        FileMedium.__init__(self, path)
        self._end, self.size = self.size, size
        if self._end > size:
            self.close()
            raise MediumError("%s holds %d bytes, %d were expected at most" % (path, self._end, size))

    def read_into(self, offset, buffer):
        if offset < 0 or offset + len(buffer) > self.size:
            raise out_of_bounds(self, offset, len(buffer))
        count = max(0, min(len(buffer), self._end - offset))
        view = memoryview(buffer)
        if count:
            FileMedium.read_into(self, offset, view[:count])
        for at in range(count, len(buffer)):
            view[at] = 0

    def write(self, offset, data):
        if self._end < offset and offset + len(data) <= self.size:
            FileMedium.write(self, self._end, bytes(offset - self._end))
            self._end = offset
        FileMedium.write(self, offset, data)
        self._end = max(self._end, offset + len(data))
