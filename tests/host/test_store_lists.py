"""A list on a terminal: installed, changed by deltas, merged bit by bit, repaired; bad updates leave the old in force."""

import hashlib
import random

import pytest

from offline_store.delta import Delta, pack_delta
from offline_store.errors import DeltaError, ForeignMedium, MergeError, TableError
from offline_store.lists import ListStore
from offline_store.media import FileMedium, RamMedium
from offline_store.table import DAMAGED, LISTED, NOT_LISTED, Table
from offline_store.table_build import build
from offline_store.table_diff import diff
from offline_store.table_host import MappedTable
from terminal import lists

KEY = bytes(range(16))
REGION = 1 << 19
COUNT = 9000


def token(number):
    return hashlib.sha256(b"%d" % number).digest()[:16]


def record(number, version=0):
    return bytes([number & 127, number >> 8 & 255, version])


class Terminal:
    """The media of one terminal; `boot()` is what happens after the plug was pulled."""

    def __init__(self, overlay=1 << 17, **options):
        self.manifest = RamMedium(8192)
        self.regions = (RamMedium(REGION), RamMedium(REGION))
        self.overlays = (RamMedium(overlay), RamMedium(overlay))
        self.options = options

    def boot(self):
        return ListStore(self.manifest, self.regions, self.overlays, KEY, **self.options)


@pytest.fixture(scope="module")
def epochs(tmp_path_factory):
    """Tables of epochs 1 to 3 and the deltas from 1 to 2 and to 3, with the listed tokens of each."""
    folder = tmp_path_factory.mktemp("lists")
    listed = {token(n): record(n) for n in range(COUNT)}
    made = {}
    rng = random.Random(1)
    base = None
    for epoch in (1, 2, 3):
        if epoch > 1:
            numbers = rng.sample(range(COUNT), 300)
            for number in numbers[:180]:
                listed[token(number)] = record(number, epoch)
            for number in numbers[180:240]:
                listed.pop(token(number), None)
            for number in range(COUNT * epoch, COUNT * epoch + 60):
                listed[token(number)] = record(number, epoch)
        path = folder / ("epoch%d" % epoch)
        build(listed.items(), path, KEY, epoch=epoch, base=base, profiles=b"abcd", not_after=99)
        made[epoch] = path, dict(listed)
        if base is None:
            base = Table(FileMedium(path), KEY)
        else:
            diff(base, Table(FileMedium(path), KEY), folder / ("delta%d" % epoch))
    return made, folder


def installed(epochs, **options):
    terminal = Terminal(**options)
    store = terminal.boot()
    assert store.look(token(1)).state == DAMAGED and (store.epoch, store.profiles) == (0, b"")
    for done, total in store.install(FileMedium(epochs[0][1][0])):
        assert 0 <= done <= total
    return terminal, store


def assert_is(store, listed, step=5):
    for number in (
        list(range(0, COUNT, step)) + list(range(2 * COUNT, 2 * COUNT + 80)) + list(range(3 * COUNT, 3 * COUNT + 80))
    ):
        listing = store.look(token(number))
        expected = listed.get(token(number))
        assert listing.state == (LISTED if expected else NOT_LISTED), number
        assert bytes(listing.record) == (expected or bytes(3))


def test_install_delta_merge(epochs):
    made, folder = epochs
    terminal, store = installed(epochs)
    assert_is(store, made[1][1])
    store.apply(FileMedium(folder / "delta2"))
    assert (store.epoch, store.table.epoch) == (2, 1)
    assert_is(store, made[2][1])
    assert_is(terminal.boot(), made[2][1])
    store.apply(FileMedium(folder / "delta3"))  # cumulative: it takes the place of the one before
    store = terminal.boot()
    assert_is(store, made[3][1])
    for _ in store.merge():
        assert store.epoch == 3
        assert_is(store, made[3][1], 911)  # taps go on meanwhile
    assert store.overlay is None and store.table.epoch == 3
    assert_is(store, made[3][1])
    assert_is(terminal.boot(), made[3][1])
    server = made[3][0].read_bytes()
    assert bytes(terminal.regions[1]._data[: len(server)]) == server


def test_a_gate_with_mapped_tables(epochs, tmp_path):
    made, folder = epochs
    terminal = Terminal(reader=MappedTable)
    terminal.regions = [FileMedium(tmp_path / name, REGION) for name in "ab"]
    store = terminal.boot()
    list(store.install(FileMedium(made[1][0])))
    for _ in range(2):
        assert isinstance(store.table, MappedTable)
        assert_is(store, made[1][1])
        store = terminal.boot()
    store.apply(FileMedium(folder / "delta3"))
    for _ in store.merge():
        assert_is(store, made[3][1], 911)
    assert store.overlay is None
    assert_is(terminal.boot(), made[3][1])


