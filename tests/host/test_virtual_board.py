"""The virtual board: the real MicroPython with a real LittleFS behind a pty, under mpremote and under our firmware."""

import subprocess
import sys

import pytest
from mpremote.transport_serial import SerialTransport

from boards.esp32s3_gate import BOARD
from simulator import residents
from simulator.virtual_board import VirtualBoard
from technician import board, board_cli, flash
from technician.board_link import BoardLink
from technician.errors import BoardLost
from tests.host import board_bench
from tests.host.board_bench import until


@pytest.fixture
def bare(tmp_path):
    with VirtualBoard(tmp_path, BOARD) as virtual:
        yield virtual


def test_mpremote_as_a_library(bare):
    transport = SerialTransport(bare.path, 115200, timeout=2)
    transport.enter_raw_repl(soft_reset=False, timeout_overall=10)
    transport.fs_writefile("/hello.txt", b"kept")
    assert transport.fs_readfile("/hello.txt") == b"kept"
    starts = bare.starts
    transport.enter_raw_repl(soft_reset=True, timeout_overall=10)
    assert bare.starts == starts + 1
    assert transport.eval("open('/hello.txt').read()") == "kept"
    assert transport.eval("__import__('os').statvfs('/')[2]") == BOARD.flash_kb // 4
    transport.close()


def test_mpremote_as_a_program(bare):
    command = [sys.executable, "-m", "mpremote", "connect", bare.path, "resume", "exec", "print(6 * 7)"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "42", done.stdout + done.stderr


def test_the_plug_is_pulled_and_the_flash_stays(bare):
    with BoardLink(bare.path) as link:
        link.push(b"x" * 10000, "/kept")
        bare.pull_plug()
    bare.plug_in()
    until(lambda: bare.starts == 2)
    with BoardLink(bare.path) as link:
        assert link.read("/kept") == b"x" * 10000


def test_it_never_shows_the_desks_own_files(bare):
    with BoardLink(bare.path) as link:
        assert set(link.ask("print(json.dumps(os.listdir('/')))")) == {"chip"}


def test_pins_and_resets_reach_the_hardware(bare):
    with BoardLink(bare.path) as link:
        link.run("import machine\nmachine.Pin(4, machine.Pin.OUT, value=1)")
        until(lambda: bare.hardware.levels)
        assert bare.hardware.levels[-1][1:] == ("release", 1)
        assert bare.hardware.turnstile.release_pin.value() == 1
        link.restart()
        until(lambda: bare.starts == 2)
    with BoardLink(bare.path) as link:
        assert link.run("running()").strip() == "0"


def commands(link, wait_ms):
    """Wakes the panel and switches it on `wait_ms` later by the board's clock, while the desk looks elsewhere."""
    pins = {entry.name: entry.pin for entry in BOARD.lines}
    names = pins["panel_reset"], pins["panel_select"], pins["panel_data"]
    link.run(
        "import machine, time\nreset, select, data = [machine.Pin(number, machine.Pin.OUT) for number in %r]\n"
        "reset.off()\nreset.on()\nselect.off()\ndata.off()\nspi = machine.SPI(2)\ntime.sleep_ms(125)\n"
        "spi.write(b'\\x11')\nuntil = time.ticks_add(time.ticks_ms(), %d)\n"
        "while time.ticks_diff(until, time.ticks_ms()) > 0: pass\nspi.write(b'\\x29')" % (names, wait_ms)
    )


@pytest.mark.parametrize("wait_ms, faults", [(125, []), (60, ["switched on less than 120 ms after it was woken"])])
def test_the_panel_goes_by_the_boards_time_not_by_when_the_desk_hears_of_it(bare, wait_ms, faults):
    with BoardLink(bare.path) as link:
        link.run("import machine\nmachine.unique_id()")
        with bare.hardware.lock:  # nothing is heard of what was sent until it is all there
            commands(link, wait_ms)
        until(lambda: bare.hardware.panel.shown)
        assert bare.hardware.panel.faults == faults


def test_a_watchdog_that_is_not_fed_bites(bare):
    with BoardLink(bare.path) as link:
        link.run("import machine\nmachine.WDT(timeout=200)")
        until(lambda: bare.hardware.bites == 1)
    until(lambda: bare.starts == 2)


def test_a_board_that_starts_again_is_not_waited_for(bare):
    with BoardLink(bare.path) as link:
        with pytest.raises(BoardLost, match="started again"):
            link.run("import machine\nmachine.reset()")


def test_a_board_whose_firmware_is_silent_says_that_it_starts(bare, tmp_path):
    board_bench.provisioned(bare.path)
    flash.flash(bare.path, board_bench.image(tmp_path, 1))
    with board.visit(bare.path) as link:
        with pytest.raises(BoardLost, match="started again"):
            link.run("import machine\nmachine.reset()")


def test_the_board_knows_why_it_started(bare):
    why = "import machine\nprint(machine.reset_cause() - machine.%s)"
    bare.pull_plug()
    bare.plug_in()
    with BoardLink(bare.path) as link:
        assert link.run(why % "PWRON_RESET").strip() == "0"
        link.restart()
    with BoardLink(bare.path) as link:
        assert link.run(why % "HARD_RESET").strip() == "0"


def test_the_whole_firmware_boots_and_takes_a_tap(bare, compiled_tree, tmp_path):
    board_bench.provisioned(bare.path)
    board_bench.load_list(bare.path, tmp_path)
    with board.visit(bare.path) as link:
        link.push(b"made on the board", "/device.key")
    done = flash.flash(bare.path, board_bench.whole_firmware(tmp_path, compiled_tree))
    assert done["state"] == "confirmed"
    hardware = bare.hardware
    until(lambda: hardware.lamp("green"))
    # The barrier is at rest before anything else has run.
    assert hardware.levels[0][1:] == ("release", 0)
    assert not any(level for _, name, level in hardware.levels if name == "release")
    people = residents.Residents()
    with hardware.lock:
        hardware.reader.insert(people.card("adult", hardware.reader))
    until(lambda: any(level for _, name, level in hardware.levels if name == "release"))
    assert people.tray[0].balance() == 3650
    assert hardware.panel.shown and not hardware.panel.faults
    assert any(hardware.panel.memory)
    assert [event for event in board_bench.told(bare.path) if event["event"] in ("task", "crash")] == []
    assert board_bench.slots(bare.path)["active"] == "a"
    # The same terminal, asked at the cable what it thinks of itself.
    checks = {entry.code: entry for entry in board_cli.examine(bare.path)}
    assert checks["READER"].state == checks["PSAM"].state == checks["KEYS"].state == "good"
    assert checks["NETWORK"].state == "lacking" and checks["NETWORK"].remedy
