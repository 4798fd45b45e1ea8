"""`gatepost decode code`: the published ride code and our own, as digits, as text and as a picture."""

import json
import sys

import pytest
import segno

from simulator.codes import as_text, demonstration_key, demonstration_trust, issue_account_code
from technician import cli, codes
from terminal.media import base45
from tests.board_interpreter import ROOT

RIDE = "".join((ROOT / "tests" / "data" / "ride_code.hex").read_text().split())
MADE = 1767225600
ROOT_KEY = demonstration_key("root").public.hex()
ISSUER_KEY = demonstration_key("issuer").public.hex()


@pytest.fixture
def decode(monkeypatch, capsys):
    """decode(*arguments) -> (exit code, what --json printed or None, standard error)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["gatepost", "decode", "code", "--json", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return ended.value.code or 0, json.loads(out) if out else None, err

    return run


def _in_time(told):
    return told["reason"], told["signatures"]


ALL_VALID = {"root": "valid", "issuer": "valid", "user": "valid"}


def test_the_published_ride_code(decode):
    code, told, _ = decode(RIDE, "--root", ROOT_KEY, "--at", MADE + 30)
    assert code == 0
    assert _in_time(told) == (None, ALL_VALID)
    assert (told["scheme"], told["size"]) == ("ride_code", 332)
    assert told["fields"]["card_number"] == "03101000123456789012"
    assert told["fields"]["certificate"]["issuer"] == "01011000"
    assert (told["fields"]["generated"], told["fields"]["validity"], told["fields"]["limit"]) == (MADE, 60, 30000)


@pytest.mark.parametrize(
    "at, reason",
    [
        ("2026-01-01T08:00:30", None),
        ("2026-01-01T00:00:30+00:00", None),
        ("2026-01-01T08:01:01", "code_expired"),
        ("2026-01-01T07:59:00", "code_not_yet_valid"),
    ],
)
def test_times(decode, at, reason):
    assert decode(RIDE, "--root", ROOT_KEY, "--at", at)[1]["reason"] == reason


def test_without_the_root_key(decode):
    told = decode(RIDE, "--issuer", ISSUER_KEY)[1]
    assert _in_time(told) == ("code_untrusted_issuer", {**ALL_VALID, "root": "unknown key"})
    assert told["keys"] == "given"
    assert decode(RIDE, "--root", "7=" + ROOT_KEY)[1]["signatures"]["root"] == "unknown key"
    assert decode(RIDE, "--root", "2=" + ROOT_KEY)[1]["signatures"] == ALL_VALID
    assert decode(RIDE, "--root", ISSUER_KEY)[1]["signatures"]["root"] == "invalid"


def test_without_any_key_the_demonstration_judges_and_says_so(decode):
    told = decode(RIDE)[1]
    assert (told["keys"], told["signatures"]) == ("demonstration", ALL_VALID)


def test_a_tampered_code(decode):
    tampered = RIDE[:282] + "%02X" % (int(RIDE[282:284], 16) ^ 1) + RIDE[284:]
    told = decode(tampered, "--root", ROOT_KEY)[1]
    assert _in_time(told) == ("code_tampered", {"root": "valid", "issuer": "invalid", "user": "invalid"})


def test_an_account_code_as_text_and_as_digits(decode):
    raw = issue_account_code(b"00001234", MADE)
    for text in (as_text(raw), raw.hex()):
        code, told, _ = decode(text, "--issuer", ISSUER_KEY, "--at", MADE)
        assert (code, told["scheme"]) == (0, "account_code")
        assert _in_time(told) == (None, {"issuer": "valid", "user": "valid"})


def test_keys_from_a_file(decode, tmp_path):
    (tmp_path / "trust").write_text(json.dumps(demonstration_trust()))
    assert decode(RIDE, "--trust", tmp_path / "trust")[1]["signatures"] == ALL_VALID
    (tmp_path / "trust").write_text("{")
    assert "is not JSON" in decode(RIDE, "--trust", tmp_path / "trust")[2]


def test_pictures(decode, tmp_path):
    account = as_text(issue_account_code(b"00001234", MADE))
    for name, content, mode, scheme in (
        ("ride.png", bytes.fromhex(RIDE), "byte", "ride_code"),
        ("account.png", account, "alphanumeric", "account_code"),
    ):
        segno.make_qr(content, mode=mode, error="l").save(str(tmp_path / name), scale=4, border=4)
        code, told, err = decode(tmp_path / name)
        assert (code, err) == (0, "")
        assert told["scheme"] == scheme
    assert codes.bytes_of(str(tmp_path / "ride.png")) == bytes.fromhex(RIDE)


def test_pictures_without_a_code(decode, tmp_path):
    from PIL import Image

    Image.new("L", (200, 200), 255).save(tmp_path / "white.png")
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "cut.png").write_bytes((tmp_path / "white.png").read_bytes()[:60])
    assert "0 codes found, expected one [INPUT-3]" in decode(tmp_path / "white.png")[2]
    assert "no picture that can be opened [INPUT-3]" in decode(tmp_path / "text.png")[2]
    assert decode(tmp_path / "cut.png")[0] == 2


@pytest.mark.parametrize(
    "text, told",
    [
        (RIDE[:400], "ride code of 200 bytes, at least 332 expected [CODE-1]"),
        (RIDE[:-2], "[CODE-1]"),
        (RIDE[:-1], "663 hex digits, expected an even number [INPUT-1]"),
        ("55" * 30, "[CODE-1]"),
        (base45.encode(bytes.fromhex(RIDE)[:100]).decode(), "[CODE-1]"),
        ("nothing.png", "neither hex digits, nor base45 text, nor a picture file that exists [INPUT-1]"),
        ("", "[INPUT-1]"),
        ("ÄÖÜ" * 40, "[INPUT-1]"),
    ],
)
def test_what_is_no_code(decode, text, told):
    code, out, err = decode(text)
    assert (code, out) == (2, None)
    assert told in err and err.count("\n") == 1


def test_bad_keys_and_times(decode):
    assert "[CONFIG-" in decode(RIDE, "--root", "00")[2]
    assert "no hex digit" in decode(RIDE, "--root", "zz")[2]
    assert "'x' is no index" in decode(RIDE, "--root", "x=" + ROOT_KEY)[2]
    assert "neither Unix seconds nor an ISO time" in decode(RIDE, "--at", "yesterday")[2]


def test_without_the_extra_that_reads_pictures(decode, tmp_path, monkeypatch):
    segno.make_qr(bytes.fromhex(RIDE)).save(str(tmp_path / "ride.png"))
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    code, _, err = decode(tmp_path / "ride.png")
    assert code == 2
    assert err == "gatepost: this needs zxingcpp, which is not installed: add the extra [sim] [INPUT-4]\n"
