"""A real MicroPython with pointers of 32 bits, as boards have them, whose modules run from a ROMFS image in place.

It is Debian's own package for i386 (trixie, MicroPython 1.25) with the libraries it needs, kept in build/; nothing is
installed. A machine that can neither fetch nor run it fails the tests that ask for it.
"""

import ast
import os
import pathlib
import shutil
import subprocess
import tempfile

from simulator import compiled, far_bench

ROOT = compiled.ROOT
_KEPT = ROOT / "build" / "micropython-i386"
_SUITE = "trixie"
_PACKAGES = ("micropython", "libc6", "libffi8", "libmbedcrypto16", "libmbedtls21", "libmbedx509-7")
_KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
_LIBRARIES = "usr/lib/i386-linux-gnu"
_FONTS = "screens/fonts/glyphs"
# Imported at boot, leaves first: the unix port spends 4 KB of its small C stack on each import inside another one.
_ENTRIES = (
    "simulator.far_gate", "screens.framebuf_backend", "screens.glyphs", "offline_store.search", "terminal.sync",
    "terminal.http_client", "terminal.media.codes", "terminal.media.replay",
)  # fmt: skip
# Flash is mapped into memory on a board; here the image is, by the libc this port can call.
_MOUNT = """
import ffi, sys, uctypes, vfs
_c = ffi.open("libc.so.6")
_at = _c.func("p", "mmap", "piiiii")(None, %d, 1, 2, _c.func("i", "open", "si")(%r, 0), 0)
vfs.mount(vfs.VfsRom(uctypes.bytearray_at(_at, %d)), "/rom")
sys.path[:] = ["/rom", ".frozen"]
del ffi, uctypes, vfs, _c, _at
gc.collect()
"""
_LOAD = "import far_imports\n"


def command():
    """The start of the command line; fetches the interpreter when it is not there."""
    if not _KEPT.exists():
        _fetch()
    root = str(_KEPT)
    libraries = "%s/%s" % (root, _LIBRARIES)
    return [libraries + "/ld-linux.so.2", "--library-path", libraries, root + "/usr/bin/micropython"]


def _fetch():
    mirror = _mirror()
    _KEPT.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_KEPT.parent) as scratch:
        place = pathlib.Path(scratch)
        for name in ("lists/partial", "cache/archives/partial", "root"):
            (place / name).mkdir(parents=True)
        (place / "status").touch()
        (place / "sources").write_text("deb [signed-by=%s] %s %s main\n" % (_KEYS, mirror, _SUITE))
        options = {
            "Dir::Etc::sourcelist": place / "sources", "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State::lists": place / "lists", "Dir::State::status": place / "status", "Dir::Cache": place / "cache",
            "APT::Architecture": "i386", "APT::Architectures": "i386", "APT::Sandbox::User": "root",
        }  # fmt: skip
        apt = ["apt-get", "-q"]
        for name in options:
            apt += ["-o", "%s=%s" % (name, options[name])]
        for words in (["update"], ["download", *_PACKAGES]):
            done = subprocess.run(apt + words, cwd=scratch, capture_output=True, text=True)
            assert done.returncode == 0, "32-bit MicroPython could not be fetched: " + done.stderr
        for package in place.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, place / "root"], check=True)
        try:
            (place / "root").rename(_KEPT)
        except OSError:
            assert _KEPT.exists()  # another worker was quicker


def _mirror():
    """Where this machine's own packages come from."""
    wanted = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Codename: bookworm"]
    for arguments in (wanted, wanted[:-1]):
        done = subprocess.run(arguments, capture_output=True, text=True)
        for line in done.stdout.splitlines():
            if line.rstrip("/").endswith("/debian"):
                return line
    raise AssertionError("this machine's package lists name no Debian mirror: run apt-get update")


def leaves_first(entries=_ENTRIES):
    """The modules that `entries` load when they are imported, each behind all that it imports itself."""
    done = []

    def visit(name):
        path = _file(name)
        if path is None or name in done:
            return
        done.append(name)
        for node in ast.parse(path.read_text("utf8")).body:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    visit(alias.name)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                for alias in node.names:
                    visit("%s.%s" % (node.module, alias.name))
                visit(node.module)
        done.remove(name)
        done.append(name)

    for name in entries:
        visit(name)
    return done


def _file(name):
    """The module's file, None for what is no module of a board or of its far end."""
    path = ROOT / (name.replace(".", "/") + ".py")
    return path if name.split(".")[0] in (*compiled.BOARD_ROOMS, "simulator") and path.is_file() else None


def from_rom(folder, more=()):
    """As simulator.far_bench.from_folder: the terminal's code lies in an image outside of the heap, and it draws.

    `more`: names of modules that this terminal loads, too.
    """
    tree = far_bench.compile_terminal(folder / "x86", "x86")
    shutil.copytree(ROOT / _FONTS, tree / _FONTS, dirs_exist_ok=True)  # where a board with ROMFS has them
    _lay_imports(tree, leaves_first((*_ENTRIES, *more)))
    image = folder / "terminal.romfs"
    image.write_bytes(compiled.rom_image(tree))
    size = image.stat().st_size
    boot = far_bench.BOOT + _MOUNT % (size, str(image), size) + _LOAD
    return _starter(boot, {}, "/rom/%s" % _FONTS)


def from_files(folder):
    """The same with the code where a board without ROMFS has it: loaded into the heap."""
    tree = far_bench.compile_terminal(folder / "x86", "x86")
    _lay_imports(tree, leaves_first())
    boot = compiled.COMPILED_ONLY + far_bench.BOOT + _LOAD
    return _starter(boot, {"MICROPYPATH": "%s%s.frozen" % (tree, os.pathsep)}, str(ROOT / _FONTS))


def _lay_imports(tree, names):
    """A module that imports `names`: a script would keep each of them in the heap, which code in an image does not."""
    source = tree / "far_imports.py"
    source.write_text("".join(["import %s\n" % name for name in names]))
    subprocess.run([compiled.compiler(), "-o", source.with_suffix(".mpy"), source], check=True)
    source.unlink()


def _starter(boot, environment, glyphs):
    prefix = command()

    def start(heap, script):
        script = script.replace("far_gate.main()", "far_gate.main(%r)" % glyphs)
        return [*prefix, "-X", "heapsize=%s" % heap, "-c", boot + script], environment

    return start
