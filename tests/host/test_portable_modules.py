"""Each module a board carries compiles with mpy-cross and imports alone under MicroPython with a board's heap."""

import pytest

from simulator import compiled
from tests import board_interpreter

MODULES = [str(path.relative_to(compiled.ROOT)) for path in compiled.sources()]


@pytest.mark.parametrize("source", MODULES)
def test_module_imports(source, compiled_tree):
    name = source[: -len(".py")].removesuffix("/__init__").replace("/", ".")
    done = board_interpreter.run(["-c", board_interpreter.BOOT + "import %s\nprint('imported')" % name], compiled_tree)
    assert done.stdout.strip() == "imported", done.stdout + done.stderr
