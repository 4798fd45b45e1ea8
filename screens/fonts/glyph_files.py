"""Host only: makes the glyph files of the boards: `python -m screens.fonts.glyph_files [TEXT]`.

Counts the characters that the example screens, every wording and TEXT (site names) use at each size of the panels
below, and draws just these from the project's own fonts at two bits a pixel. Large sizes cost most, so each size gets
only what is used at it.
"""

import pathlib
import struct
import sys

from PIL import ImageFont

from screens import examples, glyphs, profiles, theme

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE / "glyphs"
ALWAYS = "0123456789¥.:- "
_ASCENT = 0.88
_SMALL_PX = 24  # up to here every Latin letter is there: site names, codes


def used_characters(extra=""):
    """{(px, weight): set of characters} over all screens that the boards' panels show."""
    used = {}
    for elder in (False, True):
        for _, screen, states, names, modes in examples.FAMILIES:
            for name in set(names) & set(profiles.PANELS) if elder in modes else ():
                metrics = profiles.metrics(name, theme.STANDARD, elder)
                for lang in examples.LANGUAGES:
                    for _, state in states:
                        _count(used, screen(examples.whole(state, lang), metrics))
        for name in ("gate480", "gate320"):
            metrics = profiles.metrics(name, theme.STANDARD, elder)
            for lang in examples.LANGUAGES:
                for _, state in examples.every_wording():
                    _count(used, examples.gate.screen(examples.whole(state, lang), metrics))
    for (px, _), characters in used.items():
        characters.update(ALWAYS)
        if px <= _SMALL_PX:
            characters.update(extra)
            characters.update(chr(code) for code in range(0x20, 0x7F))
    return used


def _count(used, ops):
    for op in ops:
        if op[0] == "t":
            used.setdefault((op[5], op[6]), set()).update(op[10])


def draw(font, px, characters):
    """The bytes of one glyph file."""
    codes, entries, bitmaps, largest = bytearray(), bytearray(), bytearray(), 0
    start = struct.calcsize(glyphs.HEADER) + (2 + struct.calcsize(glyphs.ENTRY)) * len(characters)
    for character in sorted(characters):
        left, top, wide, high, rows = _bitmap(font, character)
        codes += struct.pack(">H", ord(character))
        entries += struct.pack(glyphs.ENTRY, left, top, wide, high, start + len(bitmaps))
        bitmaps += rows
        largest = max(largest, len(rows))
    head = struct.pack(glyphs.HEADER, glyphs.MAGIC, px, int(px * _ASCENT + 0.5), len(characters), largest)
    return head + bytes(codes + entries + bitmaps)


def _bitmap(font, character):
    """(left, top above the baseline, width, height, packed rows) of one glyph."""
    left, up, right, down = font.getbbox(character, anchor="ls")
    wide, high = right - left, down - up
    if wide <= 0 or high <= 0:
        return 0, 0, 0, 0, b""
    mask = font.getmask(character, mode="L", anchor="ls")
    wide, high = mask.size
    packed = bytearray()
    for row in range(high):
        for start in range(0, wide, 4):
            levels = [mask.getpixel((column, row)) for column in range(start, min(start + 4, wide))]
            packed.append(sum((level * 3 + 127) // 255 << 2 * at for at, level in enumerate(levels)))
    return left, -up, wide, high, bytes(packed)


def main(extra=""):
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.gpg"):
        old.unlink()
    total = 0
    for (px, weight), characters in sorted(used_characters(extra).items()):
        font = ImageFont.truetype(str(HERE / ("gatepost-%s.otf" % ("bold" if weight else "regular"))), px)
        data = draw(font, px, characters)
        (FOLDER / ("%d%s.gpg" % (px, "b" if weight else "r"))).write_bytes(data)
        total += len(data)
        print("%2d px %-7s %4d glyphs %6d bytes" % (px, ("regular", "bold")[weight], len(characters), len(data)))
    print("%d bytes in %s" % (total, FOLDER))


if __name__ == "__main__":
    main(*sys.argv[1:])
