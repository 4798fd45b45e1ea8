"""Firmware over the air: a package streams straight into the resting slot; the loader tries it and may go back.

There is no room for a third copy, so the slot itself is the medium. A file of which the slot, or the one that runs, has
the right bytes already is not fetched: that is also how a download goes on after a power cut.
"""

import binascii
import hashlib
import os

from micropython import const

from terminal import boot_image, rom_slots
from terminal.boot_state import BootState
from terminal.more_errors import PackageMalformed, SelfTestFailed

_LENGTH = const(4)
_BLOCK = const(512)
_MOST_WORDS = const(120)
_PATIENCE_MS = const(500)
_DRAFT = "/" + boot_image.PACKAGE + ".new"


class SlotMedium:
    """The slot that rests, as the medium of a firmware payload; written and read from front to back.

    `root` as for BootState, `size`: bytes that a slot may take. PackageMalformed when the manifest is impossible or the
    flash takes no more.
    """

    def __init__(self, root, size):
        self.size = size
        self._root = root
        self._slot = None
        self._head = bytearray()
        self._end = 0  # where the manifest ends and the files begin
        self._entries = self._file = None
        self._path = ""
        self._start = self._stop = 0

    @property
    def running(self):
        """The version in force, 0 on a board that has none."""
        state = BootState(self._root)
        return state.versions.get(state.active, 0)

    def lacks(self, at):
        """(offset, count): so many bytes are to be fetched from there on. Count 0: look again from that offset."""
        if at == 0:
            self._begin()
        if at < _LENGTH:
            return at, _LENGTH - at
        if at < self._end:
            return at, self._end - at
        self._seek(at)
        if at == self._start and self._have():
            return self._stop, 0
        return at, self._stop - at

    def _begin(self):
        """Before a byte of the slot changes: nobody may start it or fall back to it."""
        state = BootState(self._root)
        self._slot = self._root + "/" + state.other()
        self._active = self._root + "/" + state.active if state.active else None
        self._head = bytearray()
        self._end = 0
        self._close()
        self._entries = None
        state.spoil(state.other())
        _remove(self._slot + "/" + boot_image.PACKAGE)

    def write(self, offset, data):
        try:
            if offset < _LENGTH or offset < self._end:
                self._take_manifest(data)
            else:
                self._put(offset, data)
        except OSError as error:
            raise PackageMalformed("the flash takes no more of the firmware (%s)" % error) from None

    def _take_manifest(self, data):
        """The manifest goes to a file at once: parsed as a whole it would take more heap than a gate has to spare."""
        if not self._end:
            self._head.extend(data)
            if len(self._head) == _LENGTH:
                self._end = _LENGTH + int.from_bytes(self._head, "big")
                if not _LENGTH < self._end <= self.size:
                    raise PackageMalformed("firmware manifest of %d bytes" % (self._end - _LENGTH))
                self._file = _create(self._slot + _DRAFT)
                self._file.write(self._head)
            return
        self._file.write(data)
        self._head = None

    def _put(self, offset, data):
        if offset == self._start:
            self._close()
            self._file = _create(self._slot + "/" + self._path)
        self._file.write(data)

    def _seek(self, at):
        """Makes the file that begins or goes on at `at` the present one."""
        if self._entries is None or at < self._start:
            self._close()
            if self._entries is None:
                self._sweep()
            self._entries = boot_image.entries(self._slot + _DRAFT)
            self._stop = self._end
        while at >= self._stop:
            self._close()
            try:
                self._path, size, self._digest = next(self._entries)
            except StopIteration:
                raise PackageMalformed("firmware longer than its manifest says") from None
            self._start, self._stop = self._stop, self._stop + size

    def _have(self):
        """The slot has the present file, or has it now from the slot that runs."""
        target = self._slot + "/" + self._path
        if _digest(target) == self._digest:
            return True
        source = self._active and self._active + "/" + self._path
        if not source or _digest(source) != self._digest:
            return False
        with rom_slots.opened(source, "rb") as old, _create(target) as new:
            for piece in _pieces(old):
                new.write(piece)
        return True

    def _sweep(self):
        """Removes what the slot holds and the new manifest does not name; makes the files without content."""
        named = set()
        for path, size, _ in boot_image.entries(self._slot + _DRAFT):
            named.add(path)
            if not size:
                _create(self._slot + "/" + path).close()
        for path in list(_walk(self._slot, "")):
            if path not in named and "/" + path != _DRAFT:
                _remove(self._slot + "/" + path)

    def read_into(self, offset, view):
        """The payload again, as it lies in the slot."""
        at = 0
        while at < len(view):
            place = offset + at
            if place < self._end:
                path, start, stop = _DRAFT, 0, self._end
            else:
                self._seek(place)
                path, start, stop = "/" + self._path, self._start, self._stop
            count = min(len(view) - at, stop - place)
            if self._file is None:
                self._file = rom_slots.opened(self._slot + path, "rb")
                self._file.seek(place - start)
            if self._file.readinto(view[at : at + count]) != count:
                raise PackageMalformed("%s is shorter than its manifest says" % path)
            at += count
            if place + count == stop:
                self._close()

    def sync(self):
        """What was written is on the flash."""
        self._close()

    def _close(self):
        if self._file is not None:
            self._file.close()
            self._file = None

    def keep(self, header):
        """The payload of `header` is whole: the slot gets its `package` file, by which the loader checks it."""
        path = self._slot + "/" + boot_image.PACKAGE
        with open(path + ".part", "wb") as new, open(self._slot + _DRAFT, "rb") as manifest:
            new.write(boot_image.head_bytes(header))
            for piece in _pieces(manifest):
                new.write(piece)
        os.rename(path + ".part", path)
        _remove(self._slot + _DRAFT)


