"""The registry of cards, and its way to a gate: import, block, publish, install, refuse, over a real socket."""

import asyncio
import sqlite3
import time
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headend.errors import ImportRefused, NothingToPublish, RegistryUnusable
from headend.registry import FILE, Registry, list_key
from headend.registry_csv import read_cards, token_of_number
from headend.server import BackgroundServer
from simulator import demo_site, residents
from terminal.media.credential import PURSE, token_of
from tests.host.list_gate import OPERATION, ListGate, csv_of, publish_keys, publisher

HEAD = "scheme,number,class,status,valid_to"
GOOD = "purse,03104830100000000001,adult,valid,2030-01-31"


@pytest.fixture
def registry(tmp_path):
    opened = Registry(tmp_path, list_key(tmp_path))
    yield opened
    opened.close()


def test_cards_are_kept_without_their_numbers(registry, tmp_path):
    assert registry.import_csv([HEAD, GOOD]) == 1
    token = token_of_number("purse", "0310 4830 1000 0000 0001")
    standing = registry.standing(token)
    assert (standing.is_listed, standing.status, standing.expiry_day) == (True, 1, 21945)
    assert list(registry.whitelist()) == [(token, b"\x00" + (21945).to_bytes(2, "little"))]
    registry.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("registry*"))
    assert token not in raw and token[1:11] not in raw and b"03104830100000000001" not in raw


@pytest.mark.parametrize(
    "line, fault",
    [
        ("purse,123,adult,valid,", "number of 3 characters"),
        ("purse,03104830100000000002,pilot,valid,", "class 'pilot'"),
        ("purse,03104830100000000002,adult,lost,", "status 'lost'"),
        ("bus,03104830100000000002,adult,valid,", "scheme 'bus'"),
        ("purse,03104830100000000002,adult,valid,31.1.2030", "valid_to"),
        ("purse,03104830100000000002,adult", "3 fields"),
        (GOOD, "the same holder as line 2"),
    ],
)
def test_bad_lines_are_named_and_nothing_is_taken(registry, line, fault):
    with pytest.raises(ImportRefused) as refusal:
        registry.import_csv([HEAD, GOOD, line])
    assert str(refusal.value).startswith("line 3: ") and fault in str(refusal.value)
    assert "0310483010" not in str(refusal.value) and registry.counts() == (0, 0)


def test_a_wrong_head_or_too_many_kinds_leave_the_registry_as_it_was(registry):
    with pytest.raises(ImportRefused):
        registry.import_csv(["number,scheme", GOOD])
    lines = [HEAD + ",product"]
    lines += ["purse,%020d,%s,valid,,%d" % (n, "adult" if n < 256 else "elder", n % 255 + 1) for n in range(300)]
    with pytest.raises(RegistryUnusable):
        registry.import_csv(lines)
    assert registry.counts() == (0, 0) and registry.profiles() == b""


def test_replace_drops_who_is_not_named(registry):
    registry.import_csv([HEAD, GOOD])
    registry.import_csv([HEAD, GOOD.replace("0001,", "0002,")], replace=True)
    assert registry.counts() == (1, 0)
    assert not registry.standing(token_of_number("purse", "03104830100000000001")).is_listed


def test_another_key_is_refused(registry, tmp_path):
    with pytest.raises(RegistryUnusable):
        Registry(tmp_path, bytes(16))


def test_a_page_that_went_bad_is_named(tmp_path):
    Registry(tmp_path, bytes(16)).close()
    path = tmp_path / FILE
    with closing(sqlite3.connect(path)) as db:
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name='about'").fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(data)
    with pytest.raises(RegistryUnusable, match="restore it"):
        Registry(tmp_path, bytes(16))


@settings(max_examples=150)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_lines_are_cards_or_a_named_refusal(lines):
    try:
        read_cards([HEAD, *lines])
    except ImportRefused as error:
        assert "line" in str(error)


def test_nothing_to_publish_is_said(tmp_path):
    registry, lists, connection = publisher(tmp_path)
    with pytest.raises(NothingToPublish):
        asyncio.run(lists.publish_whitelist())
    connection.close()
    registry.close()


def test_lists_and_blocks_reach_a_gate(tmp_path):
    now = int(time.time())
    registry, lists, connection = publisher(tmp_path)
    registry.import_csv(csv_of(None))
    with BackgroundServer(tmp_path, sign=OPERATION.sign) as headend:
        gate = ListGate(headend, now)
        try:
            assert gate.tap("adult") == ("refused", "list_damaged")
            publish_keys(tmp_path, now)
            assert asyncio.run(lists.publish_whitelist()) == ("whitelist", 1)
            white = gate.bench.terminal.lane._lists
            assert gate.until(lambda: white.whitelist.epoch == 1)
            assert gate.tap("adult") == ("admitted", None)
            serial = residents.serial_bytes(residents._CARDS["adult"][0])
            token = token_of(PURSE, serial)
            assert registry.block(token, "lost") and not registry.block(token, "lost")
            assert asyncio.run(lists.publish_hotlist()) == 2
            assert gate.until(lambda: white.hotlist is not None and white.hotlist.epoch == 2)
            assert gate.tap("adult") == ("refused", "hotlisted")
            assert gate.tap("elder")[0].startswith("admitted")
            registry.import_csv([HEAD, "purse,%s,adult,blocked," % residents._CARDS["elder"][0]])
            assert asyncio.run(lists.publish_whitelist()) == ("delta", 3)
            assert gate.until(lambda: white.whitelist.epoch == 3)
            assert gate.tap("elder") == ("refused", "hotlisted")
            gate.bench.power_off()
            gate.bench.power_on()
            assert gate.until(lambda: gate.bench.terminal.face.state == "ready")
            assert gate.tap("adult") == ("refused", "hotlisted")  # also after a power cut
            registry.unblock(token)
            asyncio.run(lists.publish_hotlist())
            white = gate.bench.terminal.lane._lists
            assert gate.until(lambda: white.hotlist.epoch == 4)
            assert gate.tap("adult")[0] == "admitted"
            assert not gate.named("task"), gate.named("task")
            assert demo_site.LIST_KEY == registry.list_key
        finally:
            gate.close()
    connection.close()
    registry.close()
