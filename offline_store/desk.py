"""Host only: what a technician does with stores at a desk: plain functions on files, results as plain dicts."""

import os

from .delta import Delta
from .errors import StoreError, TableError
from .journal import Journal
from .lists import ListStore, repair
from .media import FileMedium, RamMedium
from .merge import Merge
from .table import DAMAGED, LISTED, Table
from .table_diff import diff
from .table_format import FINGERPRINT, HOTLIST, KEYED_TAGS, OVERLAY, read_header

_STATES = {LISTED: "listed", DAMAGED: "damaged"}


def table_info(path):
    """What the header of a table says; needs no key."""
    header = read_header(_opened(path))
    return {
        "format": "WLT1",
        "profile": "fingerprint" if header.flags & FINGERPRINT else "exact",
        "hotlist": bool(header.flags & HOTLIST),
        "overlay": bool(header.flags & OVERLAY),
        "tags": "keyed" if header.flags & KEYED_TAGS else "crc",
        "epoch": header.epoch,
        "parent": header.parent,
        "entries": header.count,
        "blocks": header.home_blocks + 1,
        "block_size": header.block_size,
        "record_bytes": header.value_bytes,
        "bytes": header.size,
        "bytes_per_entry": round(header.size / header.count, 2) if header.count else None,
        "load": round(header.count / (header.home_blocks * header.capacity), 3),
        "not_before": header.not_before,
        "not_after": header.not_after,
        "list_id": header.list_id.hex(),
        "key_id": header.key_id.hex(),
        "root": header.root.hex(),
        "signature_algorithm": header.signature_algorithm,
    }


def table_look(path, list_key, token16):
    """The answer for one token: state, and when listed the record, profile and expiry day."""
    listing = Table(_opened(path), list_key).look(token16)
    answer = {"state": _STATES.get(listing.state, "not listed"), "block": listing.block}
    if listing:
        answer["record"] = bytes(listing.record).hex()
        if len(listing.record) == 3:
            answer.update(profile=listing.profile, expiry_day=listing.expiry_day)
    return answer


def table_verify(path, list_key, progress=None):
    """Reads every block: the damaged ones, and whether the whole matches the root."""
    table = Table(_opened(path), list_key)
    root = table.begin_root()
    blocks = table.header.home_blocks + 1
    damaged = []
    for number in range(blocks):
        if not table.load(number):
            damaged.append(number)
        table.add_to_root(root)
        if progress:
            progress("verify", number + 1, blocks)
    root_holds = root.digest() == table.header.root
    return {"blocks": blocks, "damaged": damaged, "root_holds": root_holds, "sound": root_holds and not damaged}


def table_diff(old_path, new_path, delta_path, list_key, sign=None, progress=None):
    """Writes the delta between two tables; returns its size and number of changes."""
    changes = diff(Table(_opened(old_path), list_key), Table(_opened(new_path), list_key), delta_path, sign, progress)
    return {"changes": changes, "bytes": os.path.getsize(delta_path)}


def table_apply(table_path, delta_path, out_path, list_key, verify=None, progress=None):
    """Writes the table that `delta_path` makes of `table_path`, as a terminal's merge would; returns its info."""
    delta = Delta(_opened(delta_path))
    base = Table(_opened(table_path), list_key)
    room = 8192 + 2 * delta.size
    store = _Desk(base, RamMedium(2 * room + (1 << 16)), list_key, verify)
    store.apply(_opened(delta_path))
    draft = os.fspath(out_path) + ".building"
    try:
        with open(draft, "wb") as file:
            file.truncate(base.header.size)
        region = FileMedium(draft)
        try:
            for done, total in Merge(base, store.overlay, region, delta.target_raw).steps():
                if progress:
                    progress("merge", done, total)
        finally:
            region.close()
        os.replace(draft, out_path)
    finally:
        if os.path.exists(draft):
            os.remove(draft)
    return table_info(out_path)


class _Desk(ListStore):
    """A list store around one open table: applies deltas without a terminal's regions."""

    def __init__(self, table, area, list_key, verify):
        super().__init__(RamMedium(8192), (), (area, area), list_key, verify)
        self._adopt(0, table, 255, None)


def table_repair(path, list_key, number, block):
    """Puts the bytes of a sound block in the place of a damaged one."""
    medium = FileMedium(path)
    try:
        repair(Table(medium, list_key), number, block)
    finally:
        medium.close()


def read_block(path, number):
    """The bytes of one block, to repair another terminal's table with."""
    medium = _opened(path)
    header = read_header(medium)
    if not 0 <= number <= header.home_blocks:
        raise TableError("block %d: this list has blocks 0 to %d" % (number, header.home_blocks))
    block = bytearray(header.block_size)
    medium.read_into(4096 + number * header.block_size, block)
    return bytes(block)


def journal_info(path, record_length=64):
    """State of a journal, opened without writing to it."""
    journal = _journal(path, record_length)
    return {
        "format": "TXJ1",
        "journal_id": "%08x" % journal.journal_id,
        "last_seq": journal.last_seq,
        "acknowledged": journal.acknowledged,
        "queued": journal.queued,
        "capacity": journal.capacity,
        "fill_percent": journal.fill,
        "alarm": journal.alarm,
        "openings": journal.epoch - 1,
        "record_length": journal.record_length,
    }


def journal_dump(path, record_length=64, acknowledged=False):
    """Yields {seq, acknowledged, payload} of the waiting records, or of all that are still readable."""
    journal = _journal(path, record_length)
    if acknowledged:
        for seq in range(max(1, journal.last_seq - journal.capacity - 16), journal.acknowledged + 1):
            payload = journal.read(seq)
            if payload is not None:
                yield {"seq": seq, "acknowledged": True, "payload": payload.hex()}
    for seq, payload in journal.unacknowledged():
        yield {"seq": seq, "acknowledged": False, "payload": payload.hex()}


def journal_verify(path, record_length=64, mac_key=None, progress=None):
    """Reads every waiting record and, with the key, follows the chain of tags."""
    journal = _journal(path, record_length, mac_key)
    lost = journal.unreadable(progress)
    breaks = journal.chain_breaks() if mac_key else []
    return {"queued": journal.queued, "lost": lost, "chain_breaks": breaks, "sound": not lost and not breaks}


class _NoWrites:
    """A medium seen through glass: opening a journal on it changes nothing on the real one."""

    def __init__(self, medium):
        self.size = medium.size
        self.read_into = medium.read_into

    def write(self, offset, data):
        raise StoreError("this is no sound journal as it is (its superblocks are gone): let the terminal recover it")

    def sync(self):
        pass


def _journal(path, record_length, mac_key=None):
    return Journal(_NoWrites(_opened(path)), record_length=record_length, mac_key=mac_key)


def _opened(path):
    return FileMedium(path, readonly=True)
