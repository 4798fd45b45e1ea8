"""Draws display lists in strips with MicroPython's framebuf: a panel that needs 300 KB a frame is fed from 15 KB."""

from array import array

from screens import icons
from screens.metrics import advance, code_points


def rgb565(colour):
    """24-bit colour as a 16-bit pixel, bytes swapped: framebuf is little-endian, ILI9341 and ST7789 are not."""
    pixel = colour >> 8 & 0xF800 | colour >> 5 & 0x07E0 | colour >> 3 & 0x001F
    return pixel >> 8 | pixel << 8 & 0xFF00


def rows_of(op):
    """(first row, row after the last) that an operation may paint, None when it paints nothing."""
    kind = op[0]
    if kind == "r":
        return op[2], op[2] + op[4]
    if kind == "t":
        # Descenders leave the em box, and the em box may be as high as the text's box.
        over = op[5] // 5
        return op[2] - over, op[2] + op[4] + over
    if kind == "i":
        return op[3] - 1, op[3] + op[4] + 1
    if kind == "q":
        return op[2], op[2] + op[3]
    return None


def changed_rows(old, new):
    """Row ranges in which two display lists differ: those of every operation that is in one of them only."""
    ranges = []
    for one, other in ((old, new), (new, old)):
        for op in one:
            if op not in other:
                rows = rows_of(op)
                if rows:
                    ranges.append(rows)
    return ranges


class Strips:
    """Keeps a panel showing the newest display list.

    `panel.write(x, y, width, height, pixels)` takes big-endian RGB565 rows. `buffer`: width x `rows` x 2 bytes or
    more, made at boot while the heap is whole; made here when it is not given. `glyphs` is a GlyphStore.
    """

    def __init__(self, panel, width, height, glyphs, rows=16, buffer=None):
        import framebuf  # only boards have it

        self._panel = panel
        self._width = width
        self._height = height
        self._rows = rows
        self._buffer = buffer or bytearray(width * rows * 2)
        self._canvas = Canvas(framebuf, framebuf.FrameBuffer(self._buffer, width, rows, framebuf.RGB565), glyphs)
        self._shown = []

    def draw(self, ops):
        """Draws what changed since the last list; returns the number of strips drawn."""
        ranges = changed_rows(self._shown, ops) if self._shown else [(0, self._height)]
        drawn = 0
        for top in range(0, self._height, self._rows):
            bottom = min(self._height, top + self._rows)
            if any([first < bottom and last > top for first, last in ranges]):
                self._draw_strip(ops, top, bottom)
                drawn += 1
        self._shown = ops
        return drawn

    def forget(self):
        """The panel lost its picture (power, reset): the next list is drawn in full."""
        self._shown = []

    def _draw_strip(self, ops, top, bottom):
        for op in ops:
            rows = rows_of(op)
            if rows and rows[0] < bottom and rows[1] > top:
                self._canvas.draw(op, top)
        pixels = memoryview(self._buffer)[: self._width * (bottom - top) * 2]
        self._panel.write(0, top, self._width, bottom - top, pixels)


