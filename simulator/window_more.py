"""Host only: the desk window's page of faults and of what has no button in the bar."""

import pygame

from simulator.window_look import AMBER, BUTTON, BUTTON_ALARM, BUTTON_ON, PANEL, TEXT, mix
from simulator.window_words import words

# action, key cap ("" has none), words
_ACTIONS = (
    ("tailgate", "A", "tailgate"),
    ("turn_back", "Z", "turn_back"),
    ("reverse", "X", "reverse"),
    ("wheelchair", "V", "wheelchair"),
    ("maintenance", "M", "maintenance"),
    ("volume", "U", "volume"),
    ("clock", "J", "clock_wrong"),
    ("replay", "Enter", "replay"),
    ("boxes", "B", "boxes"),
    ("picture", "S", "picture"),
)
FAULT = "fault:"  # before the name of a fault in an action


def entries(desk):
    """[(action, key cap, label, is on)] of the page, top to bottom."""
    rows = []
    for fault in desk.world.breakable:
        label = fault.zh if desk.lang == "zh" else fault.en
        rows.append((FAULT + fault.name, "", label, fault.name in desk.world.faults))
    for action, cap, key in _ACTIONS:
        if desk.offers(action):
            rows.append((action, cap, words(key, desk.lang), bool(desk.wrong_s) if action == "clock" else action == "boxes" and desk.boxes))  # fmt: skip
    return rows


def _page(layout, count):
    page = pygame.Rect(0, 0, layout.px(620), layout.px(104 + 38 * count))
    page.center = layout.size[0] // 2, layout.size[1] // 2
    return page


def rects(layout, desk):
    """[(action, rect)] of what can be pressed."""
    rows = entries(desk)
    px, page = layout.px, _page(layout, len(rows))
    return [
        (row[0], pygame.Rect(page.x + px(32), page.y + px(62 + 38 * at), page.width - px(64), px(33)))
        for at, row in enumerate(rows)
    ]


def draw(look, surface, layout, desk):
    px, rows = layout.px, entries(desk)
    veil = pygame.Surface(layout.size, pygame.SRCALPHA)
    veil.fill((6, 9, 13, 190))
    surface.blit(veil, (0, 0))
    page = _page(layout, len(rows))
    look.panel(surface, page, px(16), PANEL)
    head = pygame.Rect(page.x + px(32), page.y + px(16), page.width - px(64), px(36))
    look.text(surface, words("more_title", desk.lang), px(24), TEXT, head)
    for (action, cap, label, on), (_, rect) in zip(rows, rects(layout, desk), strict=True):
        colour = (BUTTON_ALARM if action.startswith(FAULT) else BUTTON_ON) if on else BUTTON
        if rect.collidepoint(desk.mouse):
            colour = mix(colour, (255, 255, 255), 0.12)
        look.painter.box(surface, colour, rect, px(8))
        look.text(surface, label, px(16), TEXT, (rect.x + px(16), rect.y, rect.width, rect.height), 0, 0)
        name = cap or action[len(FAULT) :]
        look.text(surface, name, px(14), AMBER, (rect.x, rect.y, rect.width - px(16), rect.height), 2, 0)
    foot = pygame.Rect(page.x, page.bottom - px(36), page.width, px(24))
    look.text(surface, words("more_foot", desk.lang), px(14), AMBER, foot, 1, 0)
