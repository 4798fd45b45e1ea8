"""Host only: makes the fonts the project ships, from Noto Sans CJK SC (SIL OFL 1.1, see OFL.txt).

`python -m screens.fonts.build [FOLDER]`: FOLDER holds NotoSansCJK-Regular.ttc and -Bold.ttc (Debian: fonts-noto-cjk).
Writes gatepost-regular.otf, gatepost-bold.otf, characters.txt and ../advances.py. No layout features are kept, so
that a text is as wide as its characters on every backend.
"""

import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEBIAN_FOLDER = "/usr/share/fonts/opentype/noto"
# SysFont names and the TTC's first face are Japanese; Simplified Chinese is face 2.
SIMPLIFIED_CHINESE = 2
FAMILY = "Gatepost Sans"
WEIGHTS = (("regular", "Regular"), ("bold", "Bold"))
TEXT_ROOMS = ("screens", "simulator")
LATIN = range(0x20, 0x7F)


def gb2312():
    """The symbols of rows 1 to 3 and the 6763 characters of rows 16 to 87: places and people have rare ones."""
    cells = [(row, cell) for row in [1, 2, 3, *range(16, 88)] for cell in range(1, 95)]
    return "".join(bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312", "ignore") for row, cell in cells)


def characters():
    """All characters the fonts must draw: printable ASCII, GB2312 and whatever the texts in the source use."""
    found = set(gb2312()) | {chr(code) for code in LATIN} | set("¥·…—→×℃①②③●■▲♪←↑↓✓")
    for room in TEXT_ROOMS:
        for source in (ROOT / room).rglob("*.py"):
            found.update(source.read_text(encoding="utf8"))
    return "".join(sorted(c for c in found if c.isprintable()))


def cut(source, weight, text, target):
    """Writes the subset of one weight; returns {character: advance in 1/100 em} of what the source can draw."""
    font = TTFont(source, fontNumber=SIMPLIFIED_CHINESE)
    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14]
    )
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    rename(font, weight)
    # A fixed stamp, so that the same source gives the same file.
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(target)
    advances = font["hmtx"]
    em = font["head"].unitsPerEm
    return {chr(code): (advances[name][0] * 100 + em // 2) // em for code, name in font.getBestCmap().items()}


def rename(font, weight):
    names = {1: FAMILY, 2: weight, 3: "%s %s" % (FAMILY, weight), 4: "%s %s" % (FAMILY, weight)}
    names[6] = "%s-%s" % (FAMILY.replace(" ", ""), weight)
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    postscript = font["CFF "].cff
    postscript.fontNames[0] = names[6]
    postscript.topDictIndex[0].FamilyName = FAMILY
    postscript.topDictIndex[0].FullName = names[4]


def write_advances(regular, bold):
    """A CJK character is one em; only what differs is written down."""
    others = sorted(c for c in regular if ord(c) not in LATIN and (regular[c], bold[c]) != (100, 100))
    lines = [
        '"""Advances in 1/100 em, made by screens/fonts/build.py: do not edit. Whatever is not here is one em wide."""',
        "",
        "OTHERS = (%s)  # %s" % (", ".join(["0x%X" % ord(c) for c in others]), " ".join(others)),
    ]
    for name, table in (("REGULAR", regular), ("BOLD", bold)):
        for part, codes in (("LATIN", [chr(code) for code in LATIN]), ("OTHERS", others)):
            # A literal, not fromhex: frozen into a board's flash it takes no heap.
            escapes = ["\\x%02x" % table[c] for c in codes]
            rows = ['b"%s"' % "".join(escapes[at : at + 24]) for at in range(0, len(escapes), 24)]
            if len(rows) == 1:
                lines.append("%s_%s = %s" % (name, part, rows[0]))
            else:
                lines += ["%s_%s = (" % (name, part), *["    " + row for row in rows], ")"]
    (HERE.parent / "advances.py").write_text("\n".join(lines) + "\n", encoding="utf8")


def main(folder=DEBIAN_FOLDER):
    text = characters()
    tables = []
    for name, weight in WEIGHTS:
        source = pathlib.Path(folder) / ("NotoSansCJK-%s.ttc" % weight)
        if not source.exists():
            sys.exit("%s is missing: install fonts-noto-cjk, or name the folder that holds the TTC files" % source)
        tables.append(cut(source, weight, text, HERE / ("gatepost-%s.otf" % name)))
    drawn = "".join(sorted(tables[0]))
    (HERE / "characters.txt").write_text("\n".join(drawn[at : at + 80] for at in range(0, len(drawn), 80)), "utf8")
    write_advances(*tables)
    print("%d characters; no glyph for: %s" % (len(drawn), "".join(sorted(set(text) - set(drawn))) or "none"))


if __name__ == "__main__":
    main(*sys.argv[1:])