class Canvas:
    """Paints single operations on a FrameBuffer whose first row is row `top` of the screen."""

    def __init__(self, framebuf, buffer, glyphs):
        self._framebuf = framebuf
        self._to = buffer
        self._glyphs = glyphs
        # Icon and code drawn last: both cross many strips.
        self._drawn = None, ()
        self._code_drawn = None, ()
        self._palette = framebuf.FrameBuffer(bytearray(8), 4, 1, framebuf.RGB565)

    def draw(self, op, top=0):
        kind = op[0]
        if kind == "r":
            self.box(op[1], op[2] - top, op[3], op[4], rgb565(op[5]), op[6])
        elif kind == "t":
            self._text(op, top)
        elif kind == "i":
            self._icon(op, top)
        elif kind == "q":
            self._code(op, top)

    def box(self, x, y, width, height, pixel, radius):
        radius = min(radius, width // 2, height // 2)
        to = self._to
        if radius < 2:
            to.fill_rect(x, y, width, height, pixel)
            return
        to.fill_rect(x + radius, y, width - 2 * radius, height, pixel)
        to.fill_rect(x, y + radius, radius, height - 2 * radius, pixel)
        to.fill_rect(x + width - radius, y + radius, radius, height - 2 * radius, pixel)
        right, bottom = x + width - radius - 1, y + height - radius - 1
        # The mask's bits are quadrants, counted anticlockwise from the top right.
        for quadrant, (cx, cy) in enumerate(
            ((right, y + radius), (x + radius, y + radius), (x + radius, bottom), (right, bottom))
        ):
            to.ellipse(cx, cy, radius, radius, pixel, True, 1 << quadrant)

    def _text(self, op, top):
        _, x, y, width, height, px, weight, align, colour, ground, text = op
        self._shade(colour, ground)
        key = self._palette.pixel(0, 0)
        file = self._glyphs.of(px, weight)
        if align:
            used = sum([advance(code, weight) for code in code_points(text)]) * px // 100
            x += (width - used) // (2 if align == 1 else 1)
        baseline = y - top + (height - px) // 2 + file.ascent
        along = 0  # in 1/100 px, so that rounding does not add up
        for code in code_points(text):
            glyph = file.find(code)
            if glyph:
                left, rise, wide, high, stride, bitmap = glyph
                if wide:
                    # No tuple: MicroPython takes one from 1.26 on.
                    source = self._framebuf.FrameBuffer(bitmap, wide, high, self._framebuf.GS2_HMSB, stride)
                    # The key is compared after the palette, so it is the ground's own pixel.
                    self._to.blit(source, x + along // 100 + left, baseline - rise, key, self._palette)
            elif code != 0x20:
                self._missing(x + along // 100, baseline, px, colour)
            along += advance(code, weight) * px

    def _missing(self, x, baseline, px, colour):
        """A hollow box: this size has no such glyph."""
        self._to.rect(x + 1, baseline - px * 8 // 10, px - 2, px * 8 // 10, rgb565(colour))

    def _shade(self, colour, ground):
        """Four steps from ground to colour."""
        for step in range(4):
            mixed = 0
            for shift in (16, 8, 0):
                mixed |= ((colour >> shift & 255) * step + (ground >> shift & 255) * (3 - step)) // 3 << shift
            self._palette.pixel(step, 0, rgb565(mixed))

    def _icon(self, op, top):
        _, name, x, y, size, colour, ground = op
        y -= top
        to = self._to
        if self._drawn[0] != name:
            self._drawn = name, icons.shapes(name)
        for kind, numbers in self._drawn[1]:
            pixel = rgb565(ground if kind in "kde" else colour)
            scaled = [number * size // icons.GRID for number in numbers]
            if kind in "pk":
                to.poly(x, y, array("h", scaled), pixel, True)
            elif kind in "bd":
                self.box(x + scaled[0], y + scaled[1], scaled[2], scaled[3], pixel, scaled[4])
            else:
                to.ellipse(x + scaled[0], y + scaled[1], scaled[2], scaled[2], pixel, True)
                if kind == "o":
                    inner = scaled[2] - max(1, scaled[3])
                    to.ellipse(x + scaled[0], y + scaled[1], inner, inner, rgb565(ground), True)

    def _code(self, op, top):
        """Black on white, quiet zone of two modules inside the square."""
        _, x, y, size, content = op
        if self._code_drawn[0] != content:
            from screens import qr  # few screens have codes

            self._code_drawn = None, None  # a small heap has no room for two
            self._code_drawn = content, qr.modules(content)
        modules = self._code_drawn[1]
        side = len(modules)
        step = max(1, size // (side + 4))
        margin = (size - step * side) // 2
        self._to.fill_rect(x, y - top, size, size, 0xFFFF)
        for row in range(side):
            for column in range(side):
                if modules[row][column]:
                    self._to.fill_rect(x + margin + column * step, y - top + margin + row * step, step, step, 0)
