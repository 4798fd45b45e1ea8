"""What a store lies on. Every medium has `size`, `read_into(offset, buffer)`, `write(offset, data)`, `sync()`, `close()`.

A write is durable only after `sync()`. Reads and writes outside of the medium raise MediumError.
"""

import os

from micropython import const

from .errors import MediumError

_FILL = const(1024)


def out_of_bounds(medium, offset, length):
    """The MediumError of whoever reaches past `medium`."""
    return MediumError(
        "%d bytes at offset %d do not fit a medium of %d bytes: wrong file or wrong geometry"
        % (length, offset, medium.size)
    )


class RamMedium:
    """A medium that forgets: for tests and for lists held in RAM. `content` is a size or the bytes to start with."""

    def __init__(self, content):
        self._data = bytearray(content)
        self._view = memoryview(self._data)
        self.size = len(self._data)

    def read_into(self, offset, buffer):
        end = offset + len(buffer)
        if offset < 0 or end > self.size:
            raise out_of_bounds(self, offset, len(buffer))
        buffer[:] = self._view[offset:end]

    def write(self, offset, data):
        end = offset + len(data)
        if offset < 0 or end > self.size:
            raise out_of_bounds(self, offset, len(data))
        self._view[offset:end] = data

    def sync(self):
        pass

    def close(self):
        pass


class SliceMedium:
    """`size` bytes of another medium from `offset` on: several stores on one partition."""

    def __init__(self, medium, offset, size):
        if offset < 0 or size < 0 or offset + size > medium.size:
            raise out_of_bounds(medium, offset, size)
        self._medium = medium
        self._offset = offset
        self.size = size

    def read_into(self, offset, buffer):
        if offset < 0 or offset + len(buffer) > self.size:
            raise out_of_bounds(self, offset, len(buffer))
        self._medium.read_into(self._offset + offset, buffer)

    def write(self, offset, data):
        if offset < 0 or offset + len(data) > self.size:
            raise out_of_bounds(self, offset, len(data))
        self._medium.write(self._offset + offset, data)

    def sync(self):
        self._medium.sync()

    def close(self):
        """The medium below belongs to whoever opened it."""


class _SeekFile:
    """Positioned reads and writes for ports that only know seek: MicroPython, where flush() is the sync of the port."""

    def __init__(self, path, writable):
        self._file = open(path, "r+b" if writable else "rb")
        self.size = self._file.seek(0, 2)

    def read_into(self, offset, buffer):
        self._file.seek(offset)
        return self._file.readinto(buffer)

    def write(self, offset, data):
        self._file.seek(offset)
        return self._file.write(data)

    def sync(self):
        self._file.flush()

    def close(self):
        self._file.close()


class _DescriptorFile:
    """Positioned reads and writes by file descriptor: nothing is buffered, fdatasync is the sync."""

    def __init__(self, path, writable):
        self._descriptor = os.open(path, (os.O_RDWR if writable else os.O_RDONLY) | getattr(os, "O_CLOEXEC", 0))
        self.size = os.lseek(self._descriptor, 0, os.SEEK_END)
        if hasattr(os, "posix_fadvise"):  # a look wants its block, not the 128 KB after it
            os.posix_fadvise(self._descriptor, 0, 0, os.POSIX_FADV_RANDOM)

    def read_into(self, offset, buffer):
        return os.preadv(self._descriptor, (buffer,), offset)

    def write(self, offset, data):
        return os.pwrite(self._descriptor, data, offset)

    def sync(self):
        os.fdatasync(self._descriptor)

    def close(self):
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


_File = _DescriptorFile if hasattr(os, "preadv") and hasattr(os, "fdatasync") else _SeekFile


def _file_size(path):
    """Bytes of the file, or -1 when it is not there."""
    try:
        return os.stat(path)[6]
    except OSError:
        return -1


def _preallocate(path, size):
    """A file of zeros, whole or not there at all: a cut on the way leaves only PATH.new, which the next try replaces."""
    draft = path + ".new"
    zeros = bytes(_FILL)
    with open(draft, "wb") as file:
        for _ in range(size // _FILL):
            file.write(zeros)
        file.write(zeros[: size % _FILL])
        sync_file(file)
    os.rename(draft, path)
    sync_folder(path)


def sync_file(file):
    """Makes what was written to the open `file` durable; on a board its flush() is that."""
    file.flush()
    if hasattr(os, "fsync"):
        os.fsync(file.fileno())


def sync_folder(path):
    """Makes a rename or a new file in the folder of `path` durable, where the system has such a call."""
    if not hasattr(os, "fsync"):
        return
    descriptor = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FileMedium:
    """A file or a raw partition. With `size`, an absent (or empty) file is made of that many zeros, durably.

    MediumError when it is absent and no size is given, has another size, or cannot be opened.
    """

    def __init__(self, path, size=None, readonly=False):
        path = str(path)
        self.path = path
        try:
            if size is not None and _file_size(path) <= 0 and not path.startswith("/dev/"):
                _preallocate(path, size)
            self._file = _File(path, not readonly)
        except OSError as error:
            raise MediumError(
                "%s cannot be opened (%s): check that the folder exists, is writable and has room" % (path, error)
            )
        self.size = self._file.size
        if size is not None and self.size != size:
            found = self.size
            self.close()
            raise MediumError(
                "%s holds %d bytes, %d were expected: it belongs to another setting; move it away or give its size"
                % (path, found, size)
            )

    def read_into(self, offset, buffer):
        try:
            got = self._file.read_into(offset, buffer)
        except OSError as error:
            raise self._failed("read", offset, error)
        if got != len(buffer):
            raise out_of_bounds(self, offset, len(buffer))

    def write(self, offset, data):
        if offset < 0 or offset + len(data) > self.size:
            raise out_of_bounds(self, offset, len(data))
        try:
            taken = self._file.write(offset, data)
        except OSError as error:
            raise self._failed("write", offset, error)
        if taken != len(data):
            raise self._failed("write", offset, "%d of %d bytes taken" % (taken, len(data)))

    def sync(self):
        try:
            self._file.sync()
        except OSError as error:
            raise self._failed("sync", 0, error)

    def close(self):
        self._file.close()

    def _failed(self, what, offset, why):
        return MediumError(
            "%s: %s at offset %d failed (%s): is the card worn, full or pulled?" % (self.path, what, offset, why)
        )
