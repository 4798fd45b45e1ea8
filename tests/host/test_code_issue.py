"""`gatepost code`: what it makes, a gate with the demonstration keys admits and a technician reads back from a picture."""

import json

import pytest
from typer.testing import CliRunner

from technician import codes as read
from technician.cli import app
from technician.errors import InputMalformed
from terminal.media.codes import CodeVerifier
from terminal.media.replay import ReplayStore

NOW = 1767225600


def run(*arguments):
    done = CliRunner().invoke(app, ["code", *arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def made(*arguments):
    return bytes.fromhex(json.loads(run("issue", *arguments, "--json"))["hex"])


def test_a_gate_with_the_keys_admits_all_three():
    gate = CodeVerifier(json.loads(run("keys")), ReplayStore())
    at = ("--at", str(NOW))
    assert gate.verify(made("ride", *at), NOW).reason is None
    assert gate.verify(made("account", *at), NOW).reason is None
    rescan = made("chain", "--since", str(NOW), "--at", str(NOW + 90))
    assert len(rescan) == 27 and gate.verify(rescan, NOW + 90).reason is None
    assert gate.verify(rescan, NOW + 600).reason == "code_expired"


@pytest.mark.parametrize("kind, raw", [("ride", ["--raw"]), ("ride", []), ("account", [])])
def test_pictures_are_read_back(kind, raw, tmp_path):
    path = tmp_path / "code.png"
    code = made(kind, "--at", str(NOW), "--picture", str(path), *raw)
    told = read.describe(str(path), at=str(NOW))
    assert told["reason"] is None and told["size"] == len(code)
    run("issue", kind, "--picture", str(tmp_path / "code.svg"))
    assert "<svg" in (tmp_path / "code.svg").read_text("utf8")


@pytest.mark.parametrize(
    "arguments",
    [("taxi",), ("account", "--account", "00"), ("ride", "--account", "x" * 17), ("ride", "--picture", "code.bmp"),
     ("chain", "--since", str(NOW), "--at", str(NOW - 1)), ("chain", "--since", str(NOW), "--at", str(NOW + 86400))],
)  # fmt: skip
def test_what_cannot_be_made_is_named(arguments):
    with pytest.raises(InputMalformed):
        run("issue", *arguments)
