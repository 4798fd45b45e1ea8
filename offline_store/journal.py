"""TXJ1: the transaction journal on files, raw partitions, SD and eMMC (docs/stores.md has the format).

One fresh 512-byte sector per record, alternating between two lanes far apart; each holds the newest record and the
ones before it, so that a lost sector or a lost 16 KB flash page costs nothing. A sector's place follows from its
sequence number, so the newest one is found by binary search.
"""

import os
import struct

from micropython import const

from .checksums import CbcMac, crc_matches, store_crc
from .errors import ForeignMedium, MediumError
from .journal_base import JournalBase

SECTOR = const(512)
PAGE = const(16384)  # what a flash translation layer may lose at once
_LANES_AT = const(32768)  # superblock A and superblock B have a page each
MINIMUM_SIZE = const(65536)

_SUPERBLOCK = const("<4sIIIIII")  # magic, generation, slots, record length, acknowledged, journal id, crc
_SUPERBLOCK_CRC = const(24)
_SUPERBLOCK_MAGIC = const(b"TXJ1")
_SLOT_HEAD = const("<HBBIII")  # magic, version, records, epoch, seq, acknowledged; then the CRC of the sector before
_SLOT_TAIL = const("<III")  # record length, journal id, flags
_SLOT_TAIL_AT = const(20)
_PREVIOUS_CRC_AT = const(16)
_SLOT_MAGIC = const(0x4A54)  # "TJ"
_VERSION = const(1)
_ECHO = const(1)
_RECORDS_AT = const(32)
_SEALED = const(496)  # what the MAC covers
_MAC_AT = const(500)
_CRC_AT = const(508)

_GUARD = const(16)  # slots never used by live records
_TOLERANCE = const(4)  # unreadable neighbours the search looks past: one dead page kills every other one
_PROBES = const(8)
_SAMPLES = const(8)


def _u32(buffer, offset):
    return buffer[offset] | buffer[offset + 1] << 8 | buffer[offset + 2] << 16 | buffer[offset + 3] << 24


