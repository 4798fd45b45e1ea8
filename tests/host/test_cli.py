"""`gatepost` as a technician types it: what it prints, what it exits with, and never a traceback."""

import json
import socket
import subprocess
import sys

import pytest

from offline_store.journal import MINIMUM_SIZE, Journal
from offline_store.media import FileMedium
from technician import cli
from terminal import records
from tests.board_interpreter import ROOT

SHANGHAI = "6F318408A000000632010105A5259F0801029F0C1E02002900FFFFFFFF02010310477004006744280220200115204012310114"
SHENZHEN = "6F3284075041592E535A54A5279F0C200000000000000000FD44000051800000E63C1D29201712012027120110100000"
BEIJING_0015 = "01011000FFFFFFFF02010310517001017090798420190806204012310000"
NANJING_LOG = (
    "00B1000000000000000941310062938020240310211508",
    "00B0000000000000A00941310062938820240310195719",
)
KEY = "00112233445566778899aabbccddeeff"
LIST = """scheme,number,class,status,valid_to
purse,3104770040067442802,adult,valid,2040-12-31

purse,03104830010006412507,elder,blocked,
social_card,639900D15600000500BF7C7A48FB4966,student,valid,2030-10-01
account_code,0000000000001234,child,valid,
ride_code,30000000000000000001,adult,valid,2026-01-01
"""


