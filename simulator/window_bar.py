"""Host only: the top bar of the desk window: its buttons, and the clock with its speed."""

import pygame

from simulator.window_look import AMBER, BUTTON, BUTTON_ALARM, BUTTON_ON, KEY_CAP, MUTED, TEXT, mix
from simulator.window_words import words

# action, key cap, words; the bar shows them in this order.
BUTTONS = (
    ("network", "N", "network"),
    ("power", "P", "power"),
    ("fire", "H", "fire"),
    ("walk", "␣", "walk"),
    ("language", "L", "language"),
    ("elder", "E", "elder"),
    ("contrast", "C", "contrast"),
    ("record", "R", "record"),
    ("film", "G", "film"),
    ("more", "F", "more"),
    ("help", "?", "help"),
)


def button_rects(look, layout, desk):
    """[(action, key cap, words, rect)] of the bar's buttons; they are set smaller where they have no room."""
    labels = [(action, cap, _label(action, key, desk)) for action, cap, key in BUTTONS if desk.offers(action)]
    room = layout.speed.x - layout.px(8)
    for measure in range(layout.px(15), layout.px(8), -1):
        buttons = _buttons_in_a_row(look, layout, labels, measure)
        if buttons[-1][3].right <= room:
            break
    return buttons


def _label(action, key, desk):
    if action == "power" and not desk.powered:
        key = "power_on"
    elif action == "network" and not desk.cable:
        key = "offline"
    elif action == "film" and desk.filmed_ms is not None:
        return "%d:%02d" % divmod(desk.filmed_ms // 1000, 60)
    return words(key, desk.lang)


def _buttons_in_a_row(look, layout, labels, measure):
    """Buttons with labels of `measure` pixels."""
    high = layout.px(34)
    x, y = layout.px(16), (layout.bar.height - high) // 2
    buttons = []
    for action, cap, label in labels:
        wide = measure * 3 + look.width(label, measure)
        buttons.append((action, cap, label, pygame.Rect(x, y, wide, high)))
        x += wide + measure // 2
    return buttons


def draw_bar(look, surface, layout, desk):
    px = layout.px
    surface.fill((21, 27, 36), layout.bar)
    surface.fill((36, 45, 57), (0, layout.bar.bottom - 1, layout.size[0], 1))
    for action, cap, label, rect in button_rects(look, layout, desk):
        colour = _button_colour(action, desk)
        if rect.collidepoint(desk.mouse):
            colour = mix(colour, (255, 255, 255), 0.12)
        if action == desk.coach.action:
            look.painter.box(surface, mix(AMBER, colour, desk.beat(1200) * 0.8), rect.inflate(px(6), px(6)), px(10))
        look.painter.box(surface, colour, rect, px(8))
        measure = _measure(look, rect, label)
        key = pygame.Rect(rect.x + measure * 2 // 5, rect.y + px(6), measure * 3 // 2, rect.height - px(12))
        look.painter.box(surface, KEY_CAP, key, px(5))
        if cap == "␣":
            left, right, y = key.x + measure // 3, key.right - measure // 3, key.centery
            pygame.draw.lines(surface, AMBER, False, [(left, y), (left, y + px(4)), (right, y + px(4)), (right, y)], 2)
        else:
            look.text(surface, cap, measure, AMBER, key, 1)
        look.text(surface, label, measure, TEXT, (key.right + measure // 2, rect.y, rect.width, rect.height))
    _draw_clock(look, surface, layout, desk)


def _measure(look, rect, label):
    """The size of the label that fills `rect`."""
    measure = rect.height
    while measure * 3 + look.width(label, measure) > rect.width:
        measure -= 1
    return measure


def clock_rects(layout):
    """[(action, rect)] of the clock: slower, pause, faster."""
    whole, side = layout.speed, layout.speed.height
    middle = whole.inflate(-2 * side, 0)
    return [
        ("slower", pygame.Rect(whole.x, whole.y, side, side)),
        ("pause", middle),
        ("faster", pygame.Rect(middle.right, whole.y, side, side)),
    ]


def _draw_clock(look, surface, layout, desk):
    px = layout.px
    look.panel(surface, layout.speed, px(8), KEY_CAP)
    for action, rect in clock_rects(layout):
        if rect.collidepoint(desk.mouse):
            look.painter.box(surface, BUTTON, rect.inflate(-px(4), -px(4)), px(6))
        if action == "pause":
            look.text(surface, desk.clock_text[:8], px(19), TEXT, rect.inflate(-px(4), 0))
            speed = "×%d" % desk.speed if desk.speed else words("paused", desk.lang)
            look.text(surface, speed, px(15), AMBER, rect.inflate(-px(4), 0), 2)
        else:
            look.text(surface, "-" if action == "slower" else "+", px(20), MUTED, rect, 1)


def _button_colour(action, desk):
    if action == "network":
        return BUTTON_ON if desk.cable else BUTTON_ALARM
    if action == "power":
        return BUTTON if desk.powered else BUTTON_ALARM
    if action == "record":
        return BUTTON_ALARM if desk.recording else BUTTON
    if action == "film":
        return BUTTON if desk.filmed_ms is None else BUTTON_ALARM
    if action == "more":
        return BUTTON_ALARM if desk.world.faults else BUTTON
    if action == "fire":
        return BUTTON_ALARM if desk.fire else BUTTON
    return BUTTON_ON if getattr(desk, action, False) is True else BUTTON
