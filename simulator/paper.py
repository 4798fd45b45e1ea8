"""Host only: what an emulated printer printed, as a picture: one pixel a dot, in the project's own fonts."""

import io
import pathlib

import segno
from PIL import Image, ImageDraw, ImageFont

_FONTS = pathlib.Path(__file__).resolve().parent.parent / "screens" / "fonts"
_MARGIN = 32
_PAPER, _INK, _DESK = (250, 248, 242), (34, 34, 40), (120, 124, 130)
_COLUMN, _CELL, _LEADING = 12, 24, 5
_LEFT, _CENTRE = 0, 1
_EDGE = 16


def picture(items, columns=48, cut=True):
    """A Pillow image of the items of one sheet (simulator.chips.printer), as it hangs from the printer or was cut."""
    wide = columns * _COLUMN
    high = sum(_height(item) for item in items)
    paper = Image.new("RGB", (wide + 2 * _MARGIN, high + 2 * _EDGE), _PAPER)
    draw = ImageDraw.Draw(paper)
    y = _EDGE
    for item in items:
        if item[0] == "text":
            _text(draw, item, y, wide)
        elif item[0] == "qr":
            code = _qr(item)
            paper.paste(code, (_MARGIN + _at(item[3], code.width, wide), y))
        y += _height(item)
    if cut:
        _teeth(draw, paper.width, paper.height)
    return paper


def text_of(items):
    """The lines of a sheet as people read them; a QR code is its content between brackets."""
    lines = []
    for item in items:
        if item[0] == "text":
            lines.append("".join(run[0].decode("gb18030") for run in item[2]))
        elif item[0] == "qr":
            lines.append("[%s]" % item[1].decode())
    return lines


def _height(item):
    if item[0] == "text":
        return item[3]
    if item[0] == "feed":
        return item[1]
    return _qr(item).height


def _text(draw, item, y, wide):
    _, align, runs, high = item
    characters = [(c, times, bold) for data, times, bold in runs for c in data.decode("gb18030")]
    x = _MARGIN + _at(align, sum(_advance(c) * times for c, times, _ in characters), wide)
    for character, times, bold in characters:
        glyph = _glyph(character, _advance(character) * times, _CELL * times, bold)
        draw.bitmap((x, y + (high - _CELL * times) // 2), glyph, _INK)
        x += glyph.width


def _glyph(character, wide, tall, bold):
    """A character as the mask of its cell; one that is wider than its column is pressed together, as printers' fonts are."""
    font = _font(tall - 2, bold)
    room = max(wide, int(font.getlength(character)) + 1)
    mask = Image.new("L", (room, tall))
    # The em box stands centred in its cell, as the printer's own font does.
    ImageDraw.Draw(mask).text((room // 2, tall // 2), character, 255, font, "mm")
    return mask if room == wide else mask.resize((wide, tall))


def _at(align, width, wide):
    return 0 if align == _LEFT else (wide - width) // 2 if align == _CENTRE else wide - width


def _advance(character):
    return _COLUMN if character < "\x7f" else _CELL


def _qr(item):
    drawn = io.BytesIO()
    segno.make(item[1], error="m", mode="byte", micro=False, boost_error=False).save(
        drawn, "png", scale=item[2], border=4, dark=_INK, light=_PAPER
    )
    return Image.open(drawn).convert("RGB")


_loaded = {}


def _font(size, bold):
    key = size, bold
    if key not in _loaded:
        _loaded[key] = ImageFont.truetype(str(_FONTS / ("gatepost-%s.otf" % ("bold" if bold else "regular"))), size)
    return _loaded[key]


def _teeth(draw, width, height):
    for x in range(0, width, 8):
        draw.polygon(((x, height), (x + 4, height - 6), (x + 8, height)), fill=_DESK)
