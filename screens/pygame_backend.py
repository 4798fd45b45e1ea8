"""Host only: draws display lists with pygame, at any scale; also the display of a Linux gate or kiosk."""

import math
import os
import pathlib

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame  # noqa: E402
import segno  # noqa: E402

from screens import icons  # noqa: E402

FONTS = pathlib.Path(__file__).resolve().parent / "fonts"
_OVERSAMPLE = 4
# Both backends centre on the em box: baseline at 0.88 em, as in the font's own em box.
_ASCENT = 0.88


def rgb(colour):
    return colour >> 16 & 255, colour >> 8 & 255, colour & 255


def draw_shapes(surface, shapes, unit, colour, ground):
    """Draws an icon's shapes (see screens/icons.py) on `surface`; `unit` is pixels per grid step."""
    for kind, numbers in shapes:
        values = [number * unit for number in numbers]
        paint = ground if kind in "kde" else colour
        if kind in "pk":
            pygame.draw.polygon(surface, paint, list(zip(values[::2], values[1::2], strict=True)))
        elif kind in "bd":
            x, y, width, height, radius = values
            pygame.draw.rect(surface, paint, pygame.Rect(x, y, width, height), border_radius=int(radius))
        else:
            ring = max(1, int(values[3])) if kind == "o" else 0
            pygame.draw.circle(surface, paint, values[:2], values[2], ring)


