"""The screens as a board draws them: real framebuf pixels under MicroPython with a board's heap, by their hash."""

import shutil

import pytest

from screens import glyphs
from screens.fonts import glyph_files
from simulator import compiled
from tests import board_interpreter, record_screens

GOLDEN = record_screens.HASHES


def lines_of(tree, *arguments, heap=record_screens.ALL_SCREENS):
    return record_screens.framebuf_lines(tree, *arguments, heap=heap)


@pytest.fixture(scope="module")
def hashes(compiled_tree, tmp_path_factory):
    # Glyphs and code in a ROMFS image, as most boards have them; the other pictures here read files.
    folder = tmp_path_factory.mktemp("rom")
    shutil.copytree(compiled_tree, folder / "tree")
    shutil.copytree(glyph_files.FOLDER, folder / "tree" / "screens" / "fonts" / "glyphs")
    image = folder / "screens.romfs"
    image.write_bytes(compiled.rom_image(folder / "tree"))
    return lines_of(image, "hashes", "16")


def test_pixels_are_the_recorded_ones(hashes):
    assert hashes == GOLDEN.read_text("utf8").splitlines()


def test_pictures_of_different_screens_differ(hashes):
    digests = [line.split()[-1] for line in hashes]
    assert len(set(digests)) > len(digests) * 9 // 10


def test_strips_give_the_pixels_of_a_whole_frame(compiled_tree, hashes):
    # 480 x 320 in one strip takes 307 KB: more than a board has.
    assert lines_of(compiled_tree, "hashes", "320", heap="1m") == hashes


def test_drawing_what_changed_gives_the_pixels_of_a_whole_frame(compiled_tree):
    lines = [line.split() for line in lines_of(compiled_tree, "damage", heap="2m")]
    assert len(lines) > 50
    assert [line for line in lines if line[-1] != "True"] == []
    strips = {line[3]: int(line[4]) for line in lines if line[:3] == ["gate", "gate480", "zh"]}
    assert strips["idle_offline"] <= 3  # only the status bar
    assert max(strips.values()) == 20


def test_pixels_arrive_in_the_panel_through_its_driver(compiled_tree):
    lines = [line.split() for line in lines_of(compiled_tree, "panel", heap="1m")]
    assert len(lines) == 5
    assert [line[1:] for line in lines] == [["True", "0"]] * 5


def test_a_screen_fits_the_heap_of_a_board(compiled_tree):
    imported, shown = [int(word) for word in lines_of(compiled_tree, "heap", heap=board_interpreter.HEAP)[0].split()]
    # Strip buffer of 15 KB included; measured 27 KB beside 80 KB of modules, of which a board keeps most in flash.
    assert shown < 40_000
    assert imported < 110_000


def test_characters_that_are_drawn_leave_no_names(compiled_tree):
    # Each would stay for ever, and a terminal shows some hundreds in its life.
    once, again = lines_of(compiled_tree, "names", heap=board_interpreter.HEAP)
    assert "n_qstr=" in once and once == again


def test_every_character_has_its_glyph_at_its_size():
    for (px, weight), characters in glyph_files.used_characters().items():
        path = glyph_files.FOLDER / ("%d%s.gpg" % (px, "b" if weight else "r"))
        file = glyphs.GlyphFile(str(path))
        missing = [character for character in characters if file.find(ord(character)) is None]
        file.close()
        assert missing == [], "run python -m screens.fonts.glyph_files"


def test_no_glyph_file_is_left_over():
    wanted = {"%d%s.gpg" % (px, "b" if weight else "r") for px, weight in glyph_files.used_characters()}
    assert {path.name for path in glyph_files.FOLDER.iterdir()} == wanted
