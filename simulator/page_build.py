"""Host only: builds the desk as a static page: MicroPython WebAssembly, the terminal as a ROMFS image, HTML and scripts.

MicroPython's own build comes from the npm registry when a page is built, once; nothing of it is part of the project.
"""

import functools
import http.server
import pathlib
import shutil
import subprocess
import tarfile
import tempfile

from simulator import compiled, demo_list
from simulator.errors import PageToolMissing

PORT_PACKAGE = "@micropython/micropython-webassembly-pyscript"
PORT_VERSION = "1.29.0-6"
_PORT_FILES = ("micropython.mjs", "micropython.wasm")
_CARDS = 5000
_STATIC = pathlib.Path(__file__).resolve().parent / "web"
_LEFT_OUT = ("silicon", "fonts")


def fetch_port(cache):
    """The folder in `cache` with MicroPython's WebAssembly port, fetched with npm when it is not there."""
    folder = cache / ("micropython-wasm-" + PORT_VERSION)
    if all((folder / name).exists() for name in _PORT_FILES):
        return folder
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise PageToolMissing("npm is not installed: on Debian type apt-get install -y npm")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        wanted = "%s@%s" % (PORT_PACKAGE, PORT_VERSION)
        done = subprocess.run([npm, "pack", wanted], cwd=scratch, capture_output=True, text=True)
        packed = list(pathlib.Path(scratch).glob("*.tgz"))
        if done.returncode or not packed:
            said = done.stderr.strip().splitlines()
            raise PageToolMissing("npm could not fetch %s: %s" % (wanted, said[-1] if said else "it says nothing"))
        folder.mkdir(exist_ok=True)
        with tarfile.open(packed[0]) as archive:
            for name in _PORT_FILES:
                (folder / name).write_bytes(archive.extractfile("package/" + name).read())
    return folder


def build(folder, cache):
    """Builds the page into `folder` with `cache` for what can be used again; returns the folder."""
    port = fetch_port(cache)
    folder.mkdir(parents=True, exist_ok=True)
    for path in _STATIC.iterdir():
        shutil.copyfile(path, folder / path.name)
    for name in _PORT_FILES:
        shutil.copyfile(port / name, folder / name)
    (folder / "gatepost.romfs").write_bytes(_image(cache))
    return folder


def _image(cache):
    """Modules below lib/, which the port's sys.path has, glyphs and a list of made-up cards."""
    tree = compiled.compile_into(cache / "page-modules", _modules(), processor=None)
    listed = demo_list.ensure(cache, 1, count=_CARDS)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        rom = pathlib.Path(scratch)
        for source in _modules():
            place = source.relative_to(compiled.ROOT).with_suffix(".mpy")
            if (tree / place).exists():
                (rom / "lib" / place).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(tree / place, rom / "lib" / place)
        shutil.move(rom / "lib/simulator/page_cryptolib.mpy", rom / "lib/cryptolib.mpy")
        shutil.copytree(compiled.ROOT / "screens/fonts/glyphs", rom / "glyphs")
        shutil.copyfile(listed, rom / "list.wlt")
        return compiled.rom_image(rom)


def _modules():
    rooms = compiled.BOARD_ROOMS + ("simulator",)
    return [path for path in compiled.sources(rooms) if not set(_LEFT_OUT) & set(path.parts)]


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm",
    }  # fmt: skip

    def log_message(self, *_):
        """A line a file would only bury what matters."""


def server(folder, port):
    """An HTTP server of `folder` on 127.0.0.1; 0 takes any free port. OSError when the port is taken."""
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Handler, directory=str(folder)))
