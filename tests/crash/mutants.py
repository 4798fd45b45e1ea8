"""Journals and lists with one safeguard taken out: the crash tests must catch each of them."""

import contextlib
import struct
from unittest import mock
from zlib import crc32

from offline_store import journal as txj
from offline_store import journal_nor as nor
from offline_store.errors import JournalFull
from offline_store.journal import SECTOR, Journal
from offline_store.journal_nor import NorJournal


class OneLane(Journal):
    def _offset(self, seq):
        return 32768 + seq % self._slots * SECTOR


class NoCarriedCopies(Journal):
    def _commit(self, seq, held, offset, flags):
        super()._commit(seq, 1, offset, flags)


class NoSync(Journal):
    """Tells the user before the medium has synced."""

    def _write_part(self, payload, word):
        sync, self._medium.sync = self._medium.sync, lambda: None
        try:
            return super()._write_part(payload, word)
        finally:
            self._medium.sync = sync


class NoGuard(Journal):
    """Uses the slots of live records when the ring is full."""

    def append(self, payload):
        with contextlib.suppress(JournalFull):
            return super().append(payload)
        return self._write_part(payload[:64], 0x8000 | min(64, len(payload)))


@contextlib.contextmanager
def unchecked_crc(module=txj):
    with mock.patch.object(module, "crc_matches", lambda *arguments: True):
        yield


@contextlib.contextmanager
def superblocks_among_the_slots():
    """The first draft's fault: an acknowledgement in flight can take the page with the newest record."""
    with mock.patch.object(txj, "PAGE", 512), mock.patch.object(txj, "_LANES_AT", 1024):
        yield


class PackedTail:
    """The naive way: frames back to back, the tail sector rewritten in place for each."""

    def __init__(self, medium):
        self._medium = medium
        self.last_seq = self.acknowledged = 0
        self._records = {}
        self._tail = bytearray(SECTOR)
        self._used = self._sector = 0
        sector = bytearray(SECTOR)
        for number in range(256):
            medium.read_into(number * SECTOR % medium.size, sector)
            for place in range(6):
                frame = sector[place * 80 : place * 80 + 80]
                seq, length = struct.unpack_from("<II", frame)
                if seq > self.last_seq and crc32(frame[:76]) == struct.unpack_from("<I", frame, 76)[0]:
                    self._records[seq] = bytes(frame[8 : 8 + length])
                    self.last_seq = seq
                    self._sector, self._used = number, place + 1
                    self._tail[:] = sector

    def append(self, payload):
        if self._used == 6:
            self._sector, self._used, self._tail = self._sector + 1, 0, bytearray(SECTOR)
        if self._sector >= self._medium.size // SECTOR - 1:
            raise JournalFull("full")
        self.last_seq += 1
        frame = struct.pack("<II", self.last_seq, len(payload[:64])) + payload[:64] + bytes(68 - len(payload[:64]))
        frame += struct.pack("<I", crc32(frame))
        self._tail[self._used * 80 : self._used * 80 + 80] = frame
        self._used += 1
        self._medium.write(self._sector * SECTOR, self._tail)
        self._medium.sync()
        self._records[self.last_seq] = payload
        return self.last_seq

    def acknowledge(self, seq):
        pass

    def idle(self):
        pass

    def unacknowledged(self):
        return iter(sorted(self._records.items()))


class TornFrameReused(NorJournal):
    """Programs over a torn frame, and does not read back."""

    def _read_newest(self, newest):
        super()._read_newest(newest)
        if self._next_frame and self._load(newest, self._next_frame - 1) == 0:
            self._next_frame -= 1

    def _program(self, seq, word):
        if self._next_frame >= self._frames:
            self._roll()
        struct.pack_into("<IIIHH", self._out, 0, seq, self.acknowledged, self.epoch, word, 0)
        struct.pack_into("<I", self._out, self._crc_at, crc32(self._out_body))
        self._medium.program(self._offset(self._current, self._next_frame), self._out)
        self._next_frame += 1


class ErasesTheUnacknowledged(NorJournal):
    def __init__(self, medium):
        super().__init__(medium)
        self.capacity = self._sectors * self._frames

    def _disposable(self, sector):
        return True


def unchecked_nor_crc():
    return unchecked_crc(nor)
