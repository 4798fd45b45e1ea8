"""Host only: the demonstration list: 100,000 cards that nobody holds, and those of the tray."""

import random

from offline_store.table_build import build
from simulator.demo_site import LIST_KEY
from simulator.residents import listed
from terminal.lists import STATUS_BLOCKED, STATUS_VALID
from terminal.media.credential import CLASSES, PURSE, token_of

COUNT = 100_000
EPOCH = 2

_VALID, _BLOCKED = 0, 1  # rows of the profile dictionary
_NO_EXPIRY = b"\x00\x00"


def ensure(folder, seed, progress=None):
    """The path of the list in `folder`, built when it is not there. `progress(stage, done, total)` hears of the build."""
    path = folder / ("demonstration-%d-%d.wlt" % (EPOCH, seed))
    if not path.exists():
        build(_rows(seed), str(path), LIST_KEY, epoch=EPOCH, profiles=_profiles(), progress=progress)
    return path


def _profiles():
    rows = bytes((STATUS_VALID, CLASSES.index("adult"), 0, 0)) + bytes((STATUS_BLOCKED, CLASSES.index("adult"), 0, 0))
    return rows


def _rows(seed):
    for token, blocked in listed():
        yield token, bytes((_BLOCKED if blocked else _VALID,)) + _NO_EXPIRY
    for number in random.Random(seed).sample(range(10**9), COUNT - len(listed())):
        digits = "0310483020%010d" % number
        yield token_of(PURSE, bytes.fromhex(digits)), bytes((_VALID,)) + _NO_EXPIRY
