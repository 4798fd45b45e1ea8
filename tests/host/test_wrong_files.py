"""A wrong file is said in one line with its name: no traceback, exit code 2, and nothing is done."""

import json
from types import SimpleNamespace

import pytest

from boards.esp32s3_gate import BOARD
from drivers.bus.address import host_and_port
from offline_store.tokens import TokenKey, key_of
from simulator import demo_site
from simulator.script import Player, ScriptError, parse
from simulator.virtual_board import VirtualBoard
from technician import cli, terminal_files
from technician.errors import InputMalformed

NO_TEXT = bytes(range(128, 256))


@pytest.fixture
def gatepost(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["gatepost", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, capsys.readouterr().err.strip()

    return run


@pytest.mark.parametrize(
    "command", ["play", "tariff check", "tariff explain", "tariff simulate", "settings check", "report", "desk --reader x --purposes"]
)  # fmt: skip
def test_bytes_that_are_no_text(gatepost, tmp_path, command):
    path = tmp_path / "bytes"
    path.write_bytes(NO_TEXT)
    code, told = gatepost(*command.split(), path, *(["journal"] if command.endswith("simulate") else []))
    assert code == 2
    assert told.startswith("gatepost: %s " % path) and "\n" not in told


@pytest.mark.parametrize(
    "text, told", [("[1]", "line 1 is no JSON object"), ("{}", "line 1 lacks port, state"), ("x", "line 1 is not JSON")]
)
def test_job_files_that_are_none(gatepost, tmp_path, text, told):
    path = tmp_path / "job"
    path.write_text(text)
    assert told in gatepost("report", path)[1]


def test_a_missing_file_is_said_without_python(gatepost):
    assert gatepost("play", "no/such.txt") == (2, "gatepost: no/such.txt: No such file or directory")


def test_a_folder_is_no_journal_and_no_table(gatepost, tmp_path):
    for arguments in (("journal", "info", tmp_path), ("table", "info", tmp_path)):
        code, told = gatepost(*arguments)
        assert code == 2 and "is a directory" in told
    code, told = gatepost("table", "apply", tmp_path, tmp_path, tmp_path / "out", "--key", "00" * 16)
    assert code == 2 and "is a directory" in told


def test_a_film_of_another_kind_is_refused_before_the_day(gatepost, tmp_path):
    day = tmp_path / "day.txt"
    day.write_text("card adult\n")
    assert "ends in .gif or .webp" in gatepost("play", day, "--film", tmp_path / "a.mp4")[1]
    assert "there is no folder" in gatepost("play", day, "--film", tmp_path / "no" / "a.gif")[1]


def test_a_script_says_on_which_line_nobody_is_known():
    empty = SimpleNamespace(tray=(), events=[])
    with pytest.raises(ScriptError, match="day line 2: there is no card nobody"):
        Player(empty, "day").play(parse("# a day\ncard nobody\n", "day")[0])


def test_nobody_listens_where_the_virtual_reader_should_be(gatepost):
    code, told = gatepost("card", "adult", "--vpcd", "127.0.0.1:1")
    assert code == 2 and "no virtual reader at 127.0.0.1:1" in told and "READER-5" in told


@pytest.mark.parametrize(
    "text, found",
    [
        ("10.0.0.5:8470", ("10.0.0.5", 8470)), ("[::1]:1", ("::1", 1)), ("a", None), ("a:", None), (":1", None),
        ("a:0", None), ("a:65536", None), ("a:b", None), ("::1:5", None), ("", None),
    ],
)  # fmt: skip
def test_host_and_port(text, found):
    assert host_and_port(text) == found


def test_a_port_of_ones_own_choice():
    assert host_and_port("a", 5) == ("a", 5) and host_and_port("[::1]", 5) == ("::1", 5)
    assert host_and_port("a:6", 5) == ("a", 6) and host_and_port("a:", 5) is None


SITE = {"list_key": demo_site.LIST_KEY.hex()}


def test_any_key_of_a_head_end_fits_into_a_site():
    key = bytes(range(240, 256))  # no text
    assert key_of(key.hex()) == key
    assert key_of(demo_site.LIST_KEY.decode()) == demo_site.LIST_KEY  # as older sites have it
    assert TokenKey(key_of(key.hex())).permute(bytes(16)) == TokenKey(key).permute(bytes(16))


@pytest.mark.parametrize("wrong", ["", "0011", "zz" * 16])
def test_a_site_with_a_wrong_key_is_refused(wrong):
    with pytest.raises(InputMalformed, match="32 hex digits"):
        terminal_files.given(BOARD, "gate-1", {}, {"list_key": wrong})


def test_a_first_list_that_is_none_is_refused(gatepost, tmp_path):
    bench = tmp_path / "bench"
    command = ("provision", tmp_path / "home", "--class", "linux-gate", "--settings", bench / "settings.toml")
    command += ("--trust", bench / "trust.json", "--site", bench / "site.json", "--whitelist")
    bench.mkdir()
    (bench / "settings.toml").write_text(
        '[terminal]\nterminal = "gate-1"\nsite = ["门", "Gate"]\n[board]\nclass = "linux-gate"\n'
    )
    (bench / "trust.json").write_text(json.dumps({"roots": [], "threshold": 1, "roles": {}}))
    (bench / "site.json").write_text(json.dumps({"number": 1, "tariff": {}, "codes": {}, **SITE}))
    (bench / "list").write_bytes(NO_TEXT)
    code, told = gatepost(*command, bench / "list")
    assert code == 2 and "STORE-5" in told
    assert not (tmp_path / "home" / "whitelist").exists()


def test_a_virtual_board_keeps_its_flash_in_a_folder_that_is_named_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with VirtualBoard("flash", BOARD) as board:
        assert board.folder == tmp_path / "flash"
