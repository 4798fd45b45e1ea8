"""A resistive touch panel, byte by byte and finger by finger."""

from drivers.xpt2046 import Xpt2046
from simulator.chips.xpt2046 import Xpt2046Chip


def panel(turned=False, range_x=(200, 3900)):
    chip = Xpt2046Chip()
    return chip, Xpt2046(chip, chip.select, chip.pen, range_x, (300, 3800), 320, 480, turned)


def test_one_reading_is_these_bytes():
    chip, touch = panel()
    chip.touch(0xABC, 0x123)
    touch.poll()
    assert chip.sent[:5] == [b"\xd0\x00\x00"] * 5 and chip.sent[5:] == [b"\x90\x00\x00"] * 5
    assert touch._read(0xD0) == 0xABC and touch._read(0x90) == 0x123
    assert chip.select.value() == 1 and chip.faults == []


def test_a_finger_counts_once_until_it_leaves():
    chip, touch = panel()
    assert touch.poll() is None and chip.exchanges == 0
    chip.touch(2050, 2050)
    assert touch.poll() == (160, 240)
    assert touch.poll() is None
    chip.lift()
    assert touch.poll() is None
    chip.touch(200, 300)
    assert touch.poll() == (0, 0)
    chip.lift()
    touch.poll()
    chip.touch(4095, 4095)
    assert touch.poll() == (319, 479)


def test_a_finger_that_is_not_still_yet_is_waited_for():
    chip, touch = panel()
    chip.noise = 100
    chip.touch(2050, 2050)
    assert touch.poll() is None
    chip.noise = 20
    x, y = touch.poll()
    assert abs(x - 160) < 4 and abs(y - 240) < 4


def test_panels_that_are_turned_or_count_backwards():
    chip, touch = panel(turned=True)
    chip.touch(300, 3900)
    assert touch.poll() == (319, 0)
    chip, touch = panel(range_x=(3900, 200))
    chip.touch(3900, 300)
    assert touch.poll() == (0, 0)
