from screens import qr
from screens.errors import TooLongForQr
from tests.portable.checks import raises

# Version 1-M of "GATEPOST" as this encoder draws it; tests/host/test_screens_qr.py has others read and compared.
PICTURE = """
#######..##.#.#######
#.....#.#...#.#.....#
#.###.#..#.##.#.###.#
#.###.#...#.#.#.###.#
#.###.#.#.###.#.###.#
#.....#....#..#.....#
#######.#.#.#.#######
..........#..........
#.#.#.#..##.#...#..#.
.#.###.....#.....#.#.
###.####.###..#######
#.##...#######..#...#
..###.#.#..#..#.#####
........#.#...#....#.
#######..#..#..##.###
#.....#...#...#.#..#.
#.###.#.##..#.##..#..
#.###.#..#.#.#.#...#.
#.###.#.#.##.######.#
#.....#...####.#...#.
#######.#..#.##.#####
"""


def test_a_code_is_the_same_on_every_interpreter():
    rows = ["".join(["#" if dark else "." for dark in row]) for row in qr.modules("GATEPOST")]
    assert rows == PICTURE.split()


def test_bytes_and_text_are_alike():
    assert qr.modules(b"GATEPOST") == qr.modules("GATEPOST")


def test_too_much_is_refused():
    assert "214 bytes" in str(raises(TooLongForQr, qr.modules, bytes(214)))
