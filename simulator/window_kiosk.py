"""Host only: what counters have on the stage of the desk window: a contact slot, a till, the paper that comes out."""

import pygame

from simulator import paper
from simulator.window_look import AMBER, FAINT, GREEN, MUTED
from simulator.window_words import words


def draw(look, surface, layout, desk):
    if layout.slot is not None:
        _draw_slot(look, surface, layout, desk)
    if layout.till is not None:
        _draw_till(look, surface, layout, desk)
    if layout.paper is not None:
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


def _draw_till(look, surface, layout, desk):
    """The shop's till: the newest lines on its cable, what it said and what it was answered."""
    px, rect = layout.px, layout.till
    look.shadow(surface, rect, px(18), px(12), 120)
    look.gradient(surface, rect, px(18), (40, 47, 56), (18, 22, 28))
    glass = pygame.Rect(rect.x + px(8), rect.y + px(10), rect.width - px(16), rect.height - px(52))
    look.painter.box(surface, (8, 22, 16), glass, px(6))
    line = pygame.Rect(glass.x + px(6), glass.y + px(6), glass.width - px(12), px(20))
    for text, said in desk.world.till_lines[-max(1, (glass.height - px(8)) // px(22)) :]:
        look.fitted(surface, text, px(14), AMBER if said else GREEN, line, 0)
        line = line.move(0, px(22))
    foot = pygame.Rect(rect.x + px(4), rect.bottom - px(34), rect.width - px(8), px(28))
    look.fitted(surface, words("till", desk.lang), px(14), MUTED, foot, 1)


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
