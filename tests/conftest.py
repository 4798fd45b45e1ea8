import pytest

from tests import board_interpreter


@pytest.fixture(scope="session")
def compiled_tree(tmp_path_factory):
    """The portable rooms, the emulated chips and the portable tests, compiled for MicroPython."""
    return board_interpreter.compile_tree(tmp_path_factory.mktemp("mpy"))
