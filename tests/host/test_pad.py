"""The pad's stories on both interpreters. A pad's board has more memory than a gate's: MicroPython gets 384 KB here."""

import pytest

from tests import board_interpreter
from tests.portable import pad_codes, pad_cuts, pad_returns, pad_sales, pad_tills

HEAP = "384k"
MODULES = (pad_sales, pad_codes, pad_returns, pad_tills)
# A plug at each moment is hundreds of sales: half a minute on MicroPython, for the same code.
STORIES = [
    getattr(module, name) for module in (*MODULES, pad_cuts) for name in sorted(dir(module)) if name.startswith("test_")
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_pad(story):
    story()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_pad_on_micropython(module, compiled_tree):
    done = board_interpreter.run(["tests/portable_runner.py", module.__name__], compiled_tree, heap=HEAP)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed" in done.stdout
