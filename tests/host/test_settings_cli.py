"""Settings for people: TOML in, the terminal's own rules, the same bytes out for the same settings."""

import json

import pytest
from typer.testing import CliRunner

from boards import description as boards
from technician import board_settings, settings_cli
from technician.cli import app
from technician.errors import InputMalformed, SettingsWrong
from terminal.settings import complete

GOOD = '[terminal]\nterminal = "gate-0001"\nsite = ["鼓楼站", "Gulou"]\n\n[network]\nhost = "10.0.0.1"\nport = 8470\n'


def written(folder, text, name="settings.toml"):
    path = folder / name
    path.write_text(text, "utf8")
    return path


def test_compiled_settings_are_complete_and_canonical(tmp_path):
    path, out = written(tmp_path, GOOD), tmp_path / "out.json"
    assert CliRunner().invoke(app, ["settings", "compile", str(path), "--out", str(out)]).exit_code == 0
    fields = json.loads(out.read_text("utf8"))
    assert fields["settings"] == complete({"terminal": "gate-0001", "site": ["鼓楼站", "Gulou"]})
    assert fields["network"] == {"host": "10.0.0.1", "port": 8470}
    other = written(tmp_path, GOOD.replace('site = ["鼓楼站", "Gulou"]\n', "") + "", "other.toml")
    other.write_text(
        '[network]\nport = 8470\nhost = "10.0.0.1"\n[terminal]\nsite = ["鼓楼站", "Gulou"]\nterminal = "gate-0001"\n',
        "utf8",
    )
    assert settings_cli.canonical(settings_cli.compiled(other)) == settings_cli.canonical(settings_cli.compiled(path))


@pytest.mark.parametrize(
    "text, error, words",
    [
        ("[terminal", InputMalformed, "no TOML"),
        ("[terminl]\n", SettingsWrong, "no section terminl"),
        (GOOD.replace("site", "sight"), SettingsWrong, "no setting sight"),
        (GOOD.replace("site = ", "passage_ms = 5\nsite = "), SettingsWrong, "passage_ms is 5"),
        (GOOD.replace("8470", "true"), SettingsWrong, "network.port"),
        (GOOD.replace("8470", "84700"), SettingsWrong, "1 to 65535"),
        (GOOD.replace("port = 8470\n", ""), SettingsWrong, "a host and a port"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, error, words):
    with pytest.raises(error, match=words):
        settings_cli.compiled(written(tmp_path, text))


GATE = GOOD + '\n[board]\nclass = "linux-gate"\n'


@pytest.mark.parametrize(
    "text, words",
    [
        ('class = "toaster"', "board.class is 'toaster': expected one of esp32s3-gate, rp2350-gate, linux-gate"),
        (
            'class = "linux-gate"\nreader.prot = "PICC"',
            r"has no setting board.reader.prot; in \[board.reader\] there are: port$",
        ),
        ('class = "linux-gate"\nprinter.port = "/dev/usb/lp0"', "a linux-gate has no setting board.printer"),
        ('class = "linux-gate"\nscanner.speed = 9601', "board.scanner.speed is 9601: expected one of 1200"),
        (
            'class = "linux-gate"\nscanner = "/dev/ttyUSB1"',
            "board.scanner is '/dev/ttyUSB1': expected a section with port, speed",
        ),
        ('class = "linux-gate"\ndisplay.port = "hdmi"', "board.display.port is 'hdmi': expected one of kms, window"),
        ('class = "linux-gate"\njournal_kb = 4', "board.journal_kb is 4: expected a number from 64 to 1048576"),
        ('class = "linux-gate"\nlines.release = true', "board.lines.release is True: expected a number from 0 to 1023"),
        ('class = "linux-gate"\nlines.red = 17', "board: pin 17 is taken twice: release and red"),
        ('class = "rp2350-gate"\nreader.sda = 2', "board: pin 2 is taken twice: i2c and release"),
        ('class = "rp2350-gate"\ngpio = "x"', "a rp2350-gate has no setting board.gpio"),
        ('reader.port = "PICC"', "board.class is None"),
        ('class = "linux-kiosk"\nface.port = "box"', "board.face.port is 'box': expected HOST:PORT, or none"),
        (
            'class = "linux-pad"\ntill.port = "tcp:"',
            "board.till.port is 'tcp:': expected the path of a serial port, tcp:PORT",
        ),
        ('class = "linux-gate"\nbuzzer.port = "bell"', "board.buzzer.port is 'bell': expected sound, none"),
    ],
)
def test_each_board_has_settings_of_its_own(tmp_path, text, words):
    with pytest.raises(SettingsWrong, match=words):
        settings_cli.compiled(written(tmp_path, GOOD + "\n[board]\n" + text + "\n"))


def test_a_board_is_wired_as_its_settings_say(tmp_path):
    text = GATE + 'gpio = "/dev/gpiochip4"\nlines.release = 20\nscanner.port = "/dev/ttyS1"\n'
    chosen = settings_cli.compiled(written(tmp_path, text))
    board = board_settings.board_of(chosen["board"])
    assert boards.line(board, "release").pin == 20 and boards.line(board, "fire").pin == 22
    assert boards.bus(board, "scanner").number == "/dev/ttyS1" and boards.bus(board, "scanner").speed == 9600
    assert boards.option(board, "gpio") == "/dev/gpiochip4" and boards.option(board, "journal_kb") == 4096
    changed = CliRunner().invoke(
        app, ["settings", "diff", str(written(tmp_path, GATE, "old.toml")), str(written(tmp_path, text))]
    )
    assert changed.stdout.split("\n")[0].split() == ["board.gpio", "(none)", "->", '"/dev/gpiochip4"']
    assert "board.scanner.port" in changed.stdout and changed.exit_code == 1


def test_check_and_diff(tmp_path):
    run = CliRunner()
    old, new = written(tmp_path, GOOD), written(tmp_path, GOOD.replace("8470", "8471"), "new.toml")
    assert run.invoke(app, ["settings", "check", str(old)]).stdout.strip().endswith("good")
    assert run.invoke(app, ["settings", "diff", str(old), str(old)]).exit_code == 0
    changed = run.invoke(app, ["settings", "diff", str(old), str(new)])
    assert changed.exit_code == 1
    assert changed.stdout.split() == ["network.port", "8470", "->", "8471"]
