import hypothesis
import pytest

from tests import board_interpreter

# A busy machine makes no test fail: what matters is what comes out, not when.
hypothesis.settings.register_profile("gatepost", deadline=None)
hypothesis.settings.load_profile("gatepost")


@pytest.fixture(scope="session")
def compiled_tree(tmp_path_factory):
    """The portable rooms, the emulated chips and the portable tests, compiled for MicroPython."""
    return board_interpreter.compile_tree(tmp_path_factory.mktemp("mpy"))
