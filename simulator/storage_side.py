"""Host only: the media of the terminal and a plug that is pulled in the middle of a write: the part of simulator.world.World about storage."""

from offline_store.journal import MINIMUM_SIZE, Journal
from offline_store.media import FileMedium
from offline_store.table import Table
from simulator import demo_site
from simulator.errors import HardwareUnknown
from simulator.faults import STORAGE

JOURNAL_SIZE = 4 << 20
_SMALL_JOURNAL = MINIMUM_SIZE


class PlugPulled(BaseException):
    """The power is gone in the middle of a write. No Exception: nothing that a terminal supervises may live on."""


class Scissors:
    """Cuts the power at the `writes`-th write after `arm`."""

    def __init__(self):
        self._left = 0

    def arm(self, writes):
        self._left = writes

    def disarm(self):
        self._left = 0

    def cut(self):
        """Called by a medium at each write: True when it is the one."""
        if not self._left:
            return False
        self._left -= 1
        return not self._left


class CutMedium:
    """`medium`; of the write at which `scissors` cut, the first half is on it and the terminal is gone (PlugPulled)."""

    def __init__(self, medium, scissors):
        self._medium = medium
        self._scissors = scissors
        self.size = medium.size
        self.read_into, self.sync, self.close = medium.read_into, medium.sync, medium.close

    def write(self, offset, data):
        if self._scissors.cut():
            self._medium.write(offset, memoryview(data)[: len(data) // 2])
            raise PlugPulled
        self._medium.write(offset, data)


class StorageSide:
    """Journal and list of the World that it is part of."""

    def cut(self, writes):
        """The plug is pulled in the middle of the `writes`-th write to the journal from now."""
        if self._runtime[1]:
            raise HardwareUnknown("a terminal in another process writes by itself: pull its plug with power off")
        self._did("cut %d" % writes)
        self._scissors.arm(writes)
        self._heard("cut", {"writes": writes})

    # Inside

    def _storage(self):
        """(path, size) of the journal: with the fault, another and tiny one, so that the true one loses nothing."""
        if STORAGE in self._faults.active:
            return self._media_folder / "journal-small.txj", _SMALL_JOURNAL
        return self._media_folder / "journal.txj", JOURNAL_SIZE

    def _far_files(self):
        """What a terminal in another process opens by itself, see simulator.far_gate.FarGate."""
        path, size = self._storage()
        return {"whitelist": str(self._list.absolute()), "journal": str(path.absolute()), "journal_size": size}

    def _open_stores(self):
        path, size = self._storage()
        journal = FileMedium(str(path), size)
        whitelist = FileMedium(str(self._list), readonly=True)
        self._media = [journal, whitelist]
        return Journal(CutMedium(journal, self._scissors)), Table(whitelist, demo_site.LIST_KEY), None

    def _close_media(self):
        for medium in self._media:
            medium.close()
        self._media = []
