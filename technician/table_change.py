"""`gatepost table diff, apply, repair`: from one version of a list to the next, and back to sound blocks."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from technician import progress
from technician.errors import InputMalformed
from technician.table import File, Json, Key, KeyFile, app, examine, opened, opened_table, read_key, show

_PAGE = 16384
_STAGES = {"compare": "blocks compared", "read": "blocks read", "merge": "blocks merged"}


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The table terminals have.")],
    new: Annotated[Path, typer.Argument(help="The table they shall get, built with --base OLD.")],
    out: Annotated[Path, typer.Argument(help="The delta to write.")],
    key: Key = None,
    key_file: KeyFile = None,
    json_: Json = False,
):
    """Write the delta between two tables of one list."""
    from offline_store.table_diff import diff as write_delta

    list_key = read_key(key, key_file)
    with opened_table(old, list_key) as before, opened_table(new, list_key) as after:
        with progress.shown(_STAGES) as report:
            changes = write_delta(before, after, str(out), progress=report)
        fields = {"from_epoch": before.epoch, "to_epoch": after.epoch, "changes": changes}
    show({**fields, "bytes": out.stat().st_size}, json_)


@app.command()
def apply(
    file: File,
    delta: Annotated[Path, typer.Argument(help="The delta.")],
    out: Annotated[Path, typer.Argument(help="The table to write; may be FILE itself.")],
    key: Key = None,
    key_file: KeyFile = None,
    json_: Json = False,
):
    """Merge a delta into a table, the way a terminal does it: whole, or not at all."""
    from offline_store.media import sync_folder

    list_key = read_key(key, key_file)
    with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=".gatepost-") as folder:
        merged = Path(folder) / "region1"
        with progress.shown(_STAGES) as report:
            header = _merge(file, delta, list_key, Path(folder), report)
        os.truncate(merged, header.size)
        os.replace(merged, out)
    sync_folder(str(out))
    show({"epoch": header.epoch, "entries": header.count, "root": header.root.hex()}, json_)


@app.command()
def repair(
    file: File,
    source: Annotated[Path, typer.Argument(metavar="GOOD", help="A sound copy of the same table.")],
    key: Key = None,
    key_file: KeyFile = None,
    json_: Json = False,
):
    """Put blocks of a sound copy in place of the damaged ones. Exit code 1 when the table is still not whole."""
    from offline_store import lists
    from offline_store.errors import TableError
    from offline_store.table_format import HEADER_BYTES, read_header

    with opened_table(file, read_key(key, key_file), readonly=False) as table, opened(source) as good:
        # A block's tag holds in every version of its list that has this block: only the root tells them apart.
        if read_header(good).root != table.header.root:
            raise InputMalformed("%s is another version of the list, or another list: it repairs nothing" % source)
        size = table.header.block_size
        repaired, left = [], []
        for number in examine(table)[0]:
            block = bytearray(size)
            try:
                good.read_into(HEADER_BYTES + number * size, block)
                lists.repair(table, number, block)
                repaired.append(number)
            except TableError:
                left.append(number)
        whole = examine(table)[1]
    show({"repaired": repaired, "damaged": left, "root_holds": whole}, json_)
    raise typer.Exit(1 if left or not whole else 0)


def _merge(file, delta, list_key, folder, report):
    """Installs `file` in a list store of temporary media, applies and merges; the Header of what region1 holds then."""
    from offline_store.lists import ListStore
    from offline_store.media import FileMedium, RamMedium

    with opened(file) as base, opened(delta) as change:
        room = base.size + change.size
        media = [FileMedium(str(folder / name), room) for name in ("region0", "region1")]
        overlays = [FileMedium(str(folder / name), 4 * change.size + (1 << 20)) for name in ("overlay0", "overlay1")]
        try:
            store = ListStore(RamMedium(2 * _PAGE), media, overlays, list_key, bitmap_bytes=0)
            for done, total in store.install(base):
                report("read", done, total)
            store.apply(change)
            for done, total in store.merge():
                report("merge", done, total)
            return store.table.header
        finally:
            for medium in media + overlays:
                medium.close()
