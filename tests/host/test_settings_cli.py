"""Settings for people: TOML in, the terminal's own rules, the same bytes out for the same settings."""

import json

import pytest
from typer.testing import CliRunner

from technician import settings_cli
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


def test_check_and_diff(tmp_path):
    run = CliRunner()
    old, new = written(tmp_path, GOOD), written(tmp_path, GOOD.replace("8470", "8471"), "new.toml")
    assert run.invoke(app, ["settings", "check", str(old)]).stdout.strip().endswith("good")
    assert run.invoke(app, ["settings", "diff", str(old), str(old)]).exit_code == 0
    changed = run.invoke(app, ["settings", "diff", str(old), str(new)])
    assert changed.exit_code == 1
    assert changed.stdout.split() == ["network.port", "8470", "->", "8471"]
