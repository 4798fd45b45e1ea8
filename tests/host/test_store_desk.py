"""What the technician's commands rest on."""

import hashlib

import pytest

from offline_store import desk
from offline_store.errors import MediumError, RowError, StoreError
from offline_store.journal import Journal
from offline_store.media import FileMedium
from offline_store.table import Table
from offline_store.table_build import build
from offline_store.table_csv import read_csv

KEY = bytes(range(16))


def rows(count, version=0):
    return [(hashlib.sha256(b"%d" % i).digest()[:16], bytes([i & 63, version, 1])) for i in range(count)]


def test_tables_from_build_to_repair(tmp_path):
    one, two, out, delta = (tmp_path / name for name in ("one", "two", "out", "delta"))
    build(rows(3000), one, KEY, epoch=1)
    build(rows(100, 9) + rows(3050)[100:], two, KEY, epoch=2, base=Table(FileMedium(one), KEY))
    info = desk.table_info(two)
    assert (info["entries"], info["epoch"], info["parent"], info["profile"]) == (3050, 2, 1, "exact")
    assert info["bytes"] == two.stat().st_size and 0.8 < info["load"] < 1
    assert desk.table_diff(one, two, delta, KEY)["changes"] == 150
    assert desk.table_apply(one, delta, out, KEY)["root"] == info["root"]
    assert out.read_bytes() == two.read_bytes()
    token, record = rows(100, 9)[7]
    assert desk.table_look(out, KEY, token) == {
        "state": "listed", "block": 0, "record": record.hex(), "profile": 7, "expiry_day": 265,
    } | {"block": desk.table_look(out, KEY, token)["block"]}  # fmt: skip
    assert desk.table_look(out, KEY, bytes(16))["state"] == "not listed"
    assert desk.table_verify(out, KEY)["sound"]
    with open(out, "r+b") as file:
        file.seek(4096 + 2 * info["block_size"] + 30)
        file.write(b"xyz")
    found = desk.table_verify(out, KEY)
    assert found["damaged"] == [2] and not found["sound"]
    desk.table_repair(out, KEY, 2, desk.read_block(two, 2))
    assert desk.table_verify(out, KEY)["sound"]


def test_journals(tmp_path):
    path, key = tmp_path / "journal", bytes(16)
    journal = Journal(FileMedium(path, 65536), mac_key=key)
    for number in range(20):
        journal.append(b"%064d" % number)
        assert number % 3 or journal.echo()
    journal.acknowledge(5)
    before = path.read_bytes()
    info = desk.journal_info(path)
    assert (info["last_seq"], info["queued"], info["capacity"], info["alarm"]) == (20, 15, 48, 0)
    assert [item["seq"] for item in desk.journal_dump(path)] == list(range(6, 21))
    assert [item["seq"] for item in desk.journal_dump(path, acknowledged=True)] == list(range(1, 21))
    assert desk.journal_verify(path, mac_key=key) == {"queued": 15, "lost": [], "chain_breaks": [], "sound": True}
    assert desk.journal_verify(path, mac_key=bytes(15) + b"x")["chain_breaks"] == list(range(1, 21))
    assert path.read_bytes() == before
    blank = tmp_path / "blank"
    blank.write_bytes(bytes(65536))
    with pytest.raises(StoreError, match="no sound journal"):
        desk.journal_info(blank)
    with pytest.raises(MediumError, match="cannot be opened"):
        desk.journal_info(tmp_path / "absent")


def test_csv(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("token,profile,expiry\n%s,7,2027-12-31\nabcd,255,\n" % ("11" * 16))
    assert list(read_csv(path)) == [(b"\x11" * 16, b"\x07\xbf\x52"), (b"\xab\xcd" + bytes(14), b"\xff\0\0")]


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "line 1"),
        ("a,b,c\n", "line 1"),
        ("token,profile,expiry\nabcd,1,\nxyz,1,\n", "line 3: the token is not hexadecimal"),
        ("token,profile,expiry\nabcd,256,\n", "line 2: profile '256'"),
        ("token,profile,expiry\nabcd,1\n", "line 2: 2 columns"),
        ("token,profile,expiry\nabcd,1,31.12.2027\n", "line 2: expiry"),
        ("token,profile,expiry\nabcd,1,2200-01-01\n", "line 2: expiry"),
        ("token,profile,expiry\n%s,1,\n" % ("ab" * 17), "line 2: the token has 17 bytes"),
    ],
)
def test_bad_csv_is_named_by_line(tmp_path, text, reason):
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(RowError, match=reason):
        build(read_csv(tmp_path / "list.csv"), tmp_path / "table", KEY, epoch=1)
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]
