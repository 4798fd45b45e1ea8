"""ESP32 gates by their makers' real tools: an emulated ROM loader takes the interpreter, virtual eFuses take the keys."""

import json

import esptool.bin_image
import pytest
from typer.testing import CliRunner

from simulator.chips.esp_rom import EspRom
from technician import esp32
from technician.cli import app
from technician.errors import BoardFailed, BoardRefused, InputMalformed
from tests.host.served_chip import served

CHIP = "esp32s3"


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """An image as the chip's ROM starts it: header, one segment, checksum, digest."""
    path = tmp_path_factory.mktemp("image") / "interpreter.bin"
    made = esptool.bin_image.ESP32S3FirmwareImage()
    segment = esptool.bin_image.ImageSegment(0x3FC88000, bytes(range(256)) * 24)
    segment.name = "data"
    made.entrypoint = 0x40374000
    made.segments.append(segment)
    made.save(str(path))
    return path


@pytest.fixture
def board():
    with served(make=EspRom) as chip:
        yield chip


def run(*arguments, typed=None):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_the_interpreter_is_written_and_compared(image, board):
    plan = run("flash", "--interpreter", image, board.path, "--dry-run")
    assert json.loads(plan.stdout)["state"] == "would be written" and not board.chip.flash
    done = run("flash", "--interpreter", image, board.path, "--download-mode")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["state"] == "written"
    data = image.read_bytes()
    assert bytes(board.chip.flash[: len(data)]) == data


def test_a_flash_that_does_not_keep_what_is_written_is_seen(image, board):
    board.chip.damage = 5000
    with pytest.raises(BoardFailed, match="MD5|digest|match"):
        esp32.write_image(board.path, image, CHIP, ("--before", "no-reset", "--after", "no-reset"))
    assert board.chip.flash[5000] == 0xFF != image.read_bytes()[5000]


def test_what_is_no_image_for_this_chip_is_not_written(image, tmp_path):
    other = tmp_path / "other.bin"
    other.write_bytes(b"GPK1" + bytes(4000))
    with pytest.raises(InputMalformed, match="no image for an esp32s3"):
        run("flash", "--interpreter", other, "/dev/nonesuch")
    spoilt = bytearray(image.read_bytes())
    spoilt[1000] ^= 1
    other.write_bytes(spoilt)
    with pytest.raises(InputMalformed, match="damaged"):
        run("flash", "--interpreter", other, "/dev/nonesuch")
    with pytest.raises(InputMalformed, match="no chip 'esp99'; there are: esp32s3"):
        run("flash", "--interpreter", image, "/dev/nonesuch", "--chip", "esp99")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """(the owner's signing key, another one, a flash encryption key)."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("owner.pem", "other.pem"):
        made = esp32._tool(
            "espsecure", "generate-signing-key", "--version", "2", "--scheme", "rsa3072", str(folder / name)
        )
        assert made.returncode == 0
    (folder / "flash.key").write_bytes(bytes(range(32)))
    return folder / "owner.pem", folder / "other.pem", folder / "flash.key"


def test_an_image_is_signed_for_one_key(image, keys, tmp_path):
    owner, other, _ = keys
    signed = tmp_path / "signed.bin"
    assert "signed" in run("esp32", "sign", image, signed, "--key", owner).stdout
    assert esp32.signed_by(signed, owner) and not esp32.signed_by(signed, other) and not esp32.signed_by(image, owner)


def test_a_chip_is_secured_once_and_by_typing(keys, tmp_path):
    owner, other, flash_key = keys
    fuses = tmp_path / "fuses"
    command = ("esp32", "secure", "--virtual", fuses, "--key", owner, "--flash-key", flash_key)
    dry = run(*command)
    assert dry.stdout.count("to burn") == 9 and "nothing was burnt; --burn does it for chip 000000" in dry.stdout
    place = ("--virt", "--path-efuse-file", str(fuses))
    assert not any(fuses.read_bytes())
    with pytest.raises(InputMalformed, match="nothing was burnt"):
        run(*command, "--burn", typed="yes\n")
    assert not any(fuses.read_bytes())
    assert "this chip is secured" in run(*command, "--burn", typed="BURN 000000\n").stdout
    held = esp32.read(place, CHIP)
    assert held["BLOCK_KEY0"]["readable"] and not held["BLOCK_KEY0"]["writeable"]
    assert not held["BLOCK_KEY1"]["readable"] and not held["BLOCK_KEY1"]["writeable"]
    assert held["SECURE_BOOT_EN"]["value"] is True and held["SPI_BOOT_CRYPT_CNT"]["raw_value"] == "0x7"
    assert not held["RD_DIS"]["writeable"]
    assert all(step.done for step in esp32.plan(held, owner, flash_key))
    with pytest.raises(BoardRefused, match="digest of another key"):
        esp32.plan(held, other)


def test_a_key_that_the_chip_cannot_check_is_refused_before_anything_is_burnt(keys, tmp_path):
    _, _, flash_key = keys
    with pytest.raises(InputMalformed, match="no key for secure boot"):
        run("esp32", "secure", "--virtual", tmp_path / "fuses", "--key", flash_key)
    with pytest.raises(InputMalformed, match="name the board's port"):
        run("esp32", "secure", "--key", flash_key)
