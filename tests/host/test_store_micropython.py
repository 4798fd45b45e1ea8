"""What a board does with a list, by real MicroPython with 128 KB (1 KB blocks) and 160 KB (4 KB blocks): install, delta, merge; the same bytes as here."""

import hashlib

import pytest

from offline_store.media import FileMedium
from offline_store.table import Table
from offline_store.table_build import build
from offline_store.table_diff import diff
from tests import board_interpreter

KEY = bytes(range(16))

SCRIPT = """
import gc, micropython
from offline_store.lists import ListStore
from offline_store.media import FileMedium
def store():
    sizes = (8192, %(size)d, %(size)d, 65536, 65536)
    media = [FileMedium("%(folder)s/medium%%d" %% i, sizes[i]) for i in range(5)]
    return ListStore(media[0], media[1:3], media[3:5], bytes(range(16)))
lists = None
gc.collect()
lists = store()
for _ in lists.install(FileMedium("%(folder)s/one", readonly=True)):
    pass
lists.apply(FileMedium("%(folder)s/delta", readonly=True))
lists = None
gc.collect()
lists = store()
def answers():
    listed = digest = 0
    token = bytearray(16)
    with open("%(folder)s/tokens", "rb") as file:
        for _ in range(60):
            file.readinto(token)
            listing = lists.look(token)
            listed += listing.state
            digest = (digest * 31 + listing.record[0] + listing.record[1]) & 0xffff
    return listed, digest
live = answers()
token = bytes(16)
micropython.heap_lock()
lists.look(token)
micropython.heap_unlock()
def begin():
    for _ in zip(range(20), lists.merge()):
        lists.look(token)  # taps go on meanwhile
gc.collect()
begin()
lists = None
gc.collect()
lists = store()
gc.collect()
for _ in lists.merge():
    pass
lists = None
gc.collect()
lists = store()
print("epoch", lists.epoch, "overlay", lists.overlay, "same", live == answers(), "listed", live[0])
"""


def rows(count, version):
    return [(hashlib.sha256(b"%d" % i).digest()[:16], bytes([i & 63, version, 0])) for i in range(count)]


@pytest.mark.parametrize("block_size, heap", [(1024, "128k"), (4096, "160k")])
def test_a_board_merges_what_the_head_end_builds(compiled_tree, tmp_path, block_size, heap):
    one, two = tmp_path / "one", tmp_path / "two"
    build(rows(6000, 1), one, KEY, epoch=1, block_size=block_size)
    base = Table(FileMedium(one, readonly=True), KEY)
    changed = rows(6020, 2)[-30:] + rows(30, 3)
    build(rows(5960, 1)[30:] + changed, two, KEY, epoch=2, base=base)
    diff(base, Table(FileMedium(two, readonly=True), KEY), tmp_path / "delta")
    (tmp_path / "tokens").write_bytes(b"".join(token for token, _ in rows(20, 0) + rows(6030, 0)[-40:]))
    script = SCRIPT % {"folder": tmp_path, "size": one.stat().st_size}
    done = board_interpreter.run(["-c", script], compiled_tree, heap=heap)
    assert done.stdout.split() == "epoch 2 overlay None same True listed 50".split(), done.stdout + done.stderr
    assert (tmp_path / "medium2").read_bytes() == two.read_bytes()