def test_a_merge_goes_on_where_it_was_cut(epochs, monkeypatch):
    made, folder = epochs
    monkeypatch.setattr("offline_store.merge._EVERY", 4)
    server = made[3][0].read_bytes()
    resumed = 0
    for cut in range(1, 130, 13):
        terminal, store = installed(epochs)
        store.apply(FileMedium(folder / "delta3"))
        steps = store.merge()
        for _ in range(cut):
            next(steps)
        store = terminal.boot()
        assert_is(store, made[3][1])
        first = next(store.merge())[0]
        resumed += first > 1
        list(store.merge())
        assert terminal.boot().table.epoch == 3
        assert bytes(terminal.regions[1]._data[: len(server)]) == server
    assert resumed > 5


def test_the_bitmap_spares_looks_into_the_overlay(epochs):
    made, folder = epochs
    for bitmap_bytes, most in ((8192, 1200), (0, 9999)):
        terminal, store = installed(epochs, bitmap_bytes=bitmap_bytes)
        store.apply(FileMedium(folder / "delta2"))
        store.overlay.reads = 0
        assert_is(store, made[2][1])
        assert 0 < store.overlay.reads <= most


def test_bad_deltas_leave_the_old_list_in_force(epochs):
    made, folder = epochs
    good = (folder / "delta2").read_bytes()
    delta = Delta(RamMedium(good))
    unsorted = list(delta.operations())
    unsorted[3], unsorted[4] = unsorted[4], unsorted[3]
    other_list = bytearray(good)
    other_list[8] ^= 1
    late = len(good) - 5
    terminal, store = installed(epochs)
    for bad, text in (
        (good[:-1], "truncated"),
        (good[:90], "truncated"),
        (b"WLT1" + good[4:], "wrong file"),
        (bytes(other_list), "contradicts"),
        (good[:60] + b"\xee" + good[61:], "damaged"),
        (good[:late] + bytes([good[late] ^ 1]) + good[late + 1 :], "digest"),
        (pack_delta(delta.target, 1, unsorted), "sorted"),
        (pack_delta(delta.target, 7, []), "from epoch 7"),
    ):
        with pytest.raises(DeltaError, match=text):
            store.apply(RamMedium(bad))
        assert_is(store, made[1][1])
        assert_is(terminal.boot(), made[1][1])
    with pytest.raises(DeltaError, match="epoch 2 is below 5"):
        store.apply(RamMedium(good), floor=5)
    with pytest.raises(DeltaError, match="no list"):
        Terminal().boot().apply(RamMedium(good))
    with pytest.raises(DeltaError, match="overlay area"):
        installed(epochs, overlay=8192)[1].apply(RamMedium(good))
    store.apply(RamMedium((folder / "delta3").read_bytes()))
    with pytest.raises(DeltaError, match="in force is newer"):
        store.apply(RamMedium(good))
    with pytest.raises(DeltaError, match="reserved"):
        pack_delta(delta.target, 1, [(bytes(16), b"\xff\xff\xff")])


def test_bad_lists_leave_the_old_list_in_force(epochs, tmp_path):
    made, folder = epochs
    terminal, store = installed(epochs)
    newer = made[2][0].read_bytes()
    broken = bytearray(newer)
    broken[9000] ^= 1
    build([], tmp_path / "other", bytes(16), epoch=9)
    for bad, text, floor in (
        (newer[:5000], "truncated", 0),
        (bytes(broken), "damaged", 0),
        ((tmp_path / "other").read_bytes(), "another list key", 0),
        (made[1][0].read_bytes(), "epoch 1 is below 2", 0),
        (newer, "epoch 2 is below 3", 3),
    ):
        with pytest.raises(TableError, match=text):
            list(store.install(RamMedium(bad), floor))
        assert_is(store, made[1][1])
        assert_is(terminal.boot(), made[1][1])
    with pytest.raises(ForeignMedium):
        terminal.manifest.write(0, b"\x55" * 8192)
        terminal.boot()


def test_signatures_are_asked_for(epochs):
    made, folder = epochs
    asked = []

    def verify(digest, algorithm, key_id, signature):
        asked.append((len(digest), algorithm, len(key_id), len(signature)))
        return len(asked) != 2

    terminal, store = installed(epochs, verify=verify)
    with pytest.raises(DeltaError, match="signature"):
        store.apply(FileMedium(folder / "delta2"))
    store.apply(FileMedium(folder / "delta2"))
    assert asked == [(32, 0, 8, 64)] * 3 and store.epoch == 2


