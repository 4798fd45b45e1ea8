"""Every portable test again under real MicroPython with a board's heap."""

import pytest

from tests import board_interpreter

MODULES = sorted(path.stem for path in (board_interpreter.ROOT / "tests" / "portable").glob("test_*.py"))


# A kiosk is a Linux computer: its session, its screens all at once and its outbox need no gate's heap.
KIOSK_HEAP = "384k"
KIOSKS = ("test_kiosk", "test_service_client")


@pytest.mark.parametrize("module", MODULES)
def test_portable_module(module, compiled_tree):
    heap = KIOSK_HEAP if module.startswith(KIOSKS) else board_interpreter.HEAP
    done = board_interpreter.run(["tests/portable_runner.py", "tests.portable.%s" % module], compiled_tree, heap=heap)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed" in done.stdout
