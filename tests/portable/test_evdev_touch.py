"""The touch panel's events, literally and from the emulated panel: one touch, one point."""

import struct

from drivers.evdev_touch import EvdevTouch
from simulator.chips.touch_panel import RANGE, TouchPanel


class Bytes:
    """A source that gives what is left in pieces of `piece` bytes."""

    def __init__(self, data, piece=64):
        self._data, self._piece = data, piece

    def any(self):
        return len(self._data)

    def readinto(self, buffer):
        count = min(self._piece, len(buffer), len(self._data))
        buffer[:count] = self._data[:count]
        self._data = self._data[count:]
        return count


def event(kind, code, value):
    return struct.pack("<qqHHi", 1773619200, 5, kind, code, value)


def touches(driver):
    found = []
    for _ in range(4):
        point = driver.poll()
        if point is not None:
            found.append(point)
    return found


def test_the_bytes_of_linux():
    data = event(3, 0x39, 7) + event(3, 0x35, 512) + event(3, 0x36, 767) + event(1, 0x14A, 1) + event(0, 0, 0)
    assert len(data) == 5 * 24
    for piece in (1, 23, 24, 25, 120):
        assert touches(EvdevTouch(Bytes(data, piece), (0, 1023), (0, 1023), 1080, 1920)) == [(540, 1438)]


def test_single_touch_panels_speak_the_older_way():
    data = event(3, 0, 100) + event(3, 1, 50) + event(1, 0x14A, 1) + event(0, 0, 0)
    assert touches(EvdevTouch(Bytes(data), (0, 199), (0, 99), 480, 320)) == [(240, 160)]


def test_holding_moving_and_a_second_finger_do_nothing_more():
    down = event(3, 0x39, 7) + event(3, 0x35, 10) + event(3, 0x36, 10) + event(0, 0, 0)
    moved = event(3, 0x35, 90) + event(0, 0, 0)
    second = event(3, 0x2F, 1) + event(3, 0x39, 8) + event(3, 0x35, 50) + event(0, 0, 0) + event(3, 0x2F, 0)
    up = event(3, 0x39, -1) + event(0, 0, 0)
    driver = EvdevTouch(Bytes(down + moved + second + up + down), (0, 99), (0, 99), 100, 100)
    assert touches(driver) == [(10, 10)]  # both touches came in one look: the newer one counts
    driver = EvdevTouch(Bytes(down + moved + second), (0, 99), (0, 99), 100, 100)
    assert touches(driver) == [(10, 10)]


def test_the_emulated_panel():
    panel = TouchPanel()
    driver = EvdevTouch(panel, RANGE, RANGE, 1080, 1920)
    panel.down(500, 250)
    panel.up()
    assert touches(driver) == [(539, 479)]
    panel.dead.arm()
    panel.down(500, 250)
    assert touches(driver) == [] and panel.dead.fired == 1
    panel.down(999, 999)
    assert touches(driver) == [(1078, 1917)]
