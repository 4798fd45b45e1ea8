"""A list that lives on a terminal: two regions, two overlay areas, a manifest; updated without ever being away.

Every update is written and read back beside the list in force, then one manifest slot makes it valid. Whatever goes
wrong raises a named error and leaves the old list in force.
"""

import struct

from micropython import const

from .errors import DeltaError, StoreError, TableError
from .slots import TwoSlots
from .table import DAMAGED, LISTED, NOT_LISTED, Listing, Table
from .table_blocks import BlockReader
from .table_format import (
    FINGERPRINT,
    HEADER_BYTES,
    HEADER_USED,
    OVERLAY,
    geometry,
    pack_header,
    tombstone,
)

_MANIFEST = const("<BBQQ32s")  # active region, overlay area or none, epoch, overlay epoch, root
_NO_OVERLAY = const(255)
_NO_REGION = const(255)
_TARGET_AT = const(2048)  # where an overlay keeps the header of the table it leads to


class ListStore:
    """One whitelist or hotlist, with the reading interface of Table. `table` is None while there is no list: look()
    then answers DAMAGED, for the risk policy.

    `manifest`: medium of two pages; `regions`: two media with room for a table; `overlays`: two smaller ones;
    `verify(digest, algorithm, key_id, signature)` -> bool for roots and deltas, None in development;
    `bitmap_bytes`: RAM that spares most looks into the overlay; `reader`: Table, or MappedTable on a Linux gate.
    """

    def __init__(self, manifest, regions, overlays, list_key, verify=None, bitmap_bytes=8192, reader=Table):
        self._regions = regions
        self._overlays = overlays
        self._list_key = list_key
        self._verify = verify
        self._bitmap_bytes = bitmap_bytes
        self._reader = reader
        self.table = self.overlay = None
        self._spare = None  # a block that no table in force uses
        self._no_list = Listing(1)
        self._no_list.state = DAMAGED
        self.damaged = set()  # blocks of the table that wait for a repair
        self._scrub_next = 0
        empty = struct.pack(_MANIFEST, _NO_REGION, _NO_OVERLAY, 0, 0, bytes(32))
        self._manifest = TwoSlots(manifest, b"WLM1", empty)
        self._active = _NO_REGION
        self._overlay_area = _NO_OVERLAY
        for _, payload in self._manifest.candidates:  # the boot rule: the newest manifest whose list verifies
            if self._open(payload):
                break

    def _open(self, payload):
        region, area, epoch, overlay_epoch, root = struct.unpack(_MANIFEST, payload)
        if region > 1:
            return False
        try:
            table = self._reader(self._regions[region], self._list_key)
            overlay = Table(self._overlays[area], self._list_key) if area != _NO_OVERLAY else None
        except StoreError:
            return False
        if table.epoch != epoch or table.header.root != root or (overlay and overlay.epoch != overlay_epoch):
            return False
        self._adopt(region, table, area, overlay)
        return True

    def _adopt(self, region, table, area, overlay):
        self._active, self.table = region, table
        self._overlay_area, self.overlay = area, overlay
        self._dead = tombstone(table.header.value_bytes)
        self.damaged = set()
        self._scrub_next = 0
        self._bitmap = self._touched(overlay) if overlay else None

    def _touched(self, overlay):
        """One bit for each range of permuted tokens the overlay changes; None when the overlay is damaged."""
        wanted = min(self._bitmap_bytes * 8, 16 * overlay.count)
        if wanted < 8:
            return None
        bits = 3
        while bits < 24 and 2 << bits <= wanted:
            bits += 1
        self._bitmap_shift = 24 - bits
        bitmap = bytearray(1 << (bits - 3))
        try:
            for h, _ in overlay.entries():
                bit = (h[0] << 16 | h[1] << 8 | h[2]) >> self._bitmap_shift
                bitmap[bit >> 3] |= 1 << (bit & 7)
        except TableError:
            return None
        return bitmap

    def _commit(self, region, area, table, overlay):
        payload = struct.pack(_MANIFEST, region, area, table.epoch, overlay.epoch if overlay else 0, table.header.root)
        self._manifest.put(payload)
        self._adopt(region, table, area, overlay)

    def _in_force(self, name, nothing):
        newest = self.overlay or self.table
        return getattr(newest, name) if newest else nothing

    @property
    def epoch(self):
        """The epoch in force, overlay included; 0 without a list."""
        return self._in_force("epoch", 0)

    @property
    def not_before(self):
        return self._in_force("not_before", 0)

    @property
    def not_after(self):
        return self._in_force("not_after", 0)

    @property
    def profiles(self):
        """The profile dictionary in force."""
        return self._in_force("profiles", b"")

    # -- taps

    def look(self, token16):
        """The Listing of a token, the overlay's word first."""
        table = self.table
        if table is None:
            return self._no_list
        h = table.permuted(token16)
        if self.overlay is not None and self._may_be_touched(h):
            listing = self.overlay.look_permuted(h)
            if listing.state != NOT_LISTED:
                if listing.state == LISTED and listing.record == self._dead:
                    self.overlay.forget()
                return listing
        listing = table.look_permuted(h)
        if listing.state == DAMAGED:
            self.damaged.add(listing.block)
        return listing

    def _may_be_touched(self, h):
        bitmap = self._bitmap
        if bitmap is None:
            return True
        bit = (h[0] << 16 | h[1] << 8 | h[2]) >> self._bitmap_shift
        return bitmap[bit >> 3] & 1 << (bit & 7)

    # -- updates

    def install(self, source, floor=0):
        """Takes over a whole table from the medium `source`: a generator, yields (done, total) blocks.

        TableError when it is damaged, unsigned, for another key, or older than `floor` or the list in force.
        """
        new = Table(source, self._list_key, self._spare)
        header = new.header
        _check_epoch(TableError, new.epoch, max(floor, self.epoch + 1 if self.table else floor))
        if header.flags & OVERLAY:
            raise TableError("this is an overlay, not a whole list: fetch the list")
        if self._verify and not self._verify(
            header.root, header.signature_algorithm, header.signature_key_id, header.signature
        ):
            raise TableError("the list's signature does not hold: do not use it, tell the head-end")
        target = 1 - self._active if self.table else 0
        region = self._regions[target]
        if region.size < header.size:
            raise TableError("the region has %d bytes, the list needs %d: enlarge it" % (region.size, header.size))
        from .table_write import clear_header  # these three only while a list changes: a gate has no room for them all

        clear_header(region)
        total = 2 * header.home_blocks + 2
        for number in range(header.home_blocks + 1):
            new.must_load(number)
            region.write(HEADER_BYTES + number * header.block_size, new.block)
            yield number, total
        region.sync()
        # One block for all of it, that of the table before the one in force: a heap in pieces has no room for others.
        token_key, spare, new = new.token_key, new.block, None
        reader = BlockReader(region, header, token_key, spare)
        root = reader.begin_root()
        for number in range(header.home_blocks + 1):
            reader.must_load(number)
            reader.add_to_root(root)
            yield header.home_blocks + 1 + number, total
        if root.digest() != header.root:
            raise TableError("the list's content does not match its root: fetch it again")
        reader = None
        region.write(0, header.raw)
        region.sync()
        self._spare = None if self.table is None else self.table.block
        self._commit(target, _NO_OVERLAY, self._reader(region, self._list_key, spare), None)

    def apply(self, source, floor=0):
        """Takes over the delta on the medium `source`: it is in force on return, as an overlay.

        DeltaError when it does not fit the table in force, is damaged, unsigned or older than what is in force.
        """
        if self.table is None:
            raise DeltaError("there is no list a delta could change: fetch the whole list")
        from .delta import Delta

        delta = Delta(source)
        base = self.table.header
        if delta.list_id != base.list_id or delta.value_bytes != base.value_bytes:
            raise DeltaError("a delta for another list: fetch the right one")
        if delta.from_epoch != base.epoch:
            raise DeltaError(
                "a delta from epoch %d, the table is of epoch %d: fetch the delta for it, or the whole list"
                % (delta.from_epoch, base.epoch)
            )
        # The same overlay may come again: that is how a damaged one is mended.
        _check_epoch(DeltaError, delta.to_epoch, max(floor, self.epoch if self.overlay else self.epoch + 1))
        delta.check(self._verify)
        area = 1 if self._overlay_area == 0 else 0
        self._write_overlay(self._overlays[area], delta)
        overlay = Table(self._overlays[area], self._list_key)
        for number in range(overlay.header.home_blocks + 1):
            overlay.must_load(number)
        self._commit(self._active, area, self.table, overlay)

    def _write_overlay(self, medium, delta):
        base, target = self.table.header, delta.target
        flags = base.flags | OVERLAY
        block_size = min(base.block_size & ~511, 4096) or base.block_size
        shape = geometry(delta.count, base.value_bytes, bool(flags & FINGERPRINT), block_size, min(512, block_size))
        raw = pack_header(
            shape, flags, delta.count, delta.to_epoch, base.list_id, base.key_id, delta.from_epoch,
            (target.not_before, target.not_after), target.profiles,
        )  # fmt: skip
        if medium.size < _overlay_size(shape):
            raise DeltaError(
                "the overlay area has %d bytes, %d changes need %d: fetch the whole list"
                % (medium.size, delta.count, _overlay_size(shape))
            )
        dead = self._dead
        changes = ((h, dead if record is None else record) for h, record in delta.operations())
        medium.write(_TARGET_AT, delta.target_raw)
        from .table_write import write_sorted

        write_sorted(medium, raw, self.table.token_key, changes)

    def merge(self):
        """Turns table and overlay into one table in idle time: a generator, yields (done, total); may be dropped
        and begun again at any point, also after a cut. MergeError leaves table and overlay in force.
        """
        if self.overlay is None:
            return
        target_raw = bytearray(HEADER_USED)
        self._overlays[self._overlay_area].read_into(_TARGET_AT, target_raw)
        region = 1 - self._active
        from .merge import Merge

        yield from Merge(self.table, self.overlay, self._regions[region], target_raw).steps()
        self._commit(region, _NO_OVERLAY, self._reader(self._regions[region], self._list_key), None)

    # -- keeping

    def scrub(self):
        """Checks one more block of the table, about one a second in idle time; its number when it is damaged."""
        if self.table is None:
            return None
        number = self._scrub_next
        header = self.table.header
        self._scrub_next = (number + 1) % (header.home_blocks + 1)
        if self.table.load(number):
            return None
        self.damaged.add(number)
        return number

    def repair(self, number, block):
        """Puts the bytes of a block, fetched by range from the same list, in place of a damaged one."""
        repair(self.table, number, block)
        self.damaged.discard(number)


def repair(table, number, block):
    """Writes block `number` of `table` durably when its tag holds for this place; TableError otherwise."""
    header = table.header
    if len(block) != header.block_size or not 0 <= number <= header.home_blocks:
        raise TableError("block %d of %d bytes: this list has %d blocks of %d bytes" % (
            number, len(block), header.home_blocks + 1, header.block_size,
        ))  # fmt: skip
    table.block[:] = block
    if not table.holds(number):
        raise TableError("these bytes are not block %d of this list: fetch it for epoch %d" % (number, table.epoch))
    table.medium.write(HEADER_BYTES + number * header.block_size, block)
    table.medium.sync()
    table.must_load(number)


def _check_epoch(error, epoch, floor):
    if epoch < floor:
        raise error("epoch %d is below %d, what is in force is newer: nothing was changed" % (epoch, floor))


def _overlay_size(shape):
    return HEADER_BYTES + ((1 << shape[0]) + 1) * shape[3]
