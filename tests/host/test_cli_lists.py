"""`gatepost table diff, apply, repair` on lists of a few thousand holders."""

import json
import os
import sys

import pytest

from offline_store.media import RamMedium
from offline_store.table_format import read_header
from technician import cli

KEY = "00112233445566778899aabbccddeeff"
HEAD = "scheme,number,class,status,valid_to\n"
NUMBERS = ["31047700400%08d" % number for number in range(4000)]


@pytest.fixture
def table(monkeypatch, capsys, tmp_path):
    """table(*arguments) -> (exit code, what --json printed or None, standard error); file names are in tmp_path."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["gatepost", "table", *map(str, arguments), "--key", KEY, "--json"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return ended.value.code or 0, json.loads(out) if out else None, err

    return run


@pytest.fixture
def versions(table, tmp_path):
    """old.wlt (epoch 1) and new.wlt (epoch 2): 40 holders blocked, 40 gone, 40 new."""
    old = ["purse,%s,adult,valid,2040-12-31\n" % number for number in NUMBERS[:-40]]
    new = [line.replace("valid", "blocked", 1) for line in old[:40]] + old[80:]
    new += ["purse,%s,elder,valid,\n" % number for number in NUMBERS[-40:]]
    (tmp_path / "old.csv").write_text(HEAD + "".join(old))
    (tmp_path / "new.csv").write_text(HEAD + "".join(new))
    assert table("build", "old.csv", "old.wlt")[0] == 0
    assert table("build", "new.csv", "new.wlt", "--base", "old.wlt", "--epoch", 2)[0] == 0
    return tmp_path


def test_a_delta_leads_to_the_same_bytes(table, versions):
    code, told, _ = table("diff", "old.wlt", "new.wlt", "change.wld")
    assert (code, told["changes"], told["from_epoch"], told["to_epoch"]) == (0, 120, 1, 2)
    assert told["bytes"] == (versions / "change.wld").stat().st_size < (versions / "new.wlt").stat().st_size / 10
    code, told, _ = table("apply", "old.wlt", "change.wld", "merged.wlt")
    assert (code, told["epoch"], told["entries"]) == (0, 2, 3960)
    assert (versions / "merged.wlt").read_bytes() == (versions / "new.wlt").read_bytes()
    assert table("apply", "old.wlt", "change.wld", "old.wlt")[0] == 0
    assert (versions / "old.wlt").read_bytes() == (versions / "new.wlt").read_bytes()
    assert not list(versions.glob(".gatepost-*"))


def test_a_delta_that_does_not_fit_changes_nothing(table, versions):
    table("diff", "old.wlt", "new.wlt", "change.wld")
    before = (versions / "new.wlt").read_bytes()
    code, _, err = table("apply", "new.wlt", "change.wld", "new.wlt")
    assert code == 2 and "a delta from epoch 1, the table is of epoch 2" in err
    change = bytearray((versions / "change.wld").read_bytes())
    change[-10] ^= 1
    (versions / "change.wld").write_bytes(change)
    code, _, err = table("apply", "old.wlt", "change.wld", "new.wlt")
    assert code == 2 and "[STORE-7]" in err
    assert (versions / "new.wlt").read_bytes() == before
    assert not list(versions.glob(".gatepost-*"))


def test_a_list_is_as_old_as_what_it_was_made_of(table, versions):
    os.utime(versions / "old.csv", (1770000000, 1770000000))
    table("build", "old.csv", "aged.wlt")
    assert read_header(RamMedium((versions / "aged.wlt").read_bytes())).not_before == 1770000000


def test_tables_that_were_not_built_on_each_other(table, versions):
    (versions / "other.csv").write_text(HEAD)
    table("build", "other.csv", "other.wlt")
    code, _, err = table("diff", "old.wlt", "other.wlt", "change.wld")
    assert code == 2 and "build the new one with the old one as base" in err
    assert not (versions / "change.wld").exists()


def test_damaged_blocks_are_repaired_from_a_copy(table, versions):
    sound = (versions / "new.wlt").read_bytes()
    header = read_header(RamMedium(sound))
    damaged = bytearray(sound)
    for block in (0, 3):
        damaged[4096 + block * header.block_size + 100] ^= 0x10
    (versions / "damaged.wlt").write_bytes(damaged)
    assert table("verify", "damaged.wlt")[1] == {
        "blocks": header.home_blocks + 1,
        "damaged": [0, 3],
        "root_holds": True,
    }
    code, _, err = table("repair", "damaged.wlt", "old.wlt")
    assert code == 2 and "another version of the list" in err
    assert (versions / "damaged.wlt").read_bytes() == damaged
    (versions / "also.wlt").write_bytes(damaged)
    code, told, _ = table("repair", "damaged.wlt", "also.wlt")
    assert (code, told["repaired"], told["damaged"]) == (1, [], [0, 3])
    code, told, _ = table("repair", "damaged.wlt", "new.wlt")
    assert (code, told) == (0, {"repaired": [0, 3], "damaged": [], "root_holds": True})
    assert (versions / "damaged.wlt").read_bytes() == sound