class Firmware:
    """When a version that lies in its slot is tried: the lane at rest, everything durable, then a start.

    `at_rest()` says whether nobody is at the lane, `restart()` does not return on a board.
    """

    def __init__(self, root, medium, at_rest, restart):
        self._root = root
        self.medium = medium
        self._at_rest = at_rest
        self._restart = restart
        self._offered = False

    def accepted(self, header):
        self.medium.keep(header)

    def activate(self, version):
        """Steps until the loader is told to try `version`. PackageMalformed when the slot does not hold it any more."""
        state = BootState(self._root)
        if version == self.medium.running or (state.failed and state.failed["version"] == version):
            return  # the power went between the trial's offer and the note of it
        if boot_image.version_in(self._root + "/" + state.other()) != version:
            raise PackageMalformed("firmware %d is not in its slot any more" % version)
        while not self._at_rest():
            yield _PATIENCE_MS
        BootState(self._root).offer(state.other(), version)
        self._offered = True

    def saved(self):
        """What was decided is durable: the time to start what was offered."""
        if self._offered:
            self._offered = False
            self._restart()

    def faults(self):
        """["firmware.CODE.VERSION"] when the last trial went back, for the fleet view."""
        failed = BootState(self._root).failed
        return ["firmware.%s.%d" % (SelfTestFailed.code, failed["version"])] if failed else []

    def words(self):
        """The reason in words, as a field of the query: what a URL cannot carry becomes a hyphen."""
        failed = BootState(self._root).failed
        if not failed:
            return ""
        plain = [letter if letter.isalpha() or letter.isdigit() else "-" for letter in failed["why"][:_MOST_WORDS]]
        return "&why=" + "".join([letter if ord(letter) < 128 else "-" for letter in plain])


def _create(path):
    """A new file, and the folders on the way to it; or a piece of the partition."""
    if rom_slots.is_piece(path):
        return rom_slots.opened(path, "wb")
    at = path.find("/", 1)
    while at > 0:
        try:
            os.mkdir(path[:at])
        except OSError:
            pass  # it is there
        at = path.find("/", at + 1)
    return open(path, "wb")


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass  # it was not there


def _pieces(file):
    view = memoryview(bytearray(_BLOCK))
    while True:
        count = file.readinto(view)
        if not count:
            return
        yield view[:count]


def _digest(path):
    """SHA-256 of a file in hex, None when there is none."""
    total = hashlib.sha256()
    try:
        with rom_slots.opened(path, "rb") as file:
            for piece in _pieces(file):
                total.update(piece)
    except OSError:
        return None
    return binascii.hexlify(total.digest()).decode()


def _walk(folder, below):
    """Paths of all files in `folder`, relative to it."""
    try:
        names = os.listdir(folder + "/" + below)
    except OSError:
        return  # no folder: a slot that was never filled, or a file
    for name in names:
        path = below + name
        if os.stat(folder + "/" + path)[0] & 0x4000:
            yield from _walk(folder, path + "/")
        else:
            yield path
