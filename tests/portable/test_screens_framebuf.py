import os

from screens.errors import DamagedGlyphs
from screens.framebuf_backend import changed_rows, rgb565, rows_of
from screens.glyphs import GlyphFile, GlyphStore
from tests.portable.checks import raises

FOLDER = "screens/fonts/glyphs"
TEXT = ("t", 10, 100, 200, 40, 20, 1, 1, 0xFFFFFF, 0, "08:00")


def test_colours_are_swapped_for_the_panel():
    assert rgb565(0xFF0000) == 0x00F8
    assert rgb565(0x00FF00) == 0xE007
    assert rgb565(0x0000FF) == 0x1F00
    assert rgb565(0x123456) == (0x11AA >> 8 | 0x11AA << 8 & 0xFF00)


def test_only_changed_operations_make_damage():
    ground = ("r", 0, 0, 480, 320, 0, 0)
    later = TEXT[:-1] + ("08:01",)
    assert changed_rows([ground, TEXT], [ground, TEXT]) == []
    assert changed_rows([ground, TEXT], [ground, later]) == [(96, 144), (96, 144)]
    assert changed_rows([ground], [ground, ("say", "idle"), ("hit", 0, 0, 9, 9, "x")]) == []


def test_rows_include_descenders():
    assert rows_of(TEXT) == (96, 144)
    assert rows_of(("i", "card", 0, 10, 20, 0, 0)) == (9, 31)
    assert rows_of(("tone", "accepted")) is None


def test_a_glyph_has_its_rows():
    file = GlyphFile(FOLDER + "/20b.gpg")
    left, top, width, height, stride, bitmap = file.find(ord("请"))
    assert file.px == 20 and file.ascent == 18
    assert 15 <= width <= 20 and 15 <= height <= 20 and 0 <= left <= 3 and 14 <= top <= 18
    assert stride % 4 == 0 and len(bitmap) == stride * height // 4
    assert max(bitmap) > 0
    assert file.find(0x9F98) is None
    assert file.find(0x20)[2] == 0
    file.close()


def test_the_store_keeps_only_some_files_open():
    store = GlyphStore(FOLDER, keep=2)
    first = store.of(20, 1)
    assert store.of(20, 1) is first
    store.of(16, 0)
    store.of(20, 0)
    assert store.of(20, 1) is not first
    store.close()


def test_a_size_that_is_not_there_is_named():
    assert "77b.gpg is missing" in str(raises(DamagedGlyphs, GlyphStore(FOLDER).of, 77, 1))


def test_damaged_glyph_files_are_named():
    path = "glyphs_of_a_test.gpg"
    with open(FOLDER + "/20b.gpg", "rb") as file:
        whole = file.read(300)
    try:
        for data, word in ((b"", "no glyph file"), (b"GIF89a..", "no glyph file"), (whole, "cut short")):
            with open(path, "wb") as file:
                file.write(data)
            assert word in str(raises(DamagedGlyphs, GlyphFile, path))
    finally:
        os.remove(path)
