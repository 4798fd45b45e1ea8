"""ESP32 chips by their makers' own tools: the interpreter's image, its signature, and the eFuses that make secure boot.

An eFuse that is burnt stays burnt: `plan` says what would be done, `burn` does it. `place` of a chip: its port, or the
file of virtual eFuses, as ("--port", path) or ("--virt", "--path-efuse-file", path).
"""

import functools
import importlib.util
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from technician.errors import BoardFailed, BoardLost, BoardRefused, InputMalformed, PartMissing

CHIPS = ("esp32s3",)
_DIGEST, _FLASH_KEY = "BLOCK_KEY0", "BLOCK_KEY1"
# The other two digests are given up, so that nobody can burn a key of their own there; JTAG goes; RD_DIS can no longer be
# written, or somebody could hide our digest and the chip would start nothing (TRM 1.0, chapter eFuse: WR_DIS bit 0).
_LOCKS = (("SECURE_BOOT_KEY_REVOKE1", 1), ("SECURE_BOOT_KEY_REVOKE2", 1), ("DIS_PAD_JTAG", 1), ("DIS_USB_JTAG", 1))
_RD_DIS_LOCK = 1
_ENCRYPTED = 7  # SPI_BOOT_CRYPT_CNT: an odd number of bits is on, all three cannot be undone


@dataclass(frozen=True)
class Step:
    """`words`: what it does, for people; `arguments`: of espefuse; `done`: it is so already."""

    words: str
    arguments: tuple
    done: bool


def check_image(path, chip):
    """What an interpreter's image says of itself, in words. InputMalformed when it is none, or not for `chip`."""
    told = _tool("esptool", "--chip", chip, "image-info", str(path))
    if told.returncode:
        raise InputMalformed("%s is no image for an %s: %s" % (path, chip, _last(told)))
    said = [line.strip() for line in told.stdout.splitlines()]
    if any(line.startswith("Checksum:") and "(valid)" not in line for line in said):
        raise InputMalformed("%s is damaged: its checksum does not hold" % path)
    return next((line for line in said if line.startswith("Image size")), "%d bytes" % path.stat().st_size)


def write_image(port, path, chip, options=()):
    """Writes the image to the start of the flash and has it compared. BoardLost, BoardFailed."""
    told = _tool("esptool", "--chip", chip, "--port", port, *options, "write-flash", "0x0", str(path))
    if told.returncode:
        words = _last(told)
        if "connect" in words or "open" in words:
            raise BoardLost("%s: %s: hold BOOT while RESET is pressed, then run the same command again" % (port, words))
        raise BoardFailed("%s: %s" % (port, words))
    if "Hash of data verified" not in told.stdout:
        raise BoardFailed("%s: what was written was not compared: %s" % (port, _last(told)))


def sign(path, key, out):
    """`path` with its signature behind it, as the chip's secure boot checks it (version 2, RSA-3072)."""
    told = _tool("espsecure", "sign-data", "--version", "2", "--keyfile", str(key), "--output", str(out), str(path))
    if told.returncode:
        raise InputMalformed("%s cannot be signed with %s: %s" % (path, key, _last(told)))


def signed_by(path, key):
    """Whether `path` carries a signature of `key` that holds."""
    return _tool("espsecure", "verify-signature", "--version", "2", "--keyfile", str(key), str(path)).returncode == 0


def plan(fuses, key, flash_key=None):
    """The Steps to secure boot of a chip with these eFuses. BoardRefused when it holds another key than `key` already."""
    digest = _digest(key)
    held = fuses[_DIGEST]["value"].replace(" ", "").lower()
    has_digest = held == digest
    if not has_digest and (held.strip("0") or fuses["KEY_PURPOSE_0"]["value"] != "USER"):
        raise BoardRefused("the chip holds the digest of another key: it starts nothing that %s signed" % key)
    steps = [Step(
        "burn the digest of the signing key %s..., write-protected" % digest[:8],
        ("burn-key-digest", _DIGEST, str(key), "SECURE_BOOT_DIGEST0"), has_digest,
    )]  # fmt: skip
    fused = list(_LOCKS)
    if flash_key is not None:
        hidden = not fuses[_FLASH_KEY]["readable"]
        if not hidden and fuses["KEY_PURPOSE_1"]["value"] != "USER":
            raise BoardRefused("%s holds a key that anybody can read: this chip cannot be secured" % _FLASH_KEY)
        steps.append(Step(
            "burn the flash encryption key, read-protected: nobody reads it again",
            ("burn-key", _FLASH_KEY, str(flash_key), "XTS_AES_128_KEY"), hidden,
        ))  # fmt: skip
        fused.append(("SPI_BOOT_CRYPT_CNT", _ENCRYPTED))
    steps += [
        Step("%s: set" % name, ("burn-efuse", name, str(value)), fuses[name]["raw_value"] == hex(value))
        for name, value in fused
    ]
    locked = bool(int(fuses["WR_DIS"]["raw_value"], 16) & _RD_DIS_LOCK)
    steps.append(Step("read protection can no longer be changed", ("burn-efuse", "WR_DIS", str(_RD_DIS_LOCK)), locked))
    on = fuses["SECURE_BOOT_EN"]["value"]
    steps.append(Step("secure boot on: the chip starts only what is signed", ("burn-efuse", "SECURE_BOOT_EN", "1"), on))
    return steps


def burn(place, chip, steps):
    """Burns what of `steps` is not done. All arguments are looked at before the first fuse is burnt. BoardFailed."""
    arguments = [argument for step in steps if not step.done for argument in step.arguments]
    if not arguments:
        return
    told = _tool("espefuse", "--chip", chip, *place, "--do-not-confirm", *arguments)
    if told.returncode or "Successful" not in told.stdout:
        raise BoardFailed("%s: %s" % (place[-1], _last(told)))


def read(place, chip):
    """{name: its fields} of all eFuses. BoardLost."""
    told = _tool("espefuse", "--chip", chip, *place, "summary", "--format", "json")
    start = told.stdout.find("{")
    if told.returncode or start < 0:
        raise BoardLost("%s: %s" % (place[-1], _last(told)))
    return json.loads(told.stdout[start:])


def serial_of(fuses):
    """The chip's own number, as a technician types it: the last six digits of its MAC."""
    return fuses["MAC"]["value"].split(" ")[0].replace(":", "")[-6:]


@functools.lru_cache
def _digest(key):
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        out = Path(folder, "digest")
        told = _tool("espsecure", "digest-sbv2-public-key", "--keyfile", str(key), "--output", str(out))
        if told.returncode:
            raise InputMalformed("%s is no key for secure boot (PEM, RSA-3072): %s" % (key, _last(told)))
        return out.read_bytes().hex()


def _tool(name, *arguments):
    if importlib.util.find_spec(name) is None:
        raise PartMissing("this needs %s, which is not installed: add the extra [esp32]" % name)
    return subprocess.run([sys.executable, "-m", name, *arguments], capture_output=True, text=True)


def _last(told):
    """The last thing that a tool said, in one line."""
    lines = [line.strip() for line in (told.stdout + told.stderr).splitlines() if line.strip()]
    words = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return (words or lines or ["it said nothing"])[-1]
