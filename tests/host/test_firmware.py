"""Firmware over the air, the power cut at every write: here on a folder, under MicroPython on a real LittleFS.

With the heap of the smallest board that has slots: 192 KB do not hold the head-end and the signer beside it.
"""

from boards import rp2350_gate
from tests import board_interpreter
from tests.portable.firmware_over_the_air import (  # noqa: F401  collected here, for they do not fit the common heap
    test_a_fetch_goes_on_after_the_network_broke_off,
    test_a_lane_in_use_is_not_cut_off_and_a_day_to_come_is_waited_for,
    test_a_version_is_fetched_tried_confirmed_and_reported,
    test_firmware_that_fails_its_self_test_goes_back_and_says_why,
    test_the_power_may_go_at_every_write,
    test_what_is_not_sound_never_comes_to_a_trial,
)


def test_on_a_real_littlefs(compiled_tree):
    heap = "%dk" % rp2350_gate.BOARD.heap_kb
    program = ["tests/portable_runner.py", "tests.portable.firmware_over_the_air"]
    done = board_interpreter.run(program, compiled_tree, heap)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed, 0 failed" in done.stdout
