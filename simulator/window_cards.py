"""Host only: the card tray, cards in the hand or on the reader, and the phone with its code."""

import pygame

from simulator import window_look as look_of
from simulator.window_look import AMBER, BUTTON, FAINT, MUTED, PANEL, TEXT, mix
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


def halves(text):
    """(what it is, which one) of a title: "社保卡 成人" or "Social card, adult"; the first is "" where it is one word."""
    for mark in (", ", " "):
        first, found, second = text.partition(mark)
        if found and (mark == ", " or not text.isascii()):
            return first, second
    return "", text


def draw_tray(look, surface, layout, desk):
    """One leaf of the tray; a card that is in the hand or on the reader leaves an empty slot behind."""
    px, lang = layout.px, desk.lang
    look.panel(surface, layout.tray, px(12))
    for group, rect in zip(desk.groups, layout.tabs, strict=False):
        chosen = group == desk.group
        colour = BUTTON if chosen else PANEL
        look.panel(surface, rect, px(8), mix(colour, TEXT, 0.1) if rect.collidepoint(desk.mouse) else colour)
        label = "%s  %d" % (words("tray_" + group, lang), len(desk.grouped(group)))
        look.fitted(surface, label, px(16), TEXT if chosen else MUTED, rect, 1)
    foot = pygame.Rect(layout.tray.x + px(14), layout.tray.bottom - px(27), layout.tray.width - px(28), px(22))
    look.fitted(surface, words("tray_hint_" + desk.group, lang), px(13), MUTED, foot, 1, 0)
    for card in desk.grouped(desk.group):
        slot = desk.slot(card)
        if desk.is_out(card.name):
            _draw_empty(look, surface, layout, slot, card, lang)
        else:
            _draw_slot(look, surface, layout, slot, card, desk)
            if card.name == desk.coach.card:
                pygame.draw.rect(surface, mix(AMBER, PANEL, desk.beat(1200) * 0.8), slot.inflate(4, 4), px(3), px(11))


def _draw_empty(look, surface, layout, slot, card, lang):
    look.panel(surface, slot, layout.px(9), (20, 26, 34), (50, 61, 75))
    look.fitted(surface, title(card, lang), layout.px(14), FAINT, slot.inflate(-layout.px(12), 0), 1, 0)


def _draw_slot(look, surface, layout, slot, card, desk):
    """A card small in its slot: what it is, which one, what is special about it, what is on it."""
    px, lang, colour = layout.px, desk.lang, card.colour
    if slot.collidepoint(desk.mouse):
        look.panel(surface, slot.inflate(4, 4), px(11), AMBER, None)
    bottom = mix(colour, (0, 0, 0), 0.2)
    pale = mix(colour, (255, 255, 255), 0.82)
    look.gradient(surface, slot, px(9), mix(colour, (255, 255, 255), 0.12), bottom)
    inner = slot.inflate(-px(20), -slot.height // 8)
    row = inner.height // 3
    what, which = halves(title(card, lang))
    head = pygame.Rect(inner.x, inner.y, inner.width, row)
    mark = pygame.Rect(inner.x, inner.y + 1, row * 4 // 3, row - 2)
    if card.kind == "phone":
        look.painter.icon(surface, "phone", TEXT, bottom, mark.x, mark.y, row)
    else:
        draw_chip(look, surface, mark)
    if card.key:
        side = min(row, px(22))
        cap = pygame.Rect(inner.right - side, inner.y, side, side)
        look.painter.box(surface, mix(colour, (0, 0, 0), 0.5), cap, px(4))
        look.text(surface, card.key, min(px(14), side * 3 // 4), AMBER, cap, 1)
    left = mark.right + px(8)
    look.fitted(surface, what, min(px(13), row * 3 // 4), pale, (left, head.y, inner.right - left - px(24), row), 0, 0)
    name = pygame.Rect(inner.x, inner.y + row, inner.width, row)
    look.fitted(surface, which, min(px(18), row * 9 // 10), TEXT, name)
    foot = name.move(0, row)
    worth = card.balance()
    if worth is not None:
        foot.width -= look.text(surface, money(worth), min(px(15), row * 4 // 5), TEXT, foot, 2) + px(6)
    look.fitted(surface, note(card, lang), min(px(13), row * 3 // 4), pale, foot, 0, 0)


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
    """Where a card or phone out of the tray is; in a slot it is no wider than that."""
    size = PHONE_SIZE if card.kind == "phone" else CARD_SIZE
    rect = pygame.Rect(0, 0, layout.px(size[0]), layout.px(size[1]))
    if layout.slot is not None and tuple(centre) == layout.slot.center:
        wide = min(rect.width, layout.slot.width - layout.px(8))
        rect.size = wide, rect.height * wide // rect.width
    rect.center = centre
    return rect


def draw_held(look, surface, layout, desk, card, centre, lifted):
    """A card or phone out of the tray; `lifted` while it is in the hand: its shadow is deeper."""
    rect = held_rect(layout, card, centre)
    look.shadow(surface, rect, layout.px(12), layout.px(22 if lifted else 10), 150)
    if card.kind == "phone":
        _draw_phone(look, surface, layout, desk, card, rect)
    elif rect.width < layout.px(CARD_SIZE[0]):
        key = "small", card.name, rect.size, desk.lang, card.balance()
        surface.blit(look.keep(key, lambda: _small_card(look, layout, desk, card, rect.size)), rect)
    else:
        draw_card(look, surface, layout, desk, card, rect)


def draw_card(look, surface, layout, desk, card, rect):
    """A card as it is in the hand."""
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


def _small_card(look, layout, desk, card, size):
    """The card as in the hand, brought down to `size`."""
    whole = pygame.Surface((layout.px(CARD_SIZE[0]), layout.px(CARD_SIZE[1])), pygame.SRCALPHA)
    draw_card(look, whole, layout, desk, card, whole.get_rect())
    return pygame.transform.smoothscale(whole, size)


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
