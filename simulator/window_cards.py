"""Host only: the card tray, cards in the hand or on the reader, and the phone with its code."""

import pygame

from simulator import window_look as look_of
from simulator.window_look import AMBER, FAINT, MUTED, TEXT, mix
from simulator.window_words import words

CHIP = (233, 201, 96)
CARD_SIZE = (172, 108)
PHONE_SIZE = (126, 214)


def money(fen):
    return "¥%d.%02d" % (fen // 100, fen % 100)


def title(card, lang):
    return card.title_zh if lang == "zh" else card.title_en


def note(card, lang):
    return card.note_zh if lang == "zh" else card.note_en


def draw_tray(look, surface, layout, desk):
    """The tray; a card that is in the hand or on the reader leaves an empty slot behind."""
    px, lang = layout.px, desk.lang
    look.panel(surface, layout.tray, px(12))
    head = pygame.Rect(layout.tray.x + px(14), layout.tray.y + px(8), layout.tray.width - px(28), px(32))
    used = look.text(surface, words("tray", lang), px(16), TEXT, head)
    hint = pygame.Rect(head.x + used + px(12), head.y, head.width - used - px(12), head.height)
    look.text(surface, words("tray_hint", lang), px(12), MUTED, hint, 2, 0)
    for card, slot in zip(desk.cards, layout.slots(len(desk.cards)), strict=True):
        if desk.is_out(card.name):
            _draw_empty(look, surface, layout, slot, card, lang)
        else:
            _draw_slot(look, surface, layout, slot, card, desk)


def _draw_empty(look, surface, layout, slot, card, lang):
    look.panel(surface, slot, layout.px(9), (20, 26, 34), (50, 61, 75))
    look.text(surface, title(card, lang), layout.px(14), FAINT, slot, 1, 0)


def _draw_slot(look, surface, layout, slot, card, desk):
    px, lang, colour = layout.px, desk.lang, card.colour
    if slot.collidepoint(desk.mouse):
        look.panel(surface, slot.inflate(4, 4), px(11), AMBER, None)
    bottom = mix(colour, (0, 0, 0), 0.2)
    look.gradient(surface, slot, px(9), mix(colour, (255, 255, 255), 0.12), bottom)
    inner = slot.inflate(-px(18), -px(8))
    half = inner.height // 2
    title_px, note_px = min(px(15), half * 2 // 3), min(px(12), half // 2)
    head = pygame.Rect(inner.x, inner.y, inner.width, half)
    if card.key:
        cap = pygame.Rect(inner.right - px(18), inner.y + (half - px(19)) // 2, px(20), px(19))
        look.painter.box(surface, mix(colour, (0, 0, 0), 0.5), cap, px(4))
        look.text(surface, card.key, px(13), AMBER, cap, 1)
        head.width -= px(24)
    look.fitted(surface, title(card, lang), title_px, TEXT, head)
    mark = pygame.Rect(inner.x, inner.y + half + px(2), px(25), half - px(5))
    if card.kind == "phone":
        side = half
        look.painter.icon(surface, "phone", TEXT, bottom, mark.x, inner.bottom - side, side)
    else:
        draw_chip(look, surface, mark)
    foot = pygame.Rect(mark.right + px(8), inner.y + half, inner.right - mark.right - px(8), half)
    worth = card.balance()
    used = look.text(surface, money(worth), title_px, TEXT, foot, 2) + px(6) if worth is not None else 0
    foot.width -= used
    look.fitted(surface, note(card, lang), note_px, mix(colour, (255, 255, 255), 0.82), foot, 0, 0)


def draw_chip(look, surface, rect):
    """A contact chip: gold with its contact lines."""
    look.gradient(surface, rect, max(3, rect.height // 6), mix(CHIP, (255, 255, 255), 0.3), mix(CHIP, (90, 60, 0), 0.2))
    line = (150, 118, 30)
    for share in (1, 2):
        y = rect.y + rect.height * share // 3
        surface.fill(line, (rect.x + 2, y, rect.width // 3 - 2, 1))
        surface.fill(line, (rect.right - rect.width // 3, y, rect.width // 3 - 2, 1))
    for share in (1, 2):
        surface.fill(line, (rect.x + rect.width * share // 3, rect.y + 2, 1, rect.height - 4))


def held_rect(layout, card, centre):
    size = PHONE_SIZE if card.kind == "phone" else CARD_SIZE
    rect = pygame.Rect(0, 0, layout.px(size[0]), layout.px(size[1]))
    rect.center = centre
    return rect


def draw_held(look, surface, layout, desk, card, centre, lifted):
    """A card or phone out of the tray; `lifted` while it is in the hand: its shadow is deeper."""
    rect = held_rect(layout, card, centre)
    look.shadow(surface, rect, layout.px(12), layout.px(22 if lifted else 10), 150)
    if card.kind == "phone":
        _draw_phone(look, surface, layout, desk, card, rect)
    else:
        _draw_card(look, surface, layout, desk, card, rect)


def _draw_card(look, surface, layout, desk, card, rect):
    px, colour = layout.px, card.colour
    look.panel(surface, rect, px(12), mix(colour, (255, 255, 255), 0.35), None)
    face = rect.inflate(-2, -2)
    top, bottom = mix(colour, (255, 255, 255), 0.16), mix(colour, (0, 0, 0), 0.22)
    look.gradient(surface, face, px(11), top, bottom)
    inner = rect.inflate(-px(26), -px(20))
    look.fitted(surface, title(card, desk.lang), px(17), TEXT, (inner.x, inner.y - px(2), inner.width, px(24)))
    draw_chip(look, surface, pygame.Rect(inner.x, inner.y + px(30), px(32), px(25)))
    side = px(26)
    look.painter.icon(surface, "wave", TEXT, mix(top, bottom, 0.5), inner.right - side, inner.y + px(29), side)
    foot = pygame.Rect(inner.x, inner.bottom - px(20), inner.width, px(22))
    worth = card.balance()
    used = look.text(surface, money(worth), px(17), TEXT, foot, 2) + px(6) if worth is not None else 0
    look.text(surface, note(card, desk.lang), px(13), mix(colour, (255, 255, 255), 0.85), (*foot.topleft, foot.width - used, foot.height), 0, 0)  # fmt: skip


def _draw_phone(look, surface, layout, desk, card, rect):
    px = layout.px
    look.panel(surface, rect, px(18), (8, 10, 14), (96, 108, 122))
    glass = rect.inflate(-px(12), -px(16))
    look.painter.box(surface, (246, 248, 251), glass, px(12))
    head = pygame.Rect(glass.x, glass.y, glass.width, px(38))
    look.gradient(surface, head, px(12), mix(card.colour, (255, 255, 255), 0.12), card.colour)
    surface.fill(card.colour, (head.x, head.bottom - px(12), head.width, px(12)))
    look.fitted(surface, title(card, desk.lang), px(13), TEXT, head.inflate(-px(10), 0), 1)
    side = glass.width - px(8)
    place = pygame.Rect(glass.x + px(4), head.bottom + px(6), side, side)
    code = desk.phone_code(card.name)
    if code:
        surface.blit(look.keep(("qr", code, side), lambda: qr_image(look.painter, code, side)), place)
    foot = pygame.Rect(glass.x + px(6), place.bottom, glass.width - px(12), glass.bottom - place.bottom)
    look.text(surface, note(card, desk.lang), px(12), (60, 70, 82), foot, 1, 0)


def qr_image(painter, code, side):
    """The code as a picture of exactly `side` pixels: drawn in whole modules, then brought to size."""
    large = pygame.Surface((side * 4, side * 4))
    painter.qr(large, code, large.get_rect())
    return pygame.transform.smoothscale(large, (side, side))


def glow_colour(lamps):
    """The colour of the reader's ring: what the lamps say."""
    for name in ("red", "amber", "green"):
        if lamps.get(name):
            return look_of.LAMPS[name]
    return FAINT
