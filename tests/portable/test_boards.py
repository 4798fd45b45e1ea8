"""Boards as data: every description can be built, and its first act is to hold the barrier's release at rest."""

from boards import description, esp32s3_gate, rp2350_gate, simulated_gate
from boards.description import Board, Bus, Line
from screens import profiles

BOARDS = (esp32s3_gate.BOARD, rp2350_gate.BOARD, simulated_gate.BOARD)


def test_descriptions_hold():
    for board in BOARDS:
        assert description.faults(board) == [], (board.name, description.faults(board))
        assert profiles.metrics(board.screen)
        assert board.name in description.NAMES


def test_both_slots_fit_the_flash():
    for board in BOARDS:
        assert 2 * board.budget_kb <= (board.rom_kb or board.flash_kb)


def test_faults_are_seen():
    lines = (
        Line("release", 4, "out", None, "", ""),
        Line("red", 4, "out", 0, "", ""),
        Line("odd", 9, "sideways", 0, "", ""),
    )
    buses = (Bus("reader", "uart", 1, 9600, (("tx", 4),), "", ""),)
    bad = Board("a-name-that-is-too-long", "", "", "", 0, 0, 0, 0, "", ("barrier", "wings"), buses, lines, ())
    words = " / ".join(description.faults(bad))
    for expected in ("1 to 16", "pin 4 is taken twice", "impossible direction", "wings", "without a rest position"):
        assert expected in words, expected


def test_shared_bus_lines_are_no_fault():
    pins = (("sck", 1), ("mosi", 2))
    buses = (Bus("display", "spi", 1, 1, pins, "", ""), Bus("storage", "spi", 1, 1, pins + (("cs", 3),), "", ""))
    assert description.faults(Board("x", "", "", "", 0, 0, 0, 0, "", (), buses, (), ())) == []


def test_buses_and_lines_are_found_by_name():
    board = esp32s3_gate.BOARD
    assert description.bus(board, "reader").speed == 115200
    assert description.bus(board, "printer") is None
    assert description.line(board, "fire").direction == "in"
    assert description.line(board, "bell") is None
    assert description.module_of("rp2350-gate") == "boards.rp2350_gate"
