"""Software of Linux terminals: real bundles with throw-away keys read by the real rauc, hooks run, units verified by systemd."""

import datetime
import os
import random
import shutil
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from technician import linux_bundle
from technician.board_cli import description_of
from technician.cli import app
from technician.errors import InputMalformed

GATE = description_of("linux-gate")


def throw_away_keys(folder, name):
    """(path of a self-signed certificate, path of its key)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    paths = folder / (name + ".crt"), folder / (name + ".key")
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """(folder, bundle, certificate) of version 7 with floor 5."""
    assert shutil.which("rauc"), "rauc is missing: apt-get install rauc squashfs-tools"
    folder = tmp_path_factory.mktemp("bundle")
    certificate, key = throw_away_keys(folder, "release")
    root = folder / "root"
    linux_bundle.units(root, GATE, "uboot")
    (root / "opt").mkdir()
    (root / "opt" / "program").write_bytes(random.Random(7).randbytes(20000))
    out = folder / "gate-7.raucb"
    done = CliRunner().invoke(
        app, ["board", "bundle", "linux-gate", "7", str(root), str(out), "--cert", str(certificate), "--key", str(key), "--floor", "5"]
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return folder, out, certificate


def info(bundle, keyring):
    return subprocess.run(["rauc", "info", "--keyring=%s" % keyring, str(bundle)], capture_output=True, text=True)


def test_rauc_reads_the_bundle_and_believes_its_own_key_only(made):
    folder, bundle, certificate = made
    told = info(bundle, certificate)
    assert told.returncode == 0, told.stderr
    for words in ("'gatepost-linux-gate'", "'7'", "verity", "rootfs.squashfs", "install-check", "post-install"):
        assert words in told.stdout, words
    stranger, _ = throw_away_keys(folder, "stranger")
    assert info(bundle, stranger).returncode != 0
    data = bytearray(bundle.read_bytes())
    data[-600] ^= 1
    spoilt = folder / "spoilt.raucb"
    spoilt.write_bytes(data)
    assert info(spoilt, certificate).returncode != 0


def hook(made, state, name, **facts):
    """(exit code, what was said) of the hook that the bundle carries."""
    folder, bundle, certificate = made
    content = folder / "content"
    if not content.exists():
        subprocess.run(
            ["rauc", "extract", "--keyring=%s" % certificate, str(bundle), str(content)],
            check=True,
            capture_output=True,
        )
    environment = {**os.environ, "GATEPOST_STATE": str(state), **facts}
    done = subprocess.run([content / "hook.sh", name], env=environment, capture_output=True, text=True)
    return done.returncode, done.stderr.strip()


def test_another_class_and_versions_below_the_floor_are_refused(made, tmp_path):
    facts = {
        "RAUC_MF_COMPATIBLE": "gatepost-linux-gate",
        "RAUC_SYSTEM_COMPATIBLE": "gatepost-linux-gate",
        "RAUC_MF_VERSION": "7",
    }
    assert hook(made, tmp_path, "install-check", **facts) == (0, "")
    (tmp_path / "floor").write_text("8\n")
    assert hook(made, tmp_path, "install-check", **facts) == (10, "version 7 is older than 8, the oldest allowed")
    facts["RAUC_SYSTEM_COMPATIBLE"] = "gatepost-linux-pad"
    assert hook(made, tmp_path, "install-check", **facts)[0] == 10


def test_software_is_on_trial_until_it_is_good_in_its_own_slot(made, tmp_path):
    cmdline = tmp_path / "cmdline"

    def on_trial(verb):
        environment = {**os.environ, "GATEPOST_STATE": str(tmp_path), "GATEPOST_CMDLINE": str(cmdline)}
        return subprocess.run([linux_bundle.FILES / "on-trial", verb], env=environment).returncode

    cmdline.write_text("quiet rauc.slot=B rootwait\n")
    assert on_trial("is") == 1  # nothing was installed
    assert hook(made, tmp_path, "slot-post-install", RAUC_SLOT_BOOTNAME="B") == (0, "")
    assert on_trial("is") == 0
    cmdline.write_text("quiet rauc.slot=A rootwait\n")
    assert on_trial("is") == 1  # the old one runs again: it is not the one to be left
    assert on_trial("end") == 1 and not (tmp_path / "floor").exists()
    cmdline.write_text("quiet rauc.slot=B rootwait\n")
    assert on_trial("end") == 0
    assert (tmp_path / "floor").read_text() == "5\n" and on_trial("is") == 1


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    assert shutil.which("systemd-analyze"), "systemd-analyze is missing: apt-get install systemd"
    written = linux_bundle.units(tmp_path, GATE, "grub")
    assert "bootloader=grub" in (tmp_path / "etc/rauc/system.conf").read_text()
    assert (tmp_path / "etc/gatepost/terminal.env").read_text() == "GATEPOST_BOARD=linux-gate\n"
    for program in ("opt/gatepost/bin/gatepost", "usr/bin/rauc", "usr/bin/systemctl"):
        path = tmp_path / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    shutil.copytree("/lib/systemd/system", tmp_path / "lib/systemd/system", symlinks=True)
    names = [path.name for path in written if path.parent.name == "system"]
    assert len(names) == 6

    def verify():
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", "--root=%s" % tmp_path, *names], capture_output=True, text=True
        )
        return done.returncode, [line for line in done.stderr.splitlines() if "gatepost" in line]

    assert verify() == (0, [])
    unit = tmp_path / "etc/systemd/system/gatepost.service"
    unit.write_text(unit.read_text().replace("WatchdogSec=30", "WatchdogSecs=thirty"))
    assert verify()[1]  # it does look


def test_a_floor_above_the_version_is_a_mistake(tmp_path):
    with pytest.raises(InputMalformed, match="floor of 8"):
        linux_bundle.bundle(GATE, 7, tmp_path, tmp_path / "x.raucb", "c", "k", 8)


@pytest.mark.parametrize("kind", ["linux-desk", "esp32s3-gate"])
def test_no_service_is_written_that_could_not_serve(tmp_path, kind):
    refused = CliRunner().invoke(app, ["board", "units", str(tmp_path), "--class", kind])
    assert isinstance(refused.exception, InputMalformed) and "linux-pad" in str(refused.exception)
    assert list(tmp_path.iterdir()) == []
