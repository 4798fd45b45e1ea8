"""Runs the tasks of on_stores.py under the real MicroPython, on offline_store compiled as for a board."""

import json
import tempfile

from tests import board_interpreter

_tree = []


def board(task, *arguments, heap="192k"):
    """Runs a task of on_stores.py under MicroPython; its JSON."""
    if not _tree:
        _tree.append(tempfile.TemporaryDirectory())
        for module in board_interpreter.portable_modules():
            if str(module).startswith("offline_store"):
                source = board_interpreter.pathlib.Path(_tree[0].name) / module
                done = board_interpreter.compile_module(module, source.with_suffix(".mpy"))
                assert done.returncode == 0, done.stderr
    done = board_interpreter.run(["benchmarks/on_stores.py", task, *arguments], _tree[0].name, heap, timeout=900)
    if done.returncode:
        raise RuntimeError("%s under MicroPython failed: %s%s" % (task, done.stdout, done.stderr))
    return json.loads(done.stdout)
