"""Every portable test again under real MicroPython with a board's heap."""

import pytest

from tests import board_interpreter

MODULES = sorted(path.stem for path in (board_interpreter.ROOT / "tests" / "portable").glob("test_*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_portable_module(module, compiled_tree):
    done = board_interpreter.run(["tests/portable_runner.py", "tests.portable.%s" % module], compiled_tree)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed" in done.stdout
