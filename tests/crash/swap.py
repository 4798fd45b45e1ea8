"""A list's update under power cuts: install, delta, merge, manifest, on one card with a write cache."""

import hashlib
import random
import tempfile
from unittest import mock

from offline_store import merge
from offline_store.errors import StoreError
from offline_store.lists import ListStore
from offline_store.media import FileMedium, RamMedium, SliceMedium
from offline_store.media_faults import PAGE, PowerCutMedium, crash_images
from offline_store.slots import TwoSlots
from offline_store.table import LISTED, Table
from offline_store.table_build import build
from offline_store.table_diff import diff
from tests.crash.result import Result

KEY = bytes(range(16))
COUNT = 260
_LAYOUT = (2, 2, 2, 1, 1)  # pages: manifest, two regions, two overlay areas


def token(number):
    return hashlib.sha256(b"%d" % number).digest()[:16]


def lists(folder):
    """(table bytes by epoch, delta bytes from 1 to 2, {epoch: {token: record}})."""
    listed = {token(n): bytes([n & 127, 0, 1]) for n in range(COUNT)}
    tables, contents = {}, {}
    base = None
    for epoch in (1, 2, 3):
        if epoch > 1:
            for number in range(epoch * 7, epoch * 7 + 12):
                listed[token(number)] = bytes([number, 1, epoch])
            listed.pop(token(epoch))
            listed[token(COUNT + epoch)] = bytes([9, 9, epoch])
        path = "%s/%d" % (folder, epoch)
        build(listed.items(), path, KEY, epoch=epoch, base=base, block_size=512, align=512)
        base = base or Table(FileMedium(path), KEY)
        tables[epoch], contents[epoch] = _bytes_of(path), dict(listed)
    diff(base, Table(FileMedium("%s/2" % folder), KEY), "%s/delta" % folder)
    return tables, _bytes_of("%s/delta" % folder), contents


def _bytes_of(path):
    with open(path, "rb") as file:
        return file.read()


class Card:
    """The media of one list on one card."""

    def __init__(self, content=None):
        self.medium = PowerCutMedium(content if content is not None else bytes(sum(_LAYOUT) * PAGE))
        parts, at = [], 0
        for pages in _LAYOUT:
            parts.append(SliceMedium(self.medium, at * PAGE, pages * PAGE))
            at += pages
        self.manifest, self.regions, self.overlays = parts[0], parts[1:3], parts[3:5]

    def boot(self, kind=ListStore):
        return kind(self.manifest, self.regions, self.overlays, KEY)


def violation_of(store, contents, epochs):
    if store.epoch not in epochs:
        return "no list" if store.table is None else "wrong epoch"
    listed = contents[store.epoch]
    for number in range(0, COUNT + 5, 3):
        listing = store.look(token(number))
        record = listed.get(token(number))
        if (listing.state == LISTED) != (record is not None) or record and bytes(listing.record) != record:
            return "wrong answer"
    return None


def run(name, seed, rounds=1, kind=ListStore, sample=1.0):
    """Each of install, apply, merge, from a card at rest, cut at each of its syncs in every way (or in a
    random `sample` of them), then done again."""
    rng = random.Random(seed)
    result = Result(name, seed)
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(merge, "_EVERY", 4):
        tables, delta, contents = lists(folder)
        steps = (
            ("install", 0, 1, lambda store: list(store.install(RamMedium(tables[1])))),
            ("delta", 1, 2, lambda store: store.apply(RamMedium(delta))),
            ("merge", 2, 2, lambda store: list(store.merge())),
            ("install", 2, 3, lambda store: list(store.install(RamMedium(tables[3])))),
        )
        for _ in range(rounds):
            card = Card()
            card.boot(kind)
            for step, before, after, update in steps:
                card.medium.cuts = []
                update(card.boot(kind))
                if card.medium.pending:
                    card.medium.cuts.append((bytes(card.medium.data), card.medium.pending))
                cuts, card.medium.cuts = card.medium.cuts, None
                for durable, pending in cuts:
                    for fault, image in crash_images(durable, pending, rng):
                        if rng.random() > sample:
                            continue
                        result.faults["%s in %s" % (fault, step)] += 1
                        violation = _recover(image, kind, contents, before, after, update)
                        if violation:
                            result.violations["%s in %s" % (violation, step)] += 1
                card.medium.sync()
    return result


def _recover(image, kind, contents, before, after, update):
    card = Card(image)
    try:
        store = card.boot(kind)
        if before or store.table:
            violation = violation_of(store, contents, (before, after))
            if violation:
                return violation
        if store.epoch != after or store.overlay:
            update(store)
        return violation_of(card.boot(kind), contents, (after,))
    except StoreError as error:
        return "refused: " + type(error).__name__


# -- mutants


class InPlace(ListStore):
    """Writes into the region in force."""

    def install(self, source, floor=0):
        if self.table:
            self._regions = (self._regions[1], self._regions[0])
        return super().install(source, floor)


class OneSlot(ListStore):
    """A manifest with a single slot."""

    def _commit(self, *arguments):
        with mock.patch.object(TwoSlots, "put", _put_in_slot_0):
            super()._commit(*arguments)


def _put_in_slot_0(slots, payload):
    if slots.generation & 1:
        slots.generation += 1
    slots.generation -= 1
    _PUT(slots, payload)
    slots._medium.write(slots._half, bytes(slots._half))
    slots._medium.sync()


_PUT = TwoSlots.put


class NoSync(ListStore):
    """Tells the manifest before the table is durable: the syncs of the regions do nothing."""

    def __init__(self, manifest, regions, overlays, list_key):
        regions, overlays = ([_Unsynced(medium) for medium in media] for media in (regions, overlays))
        super().__init__(manifest, regions, overlays, list_key)


class _Unsynced:
    def __init__(self, medium):
        self.size, self.read_into, self.write, self.close = medium.size, medium.read_into, medium.write, medium.close

    def sync(self):
        pass
