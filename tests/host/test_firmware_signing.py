"""Firmware signed with one's own keys: made, signed here or on another machine, believed by one's own terminals only."""

import json
from types import SimpleNamespace

import pytest

from headend.operator_keys import signing_key
from technician import cli, demonstration, flash, update_image
from technician.errors import InputMalformed
from terminal.more_errors import PackageForeign, PackageMalformed

FILES = {"start.mpy": b"M\x06 a start", "more.mpy": b"M\x06 and more"}


@pytest.fixture
def gatepost(tmp_path, monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["gatepost", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code, said.out + said.err.strip()

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(update_image, "firmware", lambda description, architecture: FILES)  # compiling has its tests
    return run


@pytest.fixture
def owner(gatepost, tmp_path):
    """A working folder with the keys and the trust file that the commands make, and the demonstration's."""
    code, told = gatepost("operator", "keys", "root.sm2", "firmware.sm2")
    assert code == 0 and [line.split()[2:] for line in told.splitlines()] == [["made", "now"]] * 2
    code, told = gatepost(
        "operator", "trust", "own.json", "--root", "root.sm2", "--role", "firmware=firmware.sm2", "--folder", "headend"
    )
    assert code == 0 and "no tariff, no services" in told, told
    (tmp_path / "demo.json").write_text(json.dumps(demonstration.trust()))

    def load(image, trust):
        return flash.load(tmp_path / image, flash.read_trust(tmp_path / trust, tmp_path / image))

    return SimpleNamespace(gatepost=gatepost, folder=tmp_path, load=load)


def build(owner, out, *options):
    return owner.gatepost("board", "build", "esp32s3-gate", 7, out, *options)


def test_each_owner_believes_his_own_images_only(owner):
    assert build(owner, "own.gpk", "--key", "firmware.sm2", "--trust", "own.json")[0] == 0
    code, told = build(owner, "demo.gpk", "--demonstration-key")
    assert code == 0 and "protects nothing" in told
    for name, other in (("own", "demo"), ("demo", "own")):
        assert owner.load(name + ".gpk", name + ".json").files == FILES
        with pytest.raises(PackageForeign):
            owner.load(name + ".gpk", other + ".json")


def test_an_image_is_signed_where_the_key_lies(owner):
    code, told = build(owner, "unsigned.gpk", "--unsigned", "--floor", 5)
    assert code == 0 and "not signed" in told
    with pytest.raises(InputMalformed, match="board sign"):
        flash.load(owner.folder / "unsigned.gpk")
    code, told = owner.gatepost(
        "board", "sign", "unsigned.gpk", "signed.gpk", "--key", "firmware.sm2", "--trust", "own.json"
    )
    assert code == 0 and "version 7 for esp32s3-gate, floor 5" in told
    image = owner.load("signed.gpk", "own.json")
    assert image.files == FILES and image.header.floor == 5
    build(owner, "demo.gpk", "--demonstration-key")  # another's signature is taken off
    owner.gatepost("board", "sign", "demo.gpk", "taken.gpk", "--key", "firmware.sm2", "--trust", "own.json")
    assert len(owner.load("taken.gpk", "own.json").header.signatures) == 1


def test_a_changed_image_is_not_signed(owner):
    build(owner, "unsigned.gpk", "--unsigned")
    raw = (owner.folder / "unsigned.gpk").read_bytes()
    (owner.folder / "unsigned.gpk").write_bytes(raw[:-1] + bytes((raw[-1] ^ 1,)))
    code, told = owner.gatepost(
        "board", "sign", "unsigned.gpk", "out.gpk", "--key", "firmware.sm2", "--trust", "own.json"
    )
    assert code == 2 and told.endswith("[%s]" % PackageMalformed.code)
    assert not (owner.folder / "out.gpk").exists()


@pytest.mark.parametrize(
    "options, told",
    [
        (("--key", "headend/keys/lists.sm2", "--trust", "own.json"), "it is the key of delta, hotlist, whitelist"),
        (("--key", "root.sm2", "--trust", "own.json"), "it is not named there"),
        (("--key", "firmware.sm2", "--trust", "demo.json"), "is not the key of the role firmware in demo.json"),
        (("--key", "firmware.sm2"), "with --trust"),
        (("--key", "no.sm2", "--trust", "own.json"), "'no.sm2' does not exist"),
        ((), "say who signs"),
        (("--unsigned", "--demonstration-key"), "say who signs"),
    ],
)
def test_what_is_not_signed_is_said_and_not_written(owner, options, told):
    code, said = build(owner, "out.gpk", *options)
    assert code == 2 and told in " ".join(said.replace("│", " ").split()), said
    assert not (owner.folder / "out.gpk").exists() and not (owner.folder / "no.sm2").exists()


def test_the_trust_file_names_the_head_ends_keys_and_ones_own(owner):
    fields = json.loads((owner.folder / "own.json").read_text())
    public = {name: signing_key(owner.folder / name)[0].hex() for name in ("root.sm2", "firmware.sm2")}
    lists, operation = (
        signing_key(owner.folder / "headend/keys" / (name + ".sm2"))[0].hex() for name in ("lists", "operation")
    )
    assert fields == {
        "roots": [public["root.sm2"]], "threshold": 1,
        "roles": {
            "firmware": public["firmware.sm2"], "whitelist": lists, "delta": lists, "hotlist": lists, "settings": operation,
        },
    }  # fmt: skip
    again = ("operator", "trust", "two.json", "--root", public["root.sm2"], "--root", "firmware.sm2", "--threshold", 2)
    assert owner.gatepost(*again, "--folder", "headend")[0] == 0
    assert json.loads((owner.folder / "two.json").read_text())["threshold"] == 2


@pytest.mark.parametrize(
    "options, told",
    [
        (("--root", "root.sm2", "--threshold", 2), "a threshold that they reach"),
        (("--root", "root.sm2", "--root", "root.sm2"), "each named once"),
        (("--root", "no.sm2"), "no.sm2 is neither a key file nor a public key"),
        (("--root", "02" + "ff" * 32), "neither a key file nor a public key"),
        (("--root", "root.sm2", "--role", "keys=root.sm2"), "no role 'keys'"),
        (("--root", "root.sm2", "--role", "firmware"), "neither a key file nor a public key"),
    ],
)
def test_a_trust_file_that_no_terminal_takes_is_not_written(owner, options, told):
    code, said = owner.gatepost("operator", "trust", "bad.json", *options, "--folder", "headend")
    assert code == 2 and told in said
    assert not (owner.folder / "bad.json").exists() and not (owner.folder / "no.sm2").exists()
