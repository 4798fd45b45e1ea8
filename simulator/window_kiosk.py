"""Host only: what a kiosk has on the stage of the desk window: the contact slot, and the paper that comes out."""

import pygame

from simulator import paper
from simulator.window_look import AMBER, FAINT, GREEN, MUTED
from simulator.window_words import words


def draw(look, surface, layout, desk):
    _draw_slot(look, surface, layout, desk)
    _draw_paper(look, surface, layout, desk)


def _draw_slot(look, surface, layout, desk):
    """A slit with a light: green while it waits, amber while a card sits in it."""
    px, rect = layout.px, layout.slot
    look.shadow(surface, rect, px(18), px(12), 120)
    look.gradient(surface, rect, px(18), (40, 47, 56), (18, 22, 28))
    slit = pygame.Rect(rect.x + px(12), rect.centery - px(8), rect.width - px(24), px(12))
    look.painter.box(surface, (4, 5, 7), slit, px(5))
    light = FAINT if not desk.ops else AMBER if desk.world.inserted else GREEN
    surface.fill(light, (slit.x + px(8), slit.bottom + px(8), slit.width - px(16), max(2, px(3))))
    foot = pygame.Rect(rect.x + px(4), rect.bottom - px(34), rect.width - px(8), px(28))
    look.fitted(surface, words("slot_hint", desk.lang), px(14), MUTED, foot, 1)


def _draw_paper(look, surface, layout, desk):
    """The newest sheet hangs out of the printer, as wide as there is room for, its beginning in sight."""
    px, rect = layout.px, layout.paper
    look.gradient(surface, rect, px(12), (40, 47, 56), (18, 22, 28))
    mouth = pygame.Rect(rect.x + px(8), rect.y + px(8), rect.width - px(16), px(10))
    look.painter.box(surface, (4, 5, 7), mouth, px(5))
    sheets = desk.world.sheets
    if not sheets:
        look.fitted(surface, words("paper_hint", desk.lang), px(14), MUTED, rect, 1)
        return
    room = pygame.Rect(mouth.x + px(4), mouth.bottom - px(4), mouth.width - px(8), rect.bottom - mouth.bottom)
    key = ("paper", len(sheets), room.size)
    surface.blit(look.keep(key, lambda: _sheet(sheets[-1], room)), room)


def _sheet(items, room):
    image = paper.picture(items).convert("RGB")
    whole = pygame.image.frombytes(image.tobytes(), image.size, "RGB")
    high = min(room.height, image.height * room.width // image.width)
    shown = pygame.transform.smoothscale(whole, (room.width, image.height * room.width // image.width))
    piece = pygame.Surface((room.width, high))
    piece.blit(shown, (0, 0))
    return piece
