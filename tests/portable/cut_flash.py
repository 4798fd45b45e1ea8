"""A flash whose power can be cut at each of its writes: a real LittleFS under MicroPython, a folder on a desk."""

import os
import sys

_BLOCK = 512
_BLOCKS = 128
ON_BOARD = sys.implementation.name == "micropython"


class PowerCut(BaseException):
    """The power is gone: nobody may catch this."""


class _Power:
    def __init__(self, steps=None):
        self.left = steps  # writes until the cut; None: it stays
        self.gone = False

    def step(self):
        """Called before each write; True while the power is there."""
        if self.left is not None and not self.gone:
            self.left -= 1
            if self.left < 0:
                self.gone = True
                raise PowerCut
        return not self.gone


class _Blocks:
    """Blocks in a file of the desk, for a heap has no room for them; a write in which the power goes is half done."""

    def __init__(self, path, power):
        self._file = open(path, "r+b")
        self.power = power

    def _put(self, at, data):
        self._file.seek(at)
        self._file.write(data)

    def readblocks(self, block, buffer, offset=0):
        self._file.seek(block * _BLOCK + offset)
        self._file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=0):
        at = block * _BLOCK + offset
        try:
            alive = self.power.step()
        except PowerCut:
            self._put(at, memoryview(buffer)[: len(buffer) // 2])
            raise
        if alive:
            self._put(at, buffer)

    def ioctl(self, operation, argument):
        if operation == 6 and self.power.step():
            self._put(argument * _BLOCK, b"\xff" * _BLOCK)
        return {4: _BLOCKS, 5: _BLOCK}.get(operation, 0)


class LittleFlash:
    """A LittleFS at `root`. `begin(steps)` starts a life whose power goes after so many writes."""

    root = "/cut"

    def __init__(self, path):
        import vfs

        self._vfs = vfs
        self._path = path
        with open(path, "wb") as file:
            for _ in range(_BLOCKS):
                file.write(b"\xff" * _BLOCK)
        vfs.VfsLfs2.mkfs(_Blocks(path, _Power()), progsize=64, readsize=64)

    def begin(self, steps=None):
        self.power = _Power(steps)
        self._vfs.mount(self._vfs.VfsLfs2(_Blocks(self._path, self.power), progsize=64, readsize=64), self.root)

    def end(self):
        """After this life nothing is written by what is left of it."""
        self.power.gone = True
        self._vfs.umount(self.root)


class _Pending:
    """A file on a desk as a LittleFS has it: nothing is there until it is closed, or half of it when the power goes."""

    def __init__(self, file, power):
        self._file = file
        self._power = power
        self._pieces = []

    def write(self, data):
        self._pieces.append(data.encode() if isinstance(data, str) else bytes(data))
        return len(data)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.close()

    def close(self):
        if self._pieces is None or self._power.gone:
            return
        data, self._pieces = b"".join(self._pieces), None
        try:
            self._power.step()
        except PowerCut:
            self._file.write(data[: len(data) // 2])
            self._file.close()
            raise
        self._file.write(data)
        self._file.close()


class FolderFlash:
    """A folder; what the modules under test write goes through `open` and `os` of their own."""

    def __init__(self, root, modules):
        self.root = root
        self._modules = modules

    def begin(self, steps=None):
        self.power = power = _Power(steps)

        def opened(path, mode="r"):
            if "w" not in mode:
                return open(path, mode)
            power.step()
            return _Pending(open(path, "wb"), power)

        for module in self._modules:
            module.open = opened
            module.os = _Os(power)

    def end(self):
        self.power.gone = True
        for module in self._modules:
            del module.open
            module.os = os


class _Os:
    def __init__(self, power):
        self._power = power

    def __getattr__(self, name):
        work = getattr(os, name)
        if name not in ("rename", "remove", "mkdir"):
            return work

        def counted(*arguments):
            self._power.step()
            return work(*arguments)

        return counted