class Journal(JournalBase):
    """A TXJ1 journal on `medium`; its geometry follows from the medium's size.

    A blank medium (all 00 or all FF) is formatted; `journal_id` (u32) is random unless given. ForeignMedium when the
    medium holds anything else, or another journal. `mac_key`: 16 bytes for the chain of tags the audit checks.
    """

    def __init__(self, medium, journal_id=None, record_length=64, mac_key=None):
        self._medium = medium
        self.record_length = record_length
        self._per_slot = (_SEALED - _RECORDS_AT) // (record_length + 2) if record_length > 0 else 0
        if self._per_slot < 2:
            raise MediumError("record length %d: 1 to 230 bytes fit twice into a sector" % record_length)
        self._lane_slots = (medium.size - _LANES_AT) // (2 * PAGE) * (PAGE // SECTOR)
        if self._lane_slots <= 0:
            raise MediumError(
                "a journal needs %d bytes at least, the medium has %d: enlarge it" % (MINIMUM_SIZE, medium.size)
            )
        self._slots = 2 * self._lane_slots
        self.capacity = self._slots - _GUARD
        self._make_buffers(mac_key)
        self.journal_id = journal_id
        self.epoch = 1  # counts the openings
        self.last_seq = self.acknowledged = 0
        self._generation = self._held = 0
        self._open()

    @staticmethod
    def format(medium, journal_id=None, record_length=64):
        """Wipes the medium, whatever it holds, and makes an empty journal of it."""
        zeros = bytes(4096)
        for offset in range(0, medium.size - 4095, 4096):
            medium.write(offset, zeros)
        medium.sync()
        return Journal(medium, journal_id, record_length)

    def _make_buffers(self, mac_key):
        self._buffer = bytearray(SECTOR)
        view = memoryview(self._buffer)
        self._body = view[:_CRC_AT]
        self._crc = view[_CRC_AT:]
        self._previous_crc = view[_PREVIOUS_CRC_AT : _PREVIOUS_CRC_AT + 4]
        self._slot = bytearray(SECTOR)
        self._slot_view = memoryview(self._slot)
        self._slot_body = self._slot_view[:_CRC_AT]
        length = self.record_length
        starts = [_RECORDS_AT + i * length for i in range(self._per_slot)]
        self._window = [view[start : start + length] for start in starts]
        self._stored = [self._slot_view[start : start + length] for start in starts]
        self._words_at = _RECORDS_AT + self._per_slot * length
        self._mac = CbcMac(mac_key, view[:_SEALED]) if mac_key else None
        self._slot_mac = CbcMac(mac_key, self._slot_view[:_SEALED]) if mac_key else None
        self._first16 = bytearray(16)  # the MAC's first block: 8 bytes of the MAC before
        self._echoed = True

    # -- places

    def _offset(self, seq):
        return _LANES_AT + ((seq & 1) * self._lane_slots + (seq >> 1) % self._lane_slots) * SECTOR

    def _load_at(self, offset):
        """Reads a sector into the slot buffer; the sequence number it holds, 0 when it is none of ours."""
        slot = self._slot
        self._medium.read_into(offset, slot)
        if slot[0] != 0x54 or slot[1] != 0x4A or slot[2] != _VERSION:
            return 0
        if not crc_matches(self._slot_body, slot, _CRC_AT):
            return 0
        if _u32(slot, 20) != self.record_length or _u32(slot, 24) != self.journal_id:
            return 0
        seq = _u32(slot, 8)
        return seq if self._offset(seq + (slot[28] & _ECHO)) == offset else 0

    def _load(self, seq):
        """Loads the sector that belongs to `seq`: returns seq, seq - 1 when it holds the echo of that one, else 0."""
        found = self._load_at(self._offset(seq))
        return found if found and found + (self._slot[28] & _ECHO) == seq else 0

    # -- opening

    def _open(self):
        acknowledged = self._read_superblocks()
        if acknowledged < 0:
            newest = self._scan()
            if newest == 0:
                self._write_superblock()
                return
        else:
            newest = self._search(acknowledged)
        self._rebuild(newest, max(acknowledged, 0))
        if acknowledged < 0:
            self._write_superblock()

    def _read_superblocks(self):
        """The highest acknowledgement the superblocks know, or -1 when both are unreadable."""
        best = -1
        for side in (0, 1):
            self._medium.read_into(side * PAGE, self._slot)
            magic, generation, slots, record_length, acknowledged, journal_id, _ = struct.unpack_from(
                _SUPERBLOCK, self._slot, 0
            )
            if magic != _SUPERBLOCK_MAGIC:
                continue
            if not crc_matches(self._slot_view[:_SUPERBLOCK_CRC], self._slot, _SUPERBLOCK_CRC):
                continue
            self._check_same(slots, record_length, journal_id)
            self.journal_id = journal_id
            if generation > self._generation:
                self._generation = generation
                best = acknowledged
        return best

    def _check_same(self, slots, record_length, journal_id):
        if slots != self._slots or record_length != self.record_length:
            raise ForeignMedium(
                "a journal of %d slots and %d-byte records lies here, expected %d and %d: open it with its own "
                "settings, or use Journal.format to wipe it" % (slots, record_length, self._slots, self.record_length)
            )
        if self.journal_id is not None and journal_id != self.journal_id:
            raise ForeignMedium(
                "journal %08x lies here, expected %08x: this medium belongs to another terminal; synchronise it "
                "there, or use Journal.format to wipe it" % (journal_id, self.journal_id)
            )

    def _scan(self):
        """Reads every sector because both superblocks are gone. The newest seq, or 0 when the medium is blank."""
        newest = foreign = 0
        blanks = (bytes(SECTOR), b"\xff" * SECTOR)
        for offset in range(_LANES_AT, _LANES_AT + self._slots * SECTOR, SECTOR):
            if self.journal_id is None:
                self._adopt_id(offset)
            if self.journal_id is not None:
                newest = max(newest, self._load_at(offset))
            foreign += self._slot not in blanks
        if newest:
            return newest
        if foreign or not self._blank_head(blanks):
            raise ForeignMedium(
                "the medium is neither blank nor a journal (%d sectors with other content): check that it is the "
                "right one, or use Journal.format to wipe it" % foreign
            )
        if self.journal_id is None:
            self.journal_id = struct.unpack("<I", os.urandom(4))[0]
        return 0

    def _adopt_id(self, offset):
        """Takes the journal id of a sector whose checksum holds."""
        self._medium.read_into(offset, self._slot)
        if _u32(self._slot, 0) & 0xFFFF == _SLOT_MAGIC and crc_matches(self._slot_body, self._slot, _CRC_AT):
            self.journal_id = _u32(self._slot, 24)

    def _blank_head(self, blanks):
        """True when the superblock pages are blank, or hold the torn first superblock of a format that was cut."""
        for offset in range(0, _LANES_AT, SECTOR):
            self._medium.read_into(offset, self._slot)
            if self._slot in blanks:
                continue
            begun = all(self._slot[i] in (0, 255, _SUPERBLOCK_MAGIC[i]) for i in range(4))
            rest = self._slot[_SUPERBLOCK_CRC + 4 :]
            if offset != PAGE or not begun or any(rest) and rest != b"\xff" * len(rest):
                return False
        return True

    def _search(self, low):
        """The newest sequence number, by binary search over [low, low + slots)."""
        for sample in range(_SAMPLES):  # a stale superblock is overtaken by whatever the ring really holds
            place = sample * self._lane_slots // _SAMPLES
            lane = sample & 1
            low = max(low, self._load_at(_LANES_AT + (lane * self._lane_slots + place) * SECTOR))
        high = low + self._slots
        while high - low > 1:
            middle = (low + high) >> 1
            found = self._present(middle, high - 1)
            if found:
                low = found
            else:
                high = middle
        for seq in range(low + 1, low + 1 + _PROBES):
            low = max(low, self._load(seq))
        return low

    def _present(self, seq, top):
        for candidate in range(seq, min(seq + _TOLERANCE, top + 1)):
            found = self._load(candidate)
            if found >= seq:
                return found
        return 0

    def _rebuild(self, newest, acknowledged):
        """State and carried records as they were after record `newest`."""
        if newest and self._cover(newest):
            slot = self._slot
            self.epoch = _u32(slot, 4) + 1
            acknowledged = max(acknowledged, _u32(slot, 12))
            self._buffer[_MAC_AT:] = self._slot_view[_MAC_AT:]
        # A newest record that was acknowledged and then rotted away: its number is not given out again.
        self.last_seq = max(newest, acknowledged)
        self.acknowledged = acknowledged
        self._held = 0
        if self.last_seq > newest:
            return
        for seq in range(newest, max(0, newest - self._per_slot), -1):
            if not self._cover(seq):
                break
            position = seq % self._per_slot
            self._window[position][:] = self._stored[position]
            words_at = self._words_at + 2 * position
            self._buffer[words_at] = self._slot[words_at]
            self._buffer[words_at + 1] = self._slot[words_at + 1]
            self._held += 1
        self._echoed = self._held == 0

    # -- writing

    def _write_superblock(self):
        self._generation += 1
        sector = bytearray(SECTOR)
        struct.pack_into(
            _SUPERBLOCK, sector, 0, _SUPERBLOCK_MAGIC, self._generation, self._slots, self.record_length,
            self.acknowledged, self.journal_id, 0,
        )  # fmt: skip
        store_crc(memoryview(sector)[:_SUPERBLOCK_CRC], sector, _SUPERBLOCK_CRC)
        self._medium.write((self._generation & 1) * PAGE, sector)
        self._medium.sync()

    _persist_acknowledged = _write_superblock

    def _write_part(self, payload, word):
        seq = self.last_seq + 1
        position = seq % self._per_slot
        window = self._window[position]
        length = len(payload)
        if length == self.record_length:
            window[:] = payload
        else:
            for i in range(self.record_length):
                window[i] = payload[i] if i < length else 0
        words_at = self._words_at + 2 * position
        self._buffer[words_at] = word & 255
        self._buffer[words_at + 1] = word >> 8
        held = min(self._held + 1, self._per_slot)
        self._commit(seq, held, self._offset(seq), 0)
        self._held = held
        self.last_seq = seq
        self._echoed = False
        return seq

    def _commit(self, seq, held, offset, flags):
        buffer = self._buffer
        self._previous_crc[:] = self._crc  # the buffer still ends with the MAC and CRC of the sector before
        struct.pack_into(
            _SLOT_HEAD, buffer, 0, _SLOT_MAGIC, _VERSION, held, self.epoch, seq, self.acknowledged,
        )  # fmt: skip
        struct.pack_into(_SLOT_TAIL, buffer, _SLOT_TAIL_AT, self.record_length, self.journal_id, flags)
        if self._mac is not None:
            first16 = self._first16
            for i in range(8):
                first16[i] = buffer[_MAC_AT + i]
            tag = self._mac.tag(first16)
            for i in range(8):
                buffer[_MAC_AT + i] = tag[i]
        store_crc(self._body, buffer, _CRC_AT)
        self._medium.write(offset, buffer)
        self._medium.sync()

    def echo(self):
        """Commits the newest record once more, into the other lane; call it about 1 s after the last tap.

        True when there was something to do. Until then the newest record has one copy only.
        """
        if self._echoed:
            return False
        tail = self._buffer[_MAC_AT:]
        self._commit(self.last_seq, self._held, self._offset(self.last_seq + 1), _ECHO)
        self._buffer[_MAC_AT:] = tail  # the chain goes on from the record: the echo will be overwritten
        self._echoed = True
        return True

    def idle(self):
        """What a journal does when nobody waits: here the echo. True when it did something."""
        return self.echo()

    # -- reading

    def _cover(self, seq):
        """Loads a sector that carries record `seq`: its own, its echo's or one of those after it."""
        for candidate in range(seq, seq + self._per_slot + 1):
            found = self._load(candidate)
            if found >= seq and found - self._slot[3] < seq:
                return True
        return False

    def _stored_part(self, seq):
        position = seq % self._per_slot
        words_at = self._words_at + 2 * position
        word = self._slot[words_at] | self._slot[words_at + 1] << 8
        return word, bytes(self._stored[position][: word & 0x3FFF])

    def _part(self, seq):
        return self._stored_part(seq) if self._cover(seq) else None

    def _parts(self, seq):
        while seq <= self.last_seq:
            last = min(seq + self._per_slot - 1, self.last_seq)
            if self._load(last) == last and last - self._slot[3] < seq:
                yield from [(s,) + self._stored_part(s) for s in range(seq, last + 1)]
                seq = last + 1
                continue
            found = self._part(seq)
            if found is not None:
                yield (seq,) + found
            seq += 1

    # -- audit

    def chain_breaks(self):
        """Numbers of the readable records whose tag does not follow from the tag before: needs the MAC key.

        A record after an unreadable one, and the first one that is still there, cannot be checked.
        """
        breaks = []
        first16 = bytearray(16)
        known = 0
        for seq in range(max(1, self.last_seq - self._slots + 1), self.last_seq + 1):
            if self._load(seq) != seq:
                continue
            follows = self._slot_mac.tag(first16)[:8] == self._slot_view[_MAC_AT:_CRC_AT]
            if known == seq - 1 and not follows:
                breaks.append(seq)
            first16[:8] = self._slot_view[_MAC_AT:_CRC_AT]
            known = seq
        return breaks
