"""Software of Linux terminals: the files that make it a service, and bundles for the updater of such computers, RAUC."""

import pathlib
import shutil
import subprocess
import tempfile

from technician.errors import InputMalformed, PartMissing

FILES = pathlib.Path(__file__).parent / "data" / "linux"
BOOTLOADERS = ("barebox", "uboot", "grub", "efi")
_UNITS = "etc/systemd/system"


def units(root, description, bootloader):
    """Writes the units, the updater's configuration and the note of the class under `root`; returns their paths."""
    if bootloader not in BOOTLOADERS:
        raise InputMalformed("no bootloader %r; the updater knows: %s" % (bootloader, ", ".join(BOOTLOADERS)))
    files = {"%s/%s" % (_UNITS, path.name): path.read_text("utf8") for path in sorted(FILES.glob("gatepost*"))}
    files["usr/lib/gatepost/on-trial"] = (FILES / "on-trial").read_text("utf8")
    files["etc/rauc/system.conf"] = _filled("system.conf", CLASS=description.name, BOOTLOADER=bootloader)
    files["etc/gatepost/terminal.env"] = "GATEPOST_BOARD=%s\n" % description.name
    written = []
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf8")
        path.chmod(0o755 if name.endswith("on-trial") else 0o644)
        written.append(path)
    return written


def bundle(description, version, rootfs, out, certificate, key, floor=0):
    """Writes the signed bundle `out`. `rootfs`: an image, or a folder that becomes one; `key` may be a PKCS#11 URL.

    `floor`: the oldest version that may be installed once this one is good.
    """
    if not 0 <= floor <= version:
        raise InputMalformed("a floor of %d is above version %d itself" % (floor, version))
    with tempfile.TemporaryDirectory(prefix="gatepost-", dir=out.parent) as folder:
        content = pathlib.Path(folder, "content")
        content.mkdir()
        if rootfs.is_dir():
            image = content / "rootfs.squashfs"
            _run("mksquashfs", str(rootfs), str(image), "-noappend", "-quiet", "-all-time", "0", "-mkfs-time", "0")
        else:
            image = content / ("rootfs" + rootfs.suffix)
            shutil.copy(rootfs, image)
        names = {"CLASS": description.name, "VERSION": version, "IMAGE": image.name}
        (content / "manifest.raucm").write_text(_filled("manifest.raucm", **names), "utf8")
        hook = content / "hook.sh"
        hook.write_text(_filled("hook.sh", FLOOR=floor), "utf8")
        hook.chmod(0o755)
        draft = pathlib.Path(folder, "bundle.raucb")
        _run("rauc", "bundle", "--cert=%s" % certificate, "--key=%s" % key, str(content), str(draft))
        draft.replace(out)


def _filled(name, **values):
    text = (FILES / name).read_text("utf8")
    for key, value in values.items():
        text = text.replace("@%s@" % key, str(value))
    return text


def _run(program, *arguments):
    if shutil.which(program) is None:
        raise PartMissing("this needs %s, which is not installed; on Debian: rauc, squashfs-tools" % program)
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise InputMalformed("%s: %s" % (program, (done.stderr or done.stdout).strip()))
