"""The real MicroPython for tests: the portable tree compiled as for a board, run with a board's heap."""

import subprocess

from simulator import compiled

ROOT = compiled.ROOT
# Not carried by a board, but what the tests present to it.
TEST_ROOMS = ("simulator", "tests/portable")
TEST_MODULES = ("tests/__init__.py",)
HEAP = "192k"
# As a board's boot does: collecting often keeps a small heap from falling into pieces while modules load.
BOOT = "import gc\ngc.threshold(4096)\n"


def compile_tree(folder, more=()):
    """Compiles everything the portable tests need, and the modules `more`, into `folder`; returns it."""
    sources = compiled.sources((*compiled.BOARD_ROOMS, *TEST_ROOMS))
    return compiled.compile_into(folder, sources + [ROOT / name for name in (*TEST_MODULES, *more)])


def command(arguments, heap=HEAP):
    """The command line that starts micropython with a heap of a board's size. `arguments`: a file's, or "-c" and a script."""
    words = [str(argument) for argument in arguments]
    if words[0] == "-c":
        words[1] = compiled.COMPILED_ONLY + words[1]
    return [*compiled.interpreter(heap), *words]


def environment(tree):
    """The environment in which micropython finds the compiled `tree` and nothing else."""
    return {"MICROPYPATH": "%s:.frozen" % tree}


def run(arguments, tree, heap=HEAP, timeout=240):
    """Runs micropython on the compiled `tree`, a folder or a ROMFS image; returns the completed process with text output."""
    if tree.is_file():
        words, where = [*compiled.rom_interpreter(tree, heap), *arguments], {}
    else:
        words, where = command(arguments, heap), environment(tree)
    return subprocess.run(words, env=where, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
