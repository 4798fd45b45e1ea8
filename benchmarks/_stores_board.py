"""Runs the tasks of on_stores.py under the real MicroPython, on offline_store compiled as for a board."""

import json
import pathlib
import tempfile

from simulator import compiled
from tests import board_interpreter

_tree = []


def board(task, *arguments, heap="192k"):
    """Runs a task of on_stores.py under MicroPython; its JSON."""
    if not _tree:
        _tree.append(tempfile.TemporaryDirectory())
        compiled.compile_into(pathlib.Path(_tree[0].name), compiled.sources(("offline_store",)))
    done = board_interpreter.run(["benchmarks/on_stores.py", task, *arguments], _tree[0].name, heap, timeout=900)
    if done.returncode:
        raise RuntimeError("%s under MicroPython failed: %s%s" % (task, done.stdout, done.stderr))
    return json.loads(done.stdout)
