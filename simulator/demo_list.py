"""Host only: the demonstration list: 100,000 cards that nobody holds, and those of the tray."""

import random

from simulator import demo_site
from simulator.residents import listed
from terminal.lists import STATUS_BLOCKED, STATUS_VALID
from terminal.media.credential import CLASSES, PURSE, token_of

COUNT = 100_000
EPOCH = 7

_YEAR_S = 365 * 86400
_VALID, _BLOCKED, _PRODUCTS = 0, 1, 2  # rows of the profile dictionary
_AGE_S = 4 * 3600  # how old it is when the day begins
_NO_EXPIRY = b"\x00\x00"


def ensure(folder, seed, progress=None, count=COUNT, not_after=demo_site.START + _YEAR_S):
    """The path of the list of `count` cards in `folder`, built when it is not there; `progress(stage, done, total)`."""
    path = folder / ("demonstration-%d-%d%s.wlt" % (EPOCH, seed, "" if count == COUNT else "-%d" % count))
    if not path.exists():
        write(path, seed, count, EPOCH, progress, not_after)
    return path


def write(path, seed, count, epoch, progress=None, not_after=demo_site.START + _YEAR_S):
    """Builds the list of `count` cards at `path` as the one of `epoch`."""
    from offline_store.table_build import build  # with numpy: most starts of the desk find the list there

    build(
        _rows(seed, count), str(path), demo_site.LIST_KEY, epoch=epoch, not_before=demo_site.START - _AGE_S,
        not_after=not_after, profiles=_profiles(), progress=progress,
    )  # fmt: skip


def _profiles():
    adult = CLASSES.index("adult")
    rows = [(STATUS_VALID, adult, 0, 0), (STATUS_BLOCKED, adult, 0, 0)]
    rows += [(STATUS_VALID, adult, product, 0) for product in demo_site.PRODUCTS]
    return b"".join([bytes(row) for row in rows])


def _rows(seed, count):
    for token, blocked, product in listed():
        row = _BLOCKED if blocked else _PRODUCTS + demo_site.PRODUCTS.index(product) if product else _VALID
        ends = demo_site.BOOKED_DAY.to_bytes(2, "little") if product == demo_site.FORENOON else _NO_EXPIRY
        yield token, bytes((row,)) + ends
    for number in random.Random(seed).sample(range(10**9), count - len(listed())):
        digits = "0310483020%010d" % number
        yield token_of(PURSE, bytes.fromhex(digits)), bytes((_VALID,)) + _NO_EXPIRY