class Painter:
    """Draws on surfaces, and keeps fonts and smoothed shapes between frames."""

    def __init__(self):
        pygame.font.init()
        self._fonts = {}
        self._texts = {}
        self._shapes = {}

    def font(self, px, weight=1):
        key = (px, weight)
        if key not in self._fonts:
            name = "gatepost-bold.otf" if weight else "gatepost-regular.otf"
            self._fonts[key] = pygame.font.Font(str(FONTS / name), px)
        return self._fonts[key]

    def draw(self, surface, ops, scale=1.0, left=0, top=0):
        """Draws a display list with its corner at (left, top), `scale` times its size."""
        for op in ops:
            draw = _DRAW.get(op[0])
            if draw:
                draw(self, surface, op, scale, left, top)

    def box(self, surface, colour, rect, radius=0):
        """A filled rectangle with smooth corners; colour is (r, g, b) or (r, g, b, alpha)."""
        rect = pygame.Rect(rect)
        radius = min(radius, rect.width // 2, rect.height // 2)
        if radius < 2 and len(colour) == 3:
            surface.fill(colour, rect)
            return
        key = (tuple(colour), rect.size, radius)
        if key not in self._shapes:
            self._shapes[key] = self._smooth_box(colour, rect.size, radius)
        surface.blit(self._shapes[key], rect)

    def _smooth_box(self, colour, size, radius):
        self._forget_when_full(self._shapes)
        alpha = colour[3] if len(colour) == 4 else 255
        image = pygame.Surface(size, pygame.SRCALPHA)
        image.fill((*colour[:3], 0))
        pygame.draw.rect(image, (*colour[:3], alpha), image.get_rect(), border_radius=radius)
        side = radius * 2
        if side:
            disc = self.disc((*colour[:3], alpha), side)
            for x in (0, 1):
                for y in (0, 1):
                    corner = pygame.Rect(x * radius, y * radius, radius, radius)
                    spot = (x * (size[0] - radius), y * (size[1] - radius))
                    image.fill((*colour[:3], 0), (*spot, radius, radius))
                    image.blit(disc, spot, corner, pygame.BLEND_RGBA_MAX)
        return image

    def disc(self, colour, side):
        """A smooth disc of `side` pixels with alpha."""
        large = pygame.Surface((side * _OVERSAMPLE, side * _OVERSAMPLE), pygame.SRCALPHA)
        large.fill((*colour[:3], 0))
        half = side * _OVERSAMPLE / 2
        pygame.draw.circle(large, colour, (half, half), half)
        return pygame.transform.smoothscale(large, (side, side))

    def text(self, surface, text, px, colour, rect, align=1, weight=1):
        """One line centred on the em box in `rect`; align 0 left, 1 centre, 2 right. Returns its width."""
        image, ascent = self._line(text, px, weight, colour)
        rect = pygame.Rect(rect)
        x = rect.x + (0, (rect.width - image.get_width()) // 2, rect.width - image.get_width())[align]
        y = rect.y + (rect.height - px) // 2 + int(px * _ASCENT + 0.5) - ascent
        surface.blit(image, (x, y))
        return image.get_width()

    def _line(self, text, px, weight, colour):
        key = (text, px, weight, tuple(colour))
        if key not in self._texts:
            self._forget_when_full(self._texts)
            font = self.font(px, weight)
            self._texts[key] = (font.render(text, True, colour), font.get_ascent())
        return self._texts[key]

    def icon(self, surface, name, colour, ground, x, y, size):
        """An icon, smoothed; `ground` fills the openings in it and must be what lies behind it."""
        key = (name, tuple(colour), tuple(ground), size)
        if key not in self._shapes:
            self._forget_when_full(self._shapes)
            large = pygame.Surface((size * _OVERSAMPLE, size * _OVERSAMPLE), pygame.SRCALPHA)
            large.fill((*ground[:3], 0))
            draw_shapes(large, icons.shapes(name), size * _OVERSAMPLE / icons.GRID, colour, ground)
            self._shapes[key] = pygame.transform.smoothscale(large, (size, size))
        surface.blit(self._shapes[key], (x, y))

    def qr(self, surface, content, rect):
        """A QR code of text or bytes, black on white with its quiet zone, in whole pixels per module."""
        rect = pygame.Rect(rect)
        rows = list(segno.make_qr(content, error="m").matrix_iter(border=2))
        module = max(1, rect.width // len(rows))
        surface.fill((255, 255, 255), rect)
        margin = (rect.width - module * len(rows)) // 2
        for row, modules in enumerate(rows):
            for column, dark in enumerate(modules):
                if dark:
                    spot = (rect.x + margin + column * module, rect.y + margin + row * module, module, module)
                    surface.fill((0, 0, 0), spot)

    @staticmethod
    def _forget_when_full(cache):
        # Clock texts would fill it in a long session.
        if len(cache) > 600:
            cache.clear()


def _scaled(values, scale, left, top):
    """Edges are rounded, not sizes: neighbouring boxes stay neighbours at any scale."""
    x, y, width, height = values
    x0, y0 = math.floor(x * scale + 0.5), math.floor(y * scale + 0.5)
    x1, y1 = math.floor((x + width) * scale + 0.5), math.floor((y + height) * scale + 0.5)
    return pygame.Rect(left + x0, top + y0, x1 - x0, y1 - y0)


def _draw_box(painter, surface, op, scale, left, top):
    painter.box(surface, rgb(op[5]), _scaled(op[1:5], scale, left, top), int(op[6] * scale + 0.5))


def _draw_text(painter, surface, op, scale, left, top):
    _, x, y, width, height, px, weight, align, colour, _, text = op
    rect = _scaled((x, y, width, height), scale, left, top)
    painter.text(surface, text, max(1, int(px * scale)), rgb(colour), rect, align, weight)


def _draw_icon(painter, surface, op, scale, left, top):
    _, name, x, y, size, colour, ground = op
    rect = _scaled((x, y, size, size), scale, left, top)
    painter.icon(surface, name, rgb(colour), rgb(ground), rect.x, rect.y, rect.width)


def _draw_qr(painter, surface, op, scale, left, top):
    painter.qr(surface, op[4], _scaled((op[1], op[2], op[3], op[3]), scale, left, top))


_DRAW = {"r": _draw_box, "t": _draw_text, "i": _draw_icon, "q": _draw_qr}