def test_no_room_for_a_merge(epochs, tmp_path):
    made, folder = epochs
    terminal, store = installed(epochs)
    store.apply(FileMedium(folder / "delta2"))
    terminal.regions = (terminal.regions[0], RamMedium(REGION // 8))
    store = terminal.boot()
    with pytest.raises(MergeError, match="inactive region"):
        list(store.merge())
    assert_is(store, made[2][1])
    base = Table(FileMedium(made[1][0]), KEY)
    crowd = [(token(n), record(n)) for n in range(2 * COUNT)]
    with pytest.raises(MergeError, match="more room"):
        build(crowd, tmp_path / "t", KEY, epoch=2, base=base)


def test_a_damaged_base_is_not_merged(epochs):
    """Neither where the overlay changes something nor where blocks are only copied; repaired, it is."""
    made, folder = epochs
    good = made[1][0].read_bytes()
    seen = set()
    for number in range(0, 60, 7):
        terminal, store = installed(epochs)
        store.apply(FileMedium(folder / "delta2"))
        size = store.table.header.block_size
        at = 4096 + number * size
        terminal.regions[0].write(at + 40, b"damage")
        with pytest.raises((TableError, MergeError)) as error:
            list(store.merge())
        seen.add(error.type)
        store = terminal.boot()
        assert (store.epoch, store.table.epoch) == (2, 1)
        store.repair(number, good[at : at + size])
        list(store.merge())
        assert_is(terminal.boot(), made[2][1])
    assert TableError in seen


def test_scrub_and_repair(epochs):
    made, _ = epochs
    terminal, store = installed(epochs)
    size = store.table.header.block_size
    blocks = store.table.header.home_blocks + 1
    good = made[1][0].read_bytes()
    for number in (0, 7):
        terminal.regions[0].write(4096 + number * size + 60, b"damage")
    assert [n for n in (store.scrub() for _ in range(blocks)) if n is not None] == [0, 7] == sorted(store.damaged)
    states = {store.look(t).state for t in made[1][1]}
    assert states == {LISTED, DAMAGED}
    with pytest.raises(TableError, match="not block 7"):
        store.repair(7, good[4096 : 4096 + size])
    with pytest.raises(TableError, match="blocks of"):
        store.repair(7, b"short")
    for number in (0, 7):
        store.repair(number, good[4096 + number * size : 4096 + (number + 1) * size])
    assert not store.damaged and {store.look(t).state for t in made[1][1]} == {LISTED}
    assert bytes(terminal.regions[0]._data[: len(good)]) == good


def test_a_damaged_overlay_is_never_silently_passed_over(epochs):
    made, folder = epochs
    terminal, store = installed(epochs)
    store.apply(FileMedium(folder / "delta2"))
    area = terminal.overlays[store._overlay_area]
    area.write(4096 + 100, b"damage")
    store = terminal.boot()
    states = [store.look(t).state for t in made[2][1]]
    assert states.count(DAMAGED) > 20
    store.apply(FileMedium(folder / "delta2"))
    assert_is(store, made[2][1])
    area.write(0, bytes(100))
    terminal.boot()


def test_the_hotlist_speaks_first(epochs, tmp_path):
    """The terminal's lists take list stores as they take tables."""
    made, folder = epochs
    _, store = installed(epochs)
    build([(token(5), b"\x01\0\0")], tmp_path / "hot", KEY, epoch=1, hotlist=True)
    entries = lists.Lists(store, Table(FileMedium(tmp_path / "hot"), KEY))
    assert entries.look(token(5)).state == lists.BLOCKED
    assert entries.look(token(COUNT)).state == lists.ABSENT
    assert entries.look(token(6)).state == lists.BLOCKED  # its profile is none the dictionary calls valid
    assert lists.Lists(Terminal().boot()).look(token(6)).state == lists.UNREADABLE
    store.apply(FileMedium(folder / "delta2"))
    assert bytes(store.profiles[:4]) == b"abcd" and store.not_after == 99


def test_an_interrupted_install_leaves_the_old_list(epochs):
    made, _ = epochs
    terminal, store = installed(epochs)
    steps = store.install(FileMedium(made[2][0]))
    for _ in range(20):
        next(steps)
    assert_is(store, made[1][1])
    assert_is(terminal.boot(), made[1][1])
