"""Boards on the desk: pages are current, every processor's compiler takes every module, and the firmware keeps its budget."""

import ast
import re
from xml.etree import ElementTree

import pytest

from boards import description
from drivers.gb18030 import Gb18030
from simulator.compiled import module_name
from technician import board_drawing, board_pages, update_image
from technician.board_cli import description_of
from tests.board_interpreter import ROOT

_MODULES = {str(path.relative_to(ROOT).with_suffix("")).replace("/", ".") for path in (ROOT / "terminal").rglob("*.py")}


@pytest.mark.parametrize("name", description.NAMES)
def test_descriptions_hold_and_their_pages_are_current(name):
    board = description_of(name)
    assert board.name == name
    assert description.faults(board) == []
    page = ROOT / "docs" / "boards" / (name + ".md")
    assert page.read_text("utf8") == board_pages.page(board), "gatepost board wiring"
    drawn = page.with_suffix(".svg").read_text("utf8")
    assert drawn == board_drawing.drawing(board), "gatepost board wiring"
    labels = [text.text for text in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    for line in board.lines:
        assert line.name in labels and any(label and "pin %s" % line.pin in label for label in labels), line.name
    pins = [pin for entry in board.buses for _, pin in entry.pins] + [line.pin for line in board.lines]
    assert len([label for label in labels if label and " pin " in label]) == len(pins)


@pytest.mark.parametrize("architecture", update_image.ARCHITECTURES[:-1])
def test_every_module_compiles_and_fits_every_board_of_its_processor(architecture):
    files = update_image.compiled(update_image.portable_modules(), architecture)
    size = sum(map(len, files.values()))
    print("%s: %d modules, %d bytes" % (architecture, len(files), size))
    boards = [description_of(name) for name in description.NAMES]
    for board in boards:
        if board.architecture == architecture:
            assert board_pages.image_bytes(printing(board)) <= board.budget_kb * 1024, board.name


def printing(board):
    """The board with a printer on it."""
    return board if "printer" in board.can else board._replace(can=board.can + ("printer",))


def test_a_board_carries_a_printers_characters_where_it_has_a_printer(tmp_path):
    table = "drivers/data/gb18030.bin"
    for name in description.NAMES:
        board = description_of(name)
        assert (table in update_image.data_names(board)) == ("printer" in board.can)
        more = set(update_image.data_names(printing(board))) - set(update_image.data_names(board))
        assert more == (set() if "printer" in board.can else {table})
    assert (ROOT / table).stat().st_size == 60032
    text = "样甲子 社保卡 ￥32.00"
    (tmp_path / "table").write_bytes((ROOT / update_image.data_names(printing(board))[-1]).read_bytes())
    assert Gb18030(str(tmp_path / "table")).encode(text) == text.encode("gb18030")


def test_the_loader_fits_beside_both_slots():
    size = sum(map(len, update_image.base("host").values()))
    assert size < 64 * 1024
    for name in description.NAMES:
        board = description_of(name)
        if board.heap_kb:
            slots = 2 * board.budget_kb
            assert slots <= board.rom_kb or not board.rom_kb, name
            # And 512 KB for journal and lists.
            assert (0 if board.rom_kb else slots) + 64 + 512 < board.flash_kb, name


def test_a_gate_carries_what_it_can_come_to_and_no_kiosk():
    """Whatever a carried module imports is carried, too; only a board's own file is named by its strings."""
    for name in ("esp32s3-gate", "rp2350-gate"):
        carried = {module_name(path) for path in update_image.carried(description_of(name))}
        own = "boards." + name.replace("-", "_")
        assert {
            "boards.start",
            "boards.microcontroller_gate",
            own,
            "terminal.pad.counter",
            "terminal.tap.unfit",
        } <= carried
        assert not any(
            room.startswith(("terminal.kiosk.session", "boards.simulated", "screens.kiosk_")) for room in carried
        )
        for path in update_image.carried(description_of(name)):
            text = (ROOT / path).read_text("utf8")
            if str(path) != "boards/start.py":
                assert "__import__(" not in text and "importlib" not in text, path
            wanted = set(
                re.findall(
                    r"(?:^|\n)\s*(?:from|import) ((?:terminal|drivers|screens|offline_store|boards)[\w.]*)", text
                )
            )
            assert wanted & _MODULES <= carried, path


def test_the_loader_carries_all_that_it_imports():
    carried = {name.removesuffix("/__init__").replace("/", ".") for name in update_image.BASE}
    missing = set()
    for name in update_image.BASE:
        for node in ast.walk(ast.parse((ROOT / (name + ".py")).read_text("utf8"))):
            if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "terminal":
                for alias in node.names:
                    missing |= {node.module, "%s.%s" % (node.module, alias.name)} & _MODULES - carried
    # A desk's own engine, and what a key for many verifications needs: the loader never loads them.
    assert missing == {"terminal.crypto.libcrypto", "terminal.crypto.g_comb"}
