import fcntl
import gc
import os
import shutil

import hypothesis
import pytest

from simulator import demo_list
from tests import board_interpreter

# A busy machine makes no test fail: what matters is what comes out, not when.
hypothesis.settings.register_profile("gatepost", deadline=None)
hypothesis.settings.load_profile("gatepost")


# Where the seconds are, the longest first: begun early, so that no worker is left alone with one of them at the end.
LONG = (
    "test_over_the_air", "test_web", "test_flash", "test_on_micropython", "test_runtime", "test_operator", "test_esp32",
    "test_play", "test_operator_engines", "test_kiosk", "test_soak", "test_serve_gate", "test_storms", "test_fuzz",
    "test_store_crash", "test_pad", "test_screens_framebuf", "test_pcsc", "test_drivers_cli", "test_virtual_board",
    "test_firmware", "test_portable_modules", "test_provision", "test_projector", "test_house", "test_serve_kiosk",
    "test_services", "test_remote", "test_whole_tap", "test_decide_properties", "test_boards", "test_screens",
)  # fmt: skip


def pytest_xdist_auto_num_workers():
    """Half as many again as there are cores: a third of the time tests wait, for servers, boards and browsers."""
    return max(1, len(os.sched_getaffinity(0)) * 3 // 2)


def pytest_collection_modifyitems(items):
    place = {name: at for at, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONG)))


def _keep_what_is_loaded():
    gc.collect()
    gc.freeze()


def pytest_collection_finish():
    """What is loaded by now stays: terminals collect garbage after each visit, and need not look at four thousand tests."""
    _keep_what_is_loaded()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """Nor at what the files of tests before theirs have loaded."""
    if nextitem is None or nextitem.path != item.path:
        _keep_what_is_loaded()


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """`once(name, make)`: a folder that `make(folder)` fills once in a test run, whichever worker asks first."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # of all workers

    def ask(name, make):
        folder = place / name
        with (place / (name + ".lock")).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                draft = tmp_path_factory.mktemp(name)
                make(draft)
                draft.rename(folder)
        return folder

    return ask


@pytest.fixture(scope="session")
def compiled_tree(once):
    """The portable rooms, the emulated chips and the portable tests, compiled for MicroPython."""
    return once("mpy", board_interpreter.compile_tree)


_build_list = demo_list.ensure


@pytest.fixture(scope="session")
def listed(once):
    """The path of the simulator's list of 100,000 cards, for everybody: nobody writes to it."""
    return str(_build_list(once("list", lambda folder: _build_list(folder, seed=1)), seed=1))


@pytest.fixture(scope="session", autouse=True)
def world_finds_its_list(request):
    """A world's own list is a copy of that one: built by its own code, but not again in each world."""

    def ensure(folder, seed, progress=None, **another):
        if seed == 1 and not another and not list(folder.glob("*.wlt")):
            shutil.copy(request.getfixturevalue("listed"), folder)
        return _build_list(folder, seed, progress, **another)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_list, "ensure", ensure)
        yield
