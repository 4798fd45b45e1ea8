"""`gatepost chip`, `card` and `read`, each in a process of its own, one reading what the other presents."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from technician import cli

GATEPOST = [sys.executable, "-m", "technician.cli"]


def gatepost(*arguments, **more):
    return subprocess.run([*GATEPOST, *arguments], capture_output=True, text=True, timeout=60, **more)


@pytest.fixture
def chip(request):
    """`gatepost chip pn532 --card elder` (or another card): the path it prints."""
    name = getattr(request, "param", "elder")
    process = subprocess.Popen([*GATEPOST, "chip", "pn532", "--card", name], stdout=subprocess.PIPE, text=True)
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    process.stdout.close()


def test_read_a_card_from_the_emulated_chip(chip):
    done = gatepost("read", "--reader", "serial:" + chip, "--wait", "10", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["serial"] == "03104830100000000002"
    assert told["holder_class"] == "elder"
    assert told["balance"] == 1200
    assert told["city_name"] == "Nanjing"
    assert told["version"] == "3.00" and told["partial"] is True
    assert told["valid_to"] == told["expires"] == "2040-12-31"


@pytest.mark.parametrize("chip, found", [("elder", "ISO14443A"), ("type-b", "ISO14443B")], indirect=["chip"])
def test_nfc_list_reads_what_gatepost_serves(chip, found):
    environment = dict(os.environ, LIBNFC_DEFAULT_DEVICE="pn532_uart:" + chip)
    nfc_list = shutil.which("nfc-list")
    assert nfc_list, "nfc-list is missing: apt-get install libnfc-bin"
    done = subprocess.run([nfc_list, "-v"], env=environment, capture_output=True, text=True, timeout=30)
    assert "1 %s passive target(s) found" % found in done.stdout
    if found == "ISO14443B":
        assert "PUPI: 00  00  00  12" in done.stdout and "Protocol types supported: ISO/IEC 14443-4" in done.stdout


def test_nothing_presented():
    process = subprocess.Popen([*GATEPOST, "chip"], stdout=subprocess.PIPE, text=True)
    path = process.stdout.readline().strip()
    done = gatepost("read", "--reader", "serial:" + path, "--wait", "0.2")
    process.send_signal(signal.SIGINT)
    process.wait(10)
    process.stdout.close()
    assert done.returncode == 1
    assert "nothing was presented" in done.stderr


def test_code_that_is_typed():
    process = subprocess.Popen(
        [*GATEPOST, "read", "--reader", "keyboard", "--wait", "30", "--json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    # What was typed before the start is dropped, as with a real keyboard: it is typed until one line is taken.
    while process.poll() is None:
        process.stdin.write("6BF+70790T9WJWG\n")
        process.stdin.flush()
        time.sleep(0.2)
    told = json.loads(process.stdout.read())
    process.stdin.close()
    process.stdout.close()
    assert told["medium"] == "code"
    assert b"6BF+70790T9WJWG".hex().upper() in told["bytes"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("read", "--reader", "serial:/dev/ttyNONE"), "does not exist: plug the device in"),
        (("read", "--reader", "floppy:1"), "write serial:PORT"),
        (("chip", "rc522"), "there are: pn532, and gpio"),
        (("chip", "pn532", "--card", "nobody"), "there are: adult"),
        (("card", "torn"), "there are: adult"),
        (("card", "adult", "--vpcd", "localhost:x"), "is no HOST:PORT"),
        (("card", "adult", "--vpcd", "localhost:1"), "refused"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments, said, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gatepost", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert said in told
    assert len(told.strip().splitlines()) == 1
