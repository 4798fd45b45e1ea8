"""What Linux terminals stand on: GPIO by device and by files, and buses that come and go."""

import os
import struct

import pytest

from boards.linux_gate import BOARD, hold_release
from drivers.bus.gpio import Chip
from drivers.bus.input_file import InputFile
from drivers.bus.late import LateBus
from drivers.bus.printer_file import PrinterFile
from drivers.errors import PortAbsent, PortBusy, ReaderError, ReaderTimeout
from drivers.evdev_touch import EvdevTouch
from simulator.gpio_chip import GpioChip


def test_lines_in_a_folder_are_driven_and_read(tmp_path):
    emulated = GpioChip(tmp_path, BOARD)
    chip = Chip(str(tmp_path))
    release, fire = chip.pin(17, 0), chip.pin(22, None)
    assert chip.pin(17, 0) is release  # claimed once
    release.on()
    emulated.set("fire", 1)
    assert emulated.level("release") == 1 and fire.value() == 1
    assert emulated.is_driven("release") and not emulated.is_driven("fire")


def test_somebody_walks_through_a_released_turnstile_once(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    turnstile = GpioChip(tmp_path, BOARD)
    release = Chip(str(tmp_path)).pin(17, 0)
    assert turnstile.turn() == []
    release.on()
    assert turnstile.turn() == [("release", 1)]
    release.off()
    passed = []
    for _ in range(30):
        now[0] += 0.1
        passed += [change for change in turnstile.turn() if change[0] == "passed"]
    assert passed == [("passed", 1), ("passed", 0)]


def test_the_release_is_put_to_rest_and_nothing_else_is_touched(tmp_path):
    from boards.description import configured

    emulated = GpioChip(tmp_path, BOARD)
    emulated.set("release", 1)  # as a program left it that was killed while it opened
    (tmp_path / "gpio17" / "direction").write_text("low")
    hold_release(configured(BOARD, {"gpio": str(tmp_path)}))
    assert emulated.is_driven("release") and not emulated.is_driven("red")


def test_a_chip_that_is_away_or_none_is_named(tmp_path):
    with pytest.raises(PortAbsent, match="no GPIO chip .*gpiochip9: correct board.gpio"):
        Chip(str(tmp_path / "gpiochip9")).pin(17, 0)
    with pytest.raises(PortBusy, match="line 17 of /dev/null cannot be used"):
        Chip("/dev/null").pin(17, 0)  # the real libgpiod looks at it


def test_a_touch_panel_tells_its_axes_and_its_fingers(tmp_path, monkeypatch):
    path = tmp_path / "event3"
    os.mkfifo(path)
    with pytest.raises(PortAbsent, match="is no touch panel: correct board.touch.port"):
        InputFile(str(path)).ranges()  # the real kernel is asked
    with pytest.raises(PortAbsent, match="plug the panel in"):
        InputFile(str(tmp_path / "event4"))
    asked = []

    def ioctl(_file, request, told):
        asked.append(request)
        struct.pack_into("6i", told, 0, 17, 0, 4095, 0, 0, 12)

    monkeypatch.setattr("fcntl.ioctl", ioctl)
    port = InputFile(str(path))
    glass = EvdevTouch(port, *port.ranges(), 1080, 1920)
    assert asked == [0x80184575, 0x80184576]  # EVIOCGABS(ABS_MT_POSITION_X), _Y: as strace shows them
    with open(path, "wb", buffering=0) as panel:
        assert glass.poll() is None
        # Recorded: slot 0 comes down at 2048, 1024, and leaves.
        for kind, code, value in (
            (3, 57, 5),
            (3, 53, 2048),
            (3, 54, 1024),
            (1, 330, 1),
            (0, 0, 0),
            (3, 57, -1),
            (0, 0, 0),
        ):
            panel.write(struct.pack("<qqHHi", 1700000000, 0, kind, code, value))
        assert glass.poll() == (540, 480)
        assert glass.poll() is None
    port.close()


def test_a_printer_port_takes_gives_and_says_when_it_takes_no_more(tmp_path, monkeypatch):
    path = tmp_path / "lp0"
    with pytest.raises(PortAbsent, match="plug the printer in"):
        PrinterFile(str(path))
    with pytest.raises(PortBusy, match="add the user to the group lp"):
        PrinterFile(str(tmp_path))  # a folder opens for nobody's writing
    os.mkfifo(path)
    port, buffer = PrinterFile(str(path)), bytearray(8)
    assert port.any() == 0 and port.readinto(buffer) == 0
    assert port.write(b"\x10\x04\x01") == 3
    assert port.any() and port.readinto(buffer) == 3 and buffer[:3] == b"\x10\x04\x01"
    monkeypatch.setattr("drivers.bus.printer_file._WRITE_S", 0)
    with pytest.raises(ReaderTimeout, match="paper, cover and cable"):
        port.write(bytes(1 << 20))  # more than a pipe holds, and nobody reads
    port.close()


class Bus:
    def __init__(self):
        self.closed = False
        self.fails = False

    def any(self):
        if self.fails:
            raise OSError("input/output error")
        return 3

    def close(self):
        self.closed = True


def test_a_bus_is_opened_when_it_is_there_and_again_after_it_failed(monkeypatch):
    now, there, made = [0.0], [], []
    monkeypatch.setattr("time.monotonic", lambda: now[0])

    def make():
        if not there:
            raise PortAbsent("plug it in")
        made.append(Bus())
        return made[-1]

    loud, silent = LateBus(make), LateBus(make, silent=True)
    with pytest.raises(PortAbsent):
        loud.any()
    assert silent.any() == 0 and silent.write(b"x") is None and "plug it in" in str(silent.fault)
    there.append(True)
    with pytest.raises(PortAbsent):
        loud.any()  # not looked for again yet
    now[0] = 2.0
    assert loud.any() == 3 and loud.fault is None
    made[-1].fails = True
    with pytest.raises(ReaderError, match="input/output"):
        loud.any()
    assert made[-1].closed
    now[0] = 4.0
    assert loud.any() == 3 and len(made) == 2
