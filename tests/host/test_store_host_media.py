"""What only hosts have: mapped tables, direct writes, and what makes a file durable."""

import hashlib
import os

import pytest

from offline_store.errors import MediumError
from offline_store.journal import Journal
from offline_store.lists import repair
from offline_store.media import FileMedium, RamMedium
from offline_store.media_direct import DirectFileMedium
from offline_store.table import DAMAGED, Table
from offline_store.table_build import build
from offline_store.table_host import MappedTable
from terminal.site_documents import SiteDocuments

KEY = bytes(range(16))


def rows(count, value_bytes):
    return [
        (hashlib.sha256(b"%d" % i).digest()[:16], hashlib.sha256(b"r%d" % i).digest()[:value_bytes])
        for i in range(count)
    ]


@pytest.mark.parametrize("options", [{}, {"block_size": 1024}, {"fingerprint": True}, {"value_bytes": 8}], ids=str)
def test_a_mapped_table_answers_like_a_table(tmp_path, options):
    path = tmp_path / "t"
    listed = rows(9000, options.get("value_bytes", 3))
    build(listed[:8000], path, KEY, epoch=1, **options)
    table, mapped = (kind(FileMedium(path), KEY) for kind in (Table, MappedTable))
    for token, _ in listed:
        one, other = table.look(token), mapped.look(token)
        assert (one.state, bytes(one.record)) == (other.state, bytes(other.record))


def test_a_mapped_table_finds_damage_and_its_repair(tmp_path):
    path = tmp_path / "t"
    listed = rows(3000, 3)
    build(listed, path, KEY, epoch=1)
    good = path.read_bytes()
    with open(path, "r+b") as file:
        file.seek(4096 + 50)
        file.write(b"damage")
    mapped = MappedTable(FileMedium(path), KEY)
    damaged = [token for token, _ in listed if mapped.look(token).state == DAMAGED]
    assert len(damaged) > 30 and mapped.look(damaged[0]).block == 0
    repair(mapped, 0, good[4096 : 4096 + mapped.header.block_size])
    assert all(mapped.look(token) for token, _ in listed)
    with pytest.raises(MediumError, match="only a file"):
        MappedTable(RamMedium(good), KEY)


def test_direct_writes_hold_a_journal(tmp_path):
    path = tmp_path / "journal"
    try:
        medium = DirectFileMedium(path, 65536)
    except MediumError as error:
        assert "use FileMedium" in str(error)
        return
    journal = Journal(medium)
    for number in range(1, 60):
        journal.append(b"%064d" % number)
        journal.acknowledge(number - 1)
    with pytest.raises(MediumError, match="whole 512-byte sectors"):
        medium.write(100, bytes(512))
    medium.close()
    assert list(Journal(FileMedium(path)).unacknowledged()) == [(59, b"%064d" % 59)]


def test_a_site_document_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """A pulled plug between the two leaves the document that was there before."""
    done = []
    fsync, rename = os.fsync, os.rename

    def synced(descriptor):
        done.append(os.readlink("/proc/self/fd/%d" % descriptor))
        fsync(descriptor)

    def renamed(source, target):
        done.append((source, target))
        rename(source, target)

    (tmp_path / "site.new").write_text('{"tariff": [7, {}]}')
    monkeypatch.setattr("os.fsync", synced)
    monkeypatch.setattr("os.rename", renamed)
    SiteDocuments(str(tmp_path), {}).begin()
    trial = str(tmp_path / "site.trial")
    once = [trial + ".part", (trial + ".part", trial), str(tmp_path)]
    assert done == 2 * once  # the trial, then the try that this start takes
