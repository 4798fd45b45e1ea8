"""A full disk under the head-end's files: said as one, and nobody is told to restore what is sound."""

import shutil
import sqlite3
from types import SimpleNamespace

import pytest

from headend.errors import FolderUnusable, StoreDamaged
from headend.registry import FILE as REGISTRY
from headend.registry import Registry
from headend.store import FILE, open_store

KEY = bytes(16)
_connect = sqlite3.connect


def bounded(*arguments, **options):
    """A connection that SQLite itself finds without room: its file may not grow beyond one page."""
    connection = _connect(*arguments, **options)
    connection.execute("PRAGMA max_page_count=1")
    return connection


@pytest.mark.parametrize("start, name", [(open_store, FILE), (lambda folder: Registry(folder, KEY), REGISTRY)])
def test_a_full_disk_is_said_and_the_store_is_made_when_there_is_room(tmp_path, start, name):
    with pytest.MonkeyPatch.context() as full:
        full.setattr(sqlite3, "connect", bounded)
        with pytest.raises(FolderUnusable, match="%s: the disk is full; make room" % name):
            start(tmp_path)
    start(tmp_path).close()


@pytest.mark.parametrize(
    "free, error, told", [(0, FolderUnusable, "disk is full"), (10**9, StoreDamaged, "cannot be read")]
)
def test_what_sqlite_keeps_beside_a_file_has_no_room(tmp_path, monkeypatch, free, error, told):
    (tmp_path / (FILE + "-shm")).mkdir()  # an error of input and output, as the disk's end gives one there
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    with pytest.raises(error, match=told):
        open_store(tmp_path)


def test_a_damaged_file_is_damaged_on_a_full_disk_too(tmp_path, monkeypatch):
    (tmp_path / FILE).write_bytes(b"no store" * 512)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=0))
    with pytest.raises(StoreDamaged):
        open_store(tmp_path)
