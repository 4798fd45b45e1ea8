"""The virtual board's console loses nothing that a chip's serial port would keep, however slowly its interpreter gets on."""

import random
import time

import pytest
import serial
from mpremote.transport_serial import SerialTransport

from boards.esp32s3_gate import BOARD
from simulator.virtual_board import VirtualBoard
from technician.board_link import BoardLink

PROMPT = b"raw REPL; CTRL-B to exit\r\n>"


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    with VirtualBoard(tmp_path_factory.mktemp("board"), BOARD) as virtual:
        yield virtual


@pytest.fixture
def port(board):
    with serial.Serial(board.path, 115200, timeout=10) as opened:
        yield opened


def raw(port):
    port.write(b"\r\x03\r\x01")
    assert port.read_until(PROMPT).endswith(PROMPT)


def run(port, code):
    """What `code` prints in the raw REPL."""
    port.write(code + b"\x04")
    return port.read_until(b"\x04>").removeprefix(b"OK").removesuffix(b"\x04\x04>")


def with_boot_file(board, text):
    with BoardLink(board.path) as link:
        link.push(text, "/boot.py")


def test_what_is_typed_while_it_starts_is_heard_later(board):
    with_boot_file(board, b"import time\ntime.sleep(0.4)\n")
    try:
        transport = SerialTransport(board.path, 115200, timeout=2)
        transport.enter_raw_repl(soft_reset=True, timeout_overall=10)
        assert transport.eval("6 * 7") == 42
        transport.close()
    finally:
        with_boot_file(board, b"")


def test_ctrl_c_does_nothing_to_an_idle_prompt(board, port):
    raw(port)
    assert run(port, b"kept = 7") == b""
    starts = board.starts
    port.write(b"\x03")
    time.sleep(1.2)
    assert run(port, b"print(kept)") == b"7\n"
    assert board.starts == starts


def test_ctrl_c_interrupts_code_in_the_raw_repl_and_nothing_is_lost(board, port):
    raw(port)
    assert run(port, b"kept = 8") == b""
    for _ in range(5):
        port.write(b"print('on')\nwhile True:\n    pass\x04")
        assert port.read_until(b"on\n").endswith(b"on\n")
        port.write(b"\x03print(kept)\x04")
        assert b"KeyboardInterrupt" in port.read_until(b"\x04>")
        assert port.read_until(b"\x04>") == b"OK8\n\x04\x04>"


def test_nobody_reads_what_it_prints(board, port):
    raw(port)
    port.write(b"for _ in range(4000):\n    print('x' * 100)\nwhile True:\n    pass\x04")
    time.sleep(1)
    port.reset_input_buffer()
    raw_again = b"\x03\x02\r\x01"
    port.write(raw_again)
    assert port.read_until(PROMPT).endswith(PROMPT)


def test_a_program_that_never_reads_is_interrupted_all_the_same(board, port):
    raw(port)
    port.write(b"print('on')\nwhile True:\n    pass\x04")
    port.read_until(b"on\n")
    port.write_timeout = 5
    port.write(b"y" * 20000)
    port.write(b"\x03")
    assert port.read_until(b"KeyboardInterrupt").endswith(b"KeyboardInterrupt")
    raw(port)


def test_a_plug_pulled_at_its_first_moment_leaves_nothing_running(board):
    generator = random.Random(3)
    for _ in range(40):
        time.sleep(generator.choice((0, 0.001, 0.03)))
        board.pull_plug()
        process = board._process
        time.sleep(0.03)
        assert board._process is process and process.poll() is not None
        board.plug_in()
    with BoardLink(board.path) as link:
        assert link.run("print(1)").strip() == "1"


def test_ctrl_c_in_the_midst_of_the_allocator_leaves_a_heap_that_works(board, port):
    raw(port)
    for _ in range(60):
        port.write(b"print('on')\nwhile True:\n    bytearray(40)\x04")
        assert port.read_until(b"on\n").endswith(b"on\n")
        port.write(b"\x03")
        assert b"KeyboardInterrupt" in port.read_until(b"\x04>")
    assert run(port, b"print(len(bytearray(1000)))") == b"1000\n"
