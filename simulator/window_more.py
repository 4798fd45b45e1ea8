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
    ("cut", "D", "cut"),
    ("volume", "U", "volume"),
    ("clock", "J", "clock_wrong"),
    ("hour", "K", "hour"),
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


def _page(layout, rows):
    """The page and its rows, faults in the left column, the rest in the right one."""
    px = layout.px
    columns = [[row for row in rows if row[0].startswith(FAULT) is broken] for broken in (True, False)]
    longest = max(map(len, columns))
    step = min(px(40), (layout.size[1] - px(124)) // longest)
    page = pygame.Rect(0, 0, px(1120), px(116) + step * longest)
    page.center = layout.size[0] // 2, layout.size[1] // 2
    placed = []
    for at, column in enumerate(columns):
        left, wide = (page.x + px(32), px(600)) if at == 0 else (page.x + px(652), px(436))
        placed += [
            (row, pygame.Rect(left, page.y + px(68) + step * line, wide, step - px(6)))
            for line, row in enumerate(column)
        ]
    return page, placed


def rects(layout, desk):
    """[(action, rect)] of what can be pressed."""
    return [(row[0], rect) for row, rect in _page(layout, entries(desk))[1]]


def draw(look, surface, layout, desk):
    px = layout.px
    veil = pygame.Surface(layout.size, pygame.SRCALPHA)
    veil.fill((6, 9, 13, 190))
    surface.blit(veil, (0, 0))
    page, placed = _page(layout, entries(desk))
    look.panel(surface, page, px(16), PANEL)
    head = pygame.Rect(page.x + px(32), page.y + px(16), page.width - px(64), px(36))
    look.text(surface, words("more_title", desk.lang), px(24), TEXT, head)
    for (action, cap, label, on), rect in placed:
        colour = (BUTTON_ALARM if action.startswith(FAULT) else BUTTON_ON) if on else BUTTON
        if rect.collidepoint(desk.mouse):
            colour = mix(colour, (255, 255, 255), 0.12)
        look.painter.box(surface, colour, rect, px(8))
        look.text(surface, label, px(16), TEXT, (rect.x + px(16), rect.y, rect.width, rect.height), 0, 0)
        name = cap or action[len(FAULT) :]
        look.text(surface, name, px(14), AMBER, (rect.x, rect.y, rect.width - px(16), rect.height), 2, 0)
    foot = pygame.Rect(page.x, page.bottom - px(36), page.width, px(24))
    look.text(surface, words("more_foot", desk.lang), px(14), AMBER, foot, 1, 0)
