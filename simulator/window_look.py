"""Host only: colours and brushes of the desk window: panels, gradients, glows, key caps."""

import pygame

GROUND = (15, 19, 27)
PANEL = (24, 31, 41)
EDGE = (45, 56, 70)
STAGE_TOP = (52, 63, 77)
STAGE_BOTTOM = (30, 37, 47)
TEXT = (234, 239, 245)
MUTED = (148, 162, 178)
FAINT = (94, 107, 122)
AMBER = (255, 201, 51)
GREEN = (35, 197, 98)
RED = (242, 72, 72)
BLUE = (64, 156, 255)
BUTTON = (41, 50, 62)
BUTTON_ON = (12, 94, 54)
BUTTON_ALARM = (138, 24, 28)
KEY_CAP = (17, 22, 29)
LAMPS = {"red": (255, 66, 60), "amber": (255, 170, 20), "green": (40, 220, 105), "yellow": (255, 221, 60)}


def mix(one, other, share):
    """`share` 0 gives `one`, 1 gives `other`."""
    return tuple([int(a + (b - a) * share) for a, b in zip(one[:3], other[:3], strict=True)])


class Look:
    """Brushes over a Painter; keeps what is costly to make."""

    def __init__(self, painter):
        self.painter = painter
        self._kept = {}
        self._widths = {}

    def keep(self, key, make):
        if key not in self._kept:
            if len(self._kept) > 400:
                self._kept.clear()
            image = make()
            image.set_alpha(255, pygame.RLEACCEL)  # mostly opaque or mostly empty: a blit costs a third
            self._kept[key] = image
        return self._kept[key]

    def panel(self, surface, rect, radius, colour=PANEL, edge=EDGE):
        if edge:
            self.painter.box(surface, edge, rect, radius)
            rect = rect.inflate(-2, -2)
            radius -= 1
        self.painter.box(surface, colour, rect, radius)

    def gradient(self, surface, rect, radius, top, bottom):
        """A rounded box shaded from top to bottom."""
        key = "gradient", rect.size, radius, tuple(top), tuple(bottom)
        surface.blit(self.keep(key, lambda: self._gradient(rect.size, radius, top, bottom)), rect)

    def _gradient(self, size, radius, top, bottom):
        image = pygame.Surface(size, pygame.SRCALPHA)
        for y in range(size[1]):
            image.fill((*mix(top, bottom, y / max(1, size[1] - 1)), 255), (0, y, size[0], 1))
        mask = pygame.Surface(size, pygame.SRCALPHA)
        self.painter.box(mask, (255, 255, 255, 255), mask.get_rect(), radius)
        image.blit(mask, (0, 0), special_flags=pygame.BLEND_RGBA_MIN)
        return image

    def glow(self, surface, centre, radius, colour, strength=110):
        """A soft light around a point."""
        key = "glow", radius, tuple(colour), strength
        image = self.keep(key, lambda: _glow(radius, colour, strength))
        surface.blit(image, (centre[0] - radius, centre[1] - radius))

    def shadow(self, surface, rect, radius, depth, alpha=90):
        key = "shadow", rect.size, radius, depth, alpha
        image = self.keep(key, lambda: self._shadow(rect.size, radius, depth, alpha))
        surface.blit(image, (rect.x - depth, rect.y - depth // 2))

    def _shadow(self, size, radius, depth, alpha):
        wide, high = size[0] + 2 * depth, size[1] + 2 * depth
        image = pygame.Surface((wide, high), pygame.SRCALPHA)
        self.painter.box(image, (0, 0, 0, alpha), pygame.Rect(depth, depth, *size), radius)
        small = pygame.transform.smoothscale(image, (max(1, wide // 8), max(1, high // 8)))
        return pygame.transform.smoothscale(small, (wide, high))

    def disc(self, surface, centre, radius, colour):
        side = radius * 2
        key = "disc", side, tuple(colour)
        image = self.keep(key, lambda: self.painter.disc((*colour[:3], colour[3] if len(colour) == 4 else 255), side))
        surface.blit(image, (centre[0] - radius, centre[1] - radius))

    def ring(self, surface, centre, radius, width, colour):
        key = "ring", radius, width, tuple(colour)
        surface.blit(self.keep(key, lambda: _ring(radius, width, colour)), (centre[0] - radius, centre[1] - radius))

    def text(self, surface, text, px, colour, rect, align=0, weight=1):
        """One line, shortened to the width of `rect`; returns its width."""
        if self.width(text, px, weight) > rect[2]:
            while text and self.width(text + "…", px, weight) > rect[2]:
                text = text[:-1]
            text += "…"
        return self.painter.text(surface, text, px, colour, rect, align, weight)

    def fitted(self, surface, text, px, colour, rect, align=0, weight=1):
        """Like `text`, but takes a size down to two thirds before anything is cut off."""
        least = px * 2 // 3
        while px > least and self.width(text, px, weight) > rect[2]:
            px -= 1
        return self.text(surface, text, px, colour, rect, align, weight)

    def width(self, text, px, weight=1):
        key = text, px, weight
        if key not in self._widths:
            if len(self._widths) > 4000:
                self._widths.clear()
            self._widths[key] = self.painter.font(px, weight).size(text)[0]
        return self._widths[key]


def _glow(radius, colour, strength):
    image = pygame.Surface((radius * 2, radius * 2), pygame.SRCALPHA)
    steps = 28
    for step in range(steps):
        share = (step + 1) / steps
        pygame.draw.circle(
            image, (*colour[:3], int(strength * share * share)), (radius, radius), int(radius * (1 - step / steps))
        )
    small = pygame.transform.smoothscale(image, (max(2, radius // 2), max(2, radius // 2)))
    return pygame.transform.smoothscale(small, (radius * 2, radius * 2))


def _ring(radius, width, colour):
    large = pygame.Surface((radius * 8, radius * 8), pygame.SRCALPHA)
    large.fill((*colour[:3], 0))
    pygame.draw.circle(large, colour, (radius * 4, radius * 4), radius * 4, width * 4)
    return pygame.transform.smoothscale(large, (radius * 2, radius * 2))
