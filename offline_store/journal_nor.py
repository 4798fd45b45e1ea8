"""TXJ1/N: the transaction journal on raw NOR flash (docs/stores.md has the format).

A ring of sectors: a header frame, then one frame per record, several to a page and never across. A frame is
programmed, read back and compared before the record counts; a torn one is skipped, never reused. A sector is erased
only when the head-end holds all of it, and ahead of need, so that no tap waits for an erase.
"""

import os
import struct
from array import array

from micropython import const

from .checksums import crc_matches, store_crc
from .errors import ForeignMedium, JournalFull, MediumError
from .journal_base import JournalBase

_HEADER = "<4sIIIIH"  # magic, sector number in time, first seq, epoch, journal id, record length; then crc
_HEADER_CRC = const(22)
_HEADER_BYTES = const(26)
_MAGIC = b"NJ1\0"
_FRAME = "<IIIHH"  # seq, acknowledged, epoch, part word, 0; then payload and crc
_PAYLOAD_AT = const(16)
_NOTE = const(0)  # the part word of a frame that only carries an acknowledgement
_BLANK = const(-1)
_TORN = const(0)
_NEVER = const(0)  # first seq of a sector without a header


class NorJournal(JournalBase):
    """A TXJ1/N journal on a NOR medium (`program`, `erase`): the same interface as Journal.

    A blank chip is taken into use; ForeignMedium when it holds something else or another journal.
    """

    def __init__(self, medium, journal_id=None, record_length=64):
        self._medium = medium
        self.record_length = record_length
        self.journal_id = journal_id
        frame = _PAYLOAD_AT + record_length + 4
        self._frames_per_page = medium.page_bytes // frame
        self._sectors = medium.size // medium.sector_bytes
        if record_length < 10 or not self._frames_per_page or self._sectors < 3:
            raise MediumError(
                "a NOR journal needs 3 sectors and records of 10 to %d bytes, not %d sectors and %d bytes"
                % (medium.page_bytes - _PAYLOAD_AT - 4, self._sectors, record_length)
            )
        self._frames = medium.sector_bytes // medium.page_bytes * self._frames_per_page - 1
        self.capacity = (self._sectors - 2) * self._frames
        self._out = bytearray(frame)
        out = memoryview(self._out)
        self._out_body, self._out_payload = out[:-4], out[_PAYLOAD_AT:-4]
        self._in = bytearray(frame)
        view = memoryview(self._in)
        self._in_body, self._in_payload = view[:-4], view[_PAYLOAD_AT:-4]
        self._in_header = view[:_HEADER_CRC]
        self._blank = b"\xff" * frame
        self._crc_at = frame - 4
        self.skipped = 0  # frames that did not read back as programmed
        self._recover()

    @staticmethod
    def format(medium, journal_id=None, record_length=64):
        """Erases the chip, whatever it holds, and makes an empty journal of it."""
        for sector in range(medium.size // medium.sector_bytes):
            medium.erase(sector)
        return NorJournal(medium, journal_id, record_length)

    # -- places

    def _offset(self, sector, frame):
        place = frame + 1  # place 0 is the header's
        page = place // self._frames_per_page
        return (
            sector * self._medium.sector_bytes
            + page * self._medium.page_bytes
            + place % self._frames_per_page * len(self._in)
        )

    def _load_header(self, sector):
        """(number in time, first seq, epoch, journal id, record length) of a sector, or None."""
        self._medium.read_into(sector * self._medium.sector_bytes, self._in)
        magic, number, first, epoch, journal_id, length = struct.unpack_from(_HEADER, self._in, 0)
        if magic != _MAGIC or not crc_matches(self._in_header, self._in, _HEADER_CRC):
            return None
        return number, first, epoch, journal_id, length

    def _load(self, sector, frame):
        """The seq of a frame, loaded into the buffer; _BLANK or _TORN."""
        self._medium.read_into(self._offset(sector, frame), self._in)
        if self._in == self._blank:
            return _BLANK
        if not crc_matches(self._in_body, self._in, self._crc_at):
            return _TORN
        return struct.unpack_from("<I", self._in, 0)[0]

    # -- opening

    def _recover(self):
        self.last_seq = self.acknowledged = 0
        self.epoch = 1
        self._ready = False  # the next sector is erased
        self._firsts = array("I", bytes(4 * self._sectors))
        newest = None
        numbers = array("I", bytes(4 * self._sectors))
        for sector in range(self._sectors):
            header = self._load_header(sector)
            if header is None:
                continue
            self._check_same(header)
            numbers[sector] = header[0]
            self._firsts[sector] = header[1]
            if newest is None or header[0] > numbers[newest]:
                newest = sector
        if newest is None:
            self._begin()
            return
        self._current = newest
        self._number = numbers[newest]
        for sector in range(self._sectors):  # a sector that is out of turn is the rest of a torn erase
            if numbers[sector] != self._number - (newest - sector) % self._sectors:
                self._firsts[sector] = _NEVER
        self._read_newest(newest)

    def _read_newest(self, newest):
        self.last_seq = self._firsts[newest] - 1
        self._next_frame = 0
        for frame in range(self._frames):
            seq = self._load(newest, frame)
            if seq != _BLANK:
                self._next_frame = frame + 1
            if seq > 0:
                self.last_seq = seq
                self._take_state()
        before = (newest - 1) % self._sectors
        if self.acknowledged == 0 and self._firsts[before]:  # nothing in the newest sector yet
            for frame in range(self._frames):
                if self._load(before, frame) > 0:
                    self._take_state()
        oldest = min([first for first in self._firsts if first])
        self.acknowledged = max(self.acknowledged, oldest - 1)

    def _take_state(self):
        _, acknowledged, epoch, _, _ = struct.unpack_from(_FRAME, self._in, 0)
        self.acknowledged = max(self.acknowledged, acknowledged)
        self.epoch = max(self.epoch, epoch + 1)

    def _check_same(self, header):
        _, _, _, journal_id, length = header
        if self.journal_id is None:
            self.journal_id = journal_id
        if journal_id != self.journal_id or length != self.record_length:
            raise ForeignMedium(
                "journal %08x with %d-byte records lies here, expected %08x with %d: synchronise it with its own "
                "settings, or use NorJournal.format to wipe it"
                % (journal_id, length, self.journal_id, self.record_length)
            )

    def _begin(self):
        """A chip without any sector of ours: blank, or cut in its very first program."""
        piece = bytearray(self._medium.page_bytes)
        foreign = 0
        for offset in range(0, self._medium.size, len(piece)):
            self._medium.read_into(offset, piece)
            start = _HEADER_BYTES if offset == 0 else 0
            used = set(piece[start:])
            foreign += len(used) > 1 or not used <= {0, 255}
        if foreign:
            raise ForeignMedium(
                "the chip is neither blank nor a journal (%d pages with other content): check that it is the right "
                "one, or use NorJournal.format to wipe it" % foreign
            )
        if self.journal_id is None:
            self.journal_id = struct.unpack("<I", os.urandom(4))[0]
        self._current = self._sectors - 1
        self._number = 0
        self._next_frame = self._frames

    # -- writing

    def idle(self):
        """Erases the next sector when that may be done; call it when nobody waits. True when it did."""
        return not self._ready and self._prepare() and self._erased_now

    def _prepare(self):
        """Makes the next sector blank; False while it holds what the head-end does not have."""
        self._erased_now = False
        if self._ready:
            return True
        sector = (self._current + 1) % self._sectors
        if not self._disposable(sector):
            return False
        self._firsts[sector] = _NEVER
        if not self._is_erased(sector):
            self._medium.erase(sector)
            self._erased_now = True
        self._ready = True
        return True

    def _disposable(self, sector):
        if self._firsts[sector] == _NEVER:
            return True
        for step in range(1, self._sectors):
            after = self._firsts[(sector + step) % self._sectors]
            if after:
                return after - 1 <= self.acknowledged
        return self.last_seq <= self.acknowledged

    def _is_erased(self, sector):
        for offset in range(0, self._medium.sector_bytes, len(self._in)):
            piece = memoryview(self._in)[: min(len(self._in), self._medium.sector_bytes - offset)]
            self._medium.read_into(sector * self._medium.sector_bytes + offset, piece)
            if piece != self._blank[: len(piece)]:
                return False
        return True

    def _roll(self):
        """Begins the next sector."""
        if not self._prepare():
            raise JournalFull("%d records wait for the head-end and no sector is free: synchronise first" % self.queued)
        sector = (self._current + 1) % self._sectors
        header = bytearray(_HEADER_BYTES)
        struct.pack_into(
            _HEADER, header, 0, _MAGIC, self._number + 1, self.last_seq + 1, self.epoch, self.journal_id,
            self.record_length,
        )  # fmt: skip
        store_crc(memoryview(header)[:_HEADER_CRC], header, _HEADER_CRC)
        self._medium.program(sector * self._medium.sector_bytes, header)
        self._ready = False
        if self._load_header(sector) is None:  # it will be erased and tried again
            raise MediumError("sector %d does not keep what is programmed: the chip is worn" % sector)
        self._current = sector
        self._number += 1
        self._next_frame = 0
        self._firsts[sector] = self.last_seq + 1

    def _write_part(self, payload, word):
        length = len(payload)
        out = self._out_payload
        if length == self.record_length:
            out[:] = payload
        else:
            for i in range(self.record_length):
                out[i] = payload[i] if i < length else 0
        seq = self.last_seq + 1
        self._program(seq, word)
        self.last_seq = seq
        return seq

    def _program(self, seq, word):
        struct.pack_into(_FRAME, self._out, 0, seq, self.acknowledged, self.epoch, word, 0)
        store_crc(self._out_body, self._out, self._crc_at)
        while True:
            if self._next_frame >= self._frames:
                self._roll()
            offset = self._offset(self._current, self._next_frame)
            self._next_frame += 1
            self._medium.program(offset, self._out)
            self._medium.read_into(offset, self._in)
            if self._in == self._out:
                return
            self.skipped += 1

    def _persist_acknowledged(self):
        """A note frame, when a sector stays free behind it: else the next record carries it."""
        if not self._prepare():
            return
        for i in range(self.record_length):
            self._out_payload[i] = 0
        self._program(self.last_seq, _NOTE)

    # -- reading

    def _parts(self, seq):
        before = seq - 1
        current = self._current  # appends may begin a new sector meanwhile
        for step in range(1, self._sectors + 1):
            sector = (current + step) % self._sectors
            if self._firsts[sector] == _NEVER or self._ends_before(sector, seq):
                continue
            for frame in range(self._frames):
                found = self._load(sector, frame)
                if found == _BLANK:
                    break
                if found > before:
                    word = struct.unpack_from("<H", self._in, 12)[0]
                    if word != _NOTE:
                        before = found
                        yield found, word, bytes(self._in_payload[: word & 0x3FFF])

    def _ends_before(self, sector, seq):
        """True when the sector after this one begins at `seq` or before: nothing wanted lies here."""
        if sector == self._current:
            return False
        after = self._firsts[(sector + 1) % self._sectors]
        return 0 < after <= seq

    def _part(self, seq):
        for found, word, data in self._parts(seq):
            if found == seq:
                return word, data
            break
        return None