@pytest.fixture
def gatepost(monkeypatch, capsys):
    """gatepost(*arguments) -> (exit code, standard output, standard error)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["gatepost", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return ended.value.code or 0, out, err

    return run


def test_version_and_help(gatepost):
    assert gatepost("--version")[:2] == (0, "gatepost 0.1.0\n")
    code, out, _ = gatepost("--help")
    assert code == 0
    for command in ("sim", "play", "headend", "decode", "table", "journal", "doctor"):
        assert "\n  %s " % command in out


@pytest.mark.parametrize("group", ["", *(each.name for each in cli.app.registered_groups)])
def test_no_sentence_of_a_help_page_is_cut(gatepost, group):
    code, out, _ = gatepost(*group.split(), "--help")
    assert code == 0 and ("Commands:" if group else "Try it:") in out
    assert [line for line in out.splitlines() if line.endswith("...") and not line.startswith("Usage")] == []


def test_the_help_brings_no_window_and_no_server():
    script = "import sys\nfrom technician import cli\nprint({'asyncio', 'pygame', 'uvicorn', 'numpy', 'zxingcpp'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


def test_fci_as_json(gatepost):
    code, out, _ = gatepost("decode", "fci", SHANGHAI, "--json", "--balance", "00000320", "--limit", "00000320")
    assert code == 0
    assert json.loads(out) == {
        "serial": "03104770040067442802",
        "number": "3104770040067442802",
        "issuer": "02002900",
        "city": "2900",
        "city_name": "Shanghai",
        "valid_from": "2020-01-15",
        "valid_to": "2040-12-31",
        "application": "A000000632010105",
        "application_type": "02",
        "version": "01",
        "balance": 0,
    }


def test_fci_in_words_with_spaces_between_the_digits(gatepost):
    code, out, _ = gatepost("decode", "fci", *(SHANGHAI[at : at + 2] for at in range(0, len(SHANGHAI), 2)))
    assert code == 0
    assert "3104770040067442802" in out and "Shanghai" in out


def test_file_0015_alone(gatepost):
    fields = json.loads(gatepost("decode", "fci", BEIJING_0015, "--balance", "00000B22", "--json")[1])
    assert (fields["city_name"], fields["application"], fields["balance"]) == ("Beijing", None, 2850)


def test_a_city_that_is_not_in_the_list(gatepost):
    fields = json.loads(gatepost("decode", "fci", BEIJING_0015.replace("01011000", "01019998"), "--json")[1])
    assert (fields["city"], fields["city_name"]) == ("9998", None)


@pytest.mark.parametrize(
    "digits, told",
    [
        (SHENZHEN, "tag 6F at offset 0 claims 50 bytes, 46 are there [CARD-1]"),
        (SHANGHAI[:-2], "[CARD-1]"),
        ("6F", "[CARD-1]"),
        ("6FG1", "'G' at place 3 is no hex digit [INPUT-1]"),
        ("6F3", "3 hex digits, expected an even number [INPUT-1]"),
        ("", "no hex digits [INPUT-1]"),
        ("6F0A8408A000000632010105", "carries no file 0015"),
    ],
)
def test_bad_fci(gatepost, digits, told):
    code, out, err = gatepost("decode", "fci", digits)
    assert (code, out) == (2, "")
    assert told in err and err.count("\n") == 1


def test_bad_balance(gatepost):
    assert gatepost("decode", "fci", SHANGHAI, "--balance", "0320")[::2] == (
        2,
        "gatepost: balance: 2 bytes, expected 4 [INPUT-1]\n",
    )


def test_log_as_json(gatepost):
    code, out, _ = gatepost("decode", "log", *NANJING_LOG, "00" * 23, "FF" * 23, "--json")
    assert code == 0
    assert json.loads(out) == [
        {
            "counter": 177, "amount": 0, "overdraft": 0, "type": "09", "type_name": "composite",
            "terminal": "413100629380", "time": "2024-03-10T21:15:08",
        },
        {
            "counter": 176, "amount": 160, "overdraft": 0, "type": "09", "type_name": "composite",
            "terminal": "413100629388", "time": "2024-03-10T19:57:19",
        },
    ]  # fmt: skip


def test_log_records_in_one_piece(gatepost):
    assert json.loads(gatepost("decode", "log", "".join(NANJING_LOG), "--json")[1])[1]["counter"] == 176


def test_bad_logs(gatepost):
    assert "record 2 has 22 bytes, expected 23" in gatepost("decode", "log", NANJING_LOG[0], NANJING_LOG[1][2:])[2]
    code, _, err = gatepost("decode", "log", NANJING_LOG[0], NANJING_LOG[1][:-6] + "241321")
    assert code == 2 and "record 2: log record offset 20: 241321" in err


@pytest.fixture
def table(tmp_path, gatepost):
    (tmp_path / "list.csv").write_text(LIST)
    path = tmp_path / "list.wlt"
    code, _, err = gatepost("table", "build", tmp_path / "list.csv", path, "--key", KEY, "--epoch", 7)
    assert code == 0, err
    return path


def test_table_info(gatepost, table):
    fields = json.loads(gatepost("table", "info", table, "--json")[1])
    assert (fields["entries"], fields["epoch"], fields["kind"], fields["exact"]) == (5, 7, "whitelist", True)
    assert fields["bytes"] == table.stat().st_size


@pytest.mark.parametrize(
    "scheme, number, status, holder_class, valid_to",
    [
        ("purse", "3104770040067442802", "valid", "adult", "2040-12-31"),
        ("purse", "03104770040067442802", "valid", "adult", "2040-12-31"),
        ("purse", "3104830010006412507", "blocked", "elder", None),
        ("social_card", "639900d15600000500bf7c7a48fb4966", "valid", "student", "2030-10-01"),
        ("account_code", "0000000000001234", "valid", "child", None),
        ("ride_code", "30000000000000000001", "valid", "adult", "2026-01-01"),
    ],
)
def test_table_look(gatepost, table, scheme, number, status, holder_class, valid_to):
    code, out, _ = gatepost("table", "look", table, scheme, number, "--key", KEY, "--json")
    fields = json.loads(out)
    assert (code, fields["state"]) == (0, "listed")
    assert (fields["status"], fields["class"], fields["valid_to"]) == (status, holder_class, valid_to)


def test_table_says_no(gatepost, table):
    code, out, _ = gatepost("table", "look", table, "purse", "3104770040067442803", "--key", KEY, "--json")
    assert (code, json.loads(out)["state"]) == (1, "not_listed")
    code, _, err = gatepost("table", "look", table, "purse", "31047700400674428", "--key", KEY)
    assert code == 2 and "17 characters, a purse has 19 or 20 digits" in err
    assert gatepost("table", "look", table, "bus", "1", "--key", KEY)[0] == 2


def test_table_keys(gatepost, table, tmp_path):
    for name, content in (("hex", KEY.encode() + b"\n"), ("raw", bytes.fromhex(KEY))):
        (tmp_path / name).write_bytes(content)
        assert gatepost("table", "verify", table, "--key-file", tmp_path / name)[0] == 0
    assert "another list key" in gatepost("table", "verify", table, "--key", "11" * 16)[2]
    assert "17 bytes, expected 16" in gatepost("table", "verify", table, "--key", KEY + "00")[2]
    assert "either --key or --key-file" in gatepost("table", "verify", table)[2]


def test_table_damage_is_a_third_answer(gatepost, table):
    content = bytearray(table.read_bytes())
    content[4096 + 40] ^= 1
    table.write_bytes(content)
    code, out, _ = gatepost("table", "verify", table, "--key", KEY, "--json")
    assert (code, json.loads(out)["damaged"]) == (1, [0])
    code, out, _ = gatepost("table", "look", table, "purse", "3104770040067442802", "--key", KEY, "--json")
    assert (code, json.loads(out)["state"]) == (3, "damaged")


def test_bad_lines_are_all_named_and_nothing_is_built(gatepost, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text(
        LIST
        + "purse,310477004006744280,adult,valid,\n"
        + "bus,1,adult,valid,\n"
        + "purse,3104770040067442809,king,valid,\n"
        + "purse,3104770040067442809,adult,lost,\n"
        + "purse,3104770040067442809,adult,valid,2040-02-30\n"
        + "purse,3104770040067442809,adult,valid,2222-01-01\n"
        + "purse,3104770040067442809,adult\n"
    )
    code, out, err = gatepost("table", "build", bad, tmp_path / "bad.wlt", "--key", KEY)
    assert (code, out) == (2, "")
    for line, reason in (
        (8, "18 characters"), (9, "scheme 'bus'"), (10, "class 'king'"), (11, "status 'lost'"),
        (12, "valid_to '2040-02-30'"), (13, "outside"), (14, "3 fields, expected 5"),
    ):  # fmt: skip
        assert any("line %d:" % line in told and reason in told for told in err.splitlines()), (line, err)
    assert "3104770040067442809" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.csv"]
    err = gatepost("table", "build", bad, tmp_path / "bad.wlt", "--key", KEY, "--bad-lines", 2)[2]
    assert "line 9" in err and "line 10" not in err and "and more" in err


@pytest.mark.parametrize(
    "content, told",
    [
        (b"", "line 1: expected the columns"),
        (b"a,b\n", "line 1: expected the columns"),
        (LIST.encode() + b"purse,\xff\n", "not UTF-8"),
        (LIST.encode() + b"purse,3104770040067442802,adult,blocked,\n", "line 8: the same holder as line 2"),
    ],
)
def test_lists_that_cannot_be_built(gatepost, tmp_path, content, told):
    (tmp_path / "bad.csv").write_bytes(content)
    code, _, err = gatepost("table", "build", tmp_path / "bad.csv", tmp_path / "bad.wlt", "--key", KEY)
    assert code == 2 and told in err and "[INPUT-2]" in err
    assert not list(tmp_path.glob("bad.wlt*"))


def test_the_old_table_stays_when_the_new_list_is_bad(gatepost, table, tmp_path):
    before = table.read_bytes()
    (tmp_path / "bad.csv").write_text(LIST + "bus,1,adult,valid,\n")
    assert gatepost("table", "build", tmp_path / "bad.csv", table, "--key", KEY)[0] == 2
    assert table.read_bytes() == before


def test_foreign_and_missing_tables(gatepost, tmp_path):
    (tmp_path / "list.csv").write_text(LIST)
    assert "[STORE-5]" in gatepost("table", "info", tmp_path / "list.csv")[2]
    assert gatepost("table", "info", tmp_path / "nothing")[0] == 2


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "journal"
    medium = FileMedium(str(path), MINIMUM_SIZE)
    written = Journal(medium, journal_id=0x1234ABCD)
    for place in range(5):
        written.append(records.pack(records.plain(records.TAP, 1767225600 + place, bytes(16), fare=200)))
    written.acknowledge(2)
    medium.close()
    return path


def test_journal_info_and_dump(gatepost, journal):
    before = journal.read_bytes()
    fields = json.loads(gatepost("journal", "info", journal, "--json")[1])
    assert (fields["journal"], fields["newest"], fields["acknowledged"], fields["queued"]) == ("1234abcd", 5, 2, 3)
    lines = [json.loads(line) for line in gatepost("journal", "dump", journal, "--json")[1].splitlines()]
    assert [line["seq"] for line in lines] == [3, 4, 5]
    assert (lines[0]["kind"], lines[0]["fare"], lines[0]["time"]) == ("tap", 200, "2026-01-01T08:00:02")
    assert len(gatepost("journal", "dump", journal, "--from", 1)[1].splitlines()) == 5
    assert gatepost("journal", "verify", journal)[0] == 0
    assert journal.read_bytes() == before


def test_journal_with_foreign_records(gatepost, journal):
    medium = FileMedium(str(journal))
    Journal(medium).append(b"not one of ours")
    medium.close()
    code, out, _ = gatepost("journal", "verify", journal, "--json")
    assert code == 1
    assert json.loads(out)["faults"] == ["record 6: record of 15 bytes, expected 64"]
    assert "fault" in json.loads(gatepost("journal", "dump", journal, "--json")[1].splitlines()[-1])


def test_journals_that_are_none(gatepost, tmp_path):
    for content in (b"", b"garbage" * 20000, bytes(MINIMUM_SIZE)):
        (tmp_path / "journal").write_bytes(content)
        code, _, err = gatepost("journal", "info", tmp_path / "journal")
        assert code == 2 and "[STORE-" in err
        assert (tmp_path / "journal").read_bytes() == content


def test_doctor_finds_a_sound_folder(gatepost, journal, table):
    code, out, _ = gatepost("doctor", "--folder", journal.parent, "--json")
    checks = {check["code"]: check for check in json.loads(out)}
    assert code == 0, out
    assert checks["JOURNAL"]["seen"] == "journal: 3 records wait, 3 readable"
    assert checks["TABLE"]["state"] == checks["FOLDER"]["state"] == checks["FONTS"]["state"] == "good"


def test_doctor_finds_damage(gatepost, table):
    content = bytearray(table.read_bytes())
    content[4096 + 10] ^= 1
    table.write_bytes(content)
    code, out, _ = gatepost("doctor", "--folder", table.parent)
    assert code == 1
    assert "the root does not hold" in out


def test_doctor_finds_a_folder_that_cannot_be_written(gatepost, tmp_path):
    (tmp_path / "file").write_text("")
    code, out, _ = gatepost("doctor", "--folder", tmp_path / "file" / "folder")
    assert code == 1
    assert "bad      FOLDER" in out


def test_doctor_finds_a_busy_port(gatepost, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, _ = gatepost("doctor", "--folder", tmp_path, "--port", port)
    assert code == 0
    assert "lacking  PORT         port %d:" % port in out


def test_headend_on_a_busy_port(gatepost, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = gatepost("headend", "--folder", tmp_path, "--port", taken.getsockname()[1])
    assert code == 2
    assert "[HEADEND-1]" in err


def test_debug_shows_where_an_error_came_from():
    command = [sys.executable, "-m", "technician.cli", "--debug", "decode", "fci", "6F"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" in done.stderr and "CardDataMalformed" in done.stderr


def test_wrong_usage(gatepost):
    assert gatepost("decode", "fci")[0] == 2
    assert gatepost("fly")[0] == 2
    assert gatepost("headend", "--port", "70000")[0] == 2
