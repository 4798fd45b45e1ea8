"""Host only: the software beside a staff desk as the desk window plays it: a purpose, a few buttons, what it was told."""

import pygame

from simulator.window_look import AMBER, BUTTON, BUTTON_ON, FAINT, GREEN, KEY_CAP, MUTED, RED, TEXT, mix
from simulator.window_words import words

_FIELDS = ("name", "number", "card_number", "region", "identification", "version", "issued", "expires")
_SHOWN = 4  # fields that have room
_PARTIAL = (-2201, -2202, -2203, -27272, -24)


class Counter:
    """What the person behind the counter has chosen. `world`: a World, whose purposes may be none."""

    def __init__(self, world):
        self._world = world
        self._at = 0
        self.answered = 0  # record about whose person it was said

    @property
    def purpose(self):
        """The one that is chosen; its terminal may have been left meanwhile."""
        purposes = self._world.purposes
        return purposes[self._at % len(purposes)] if purposes else None

    @property
    def is_asking(self):
        return (self._world.view or {}).get("screen") in ("desk.asking", "desk.reading")

    @property
    def asks_for_person(self):
        """A card was read whose purpose wants to know whether it is the holder who stands there."""
        told = self._world.told
        if told is None or told.code != 0 or told.record == self.answered:
            return False
        return any(purpose.person for purpose in self._world.purposes if str(purpose.number) == told.purpose)

    def offers(self, action):
        if action in ("staff_yes", "staff_no"):
            return self.asks_for_person
        return action != ("staff_read" if self.is_asking else "staff_cancel")

    def act(self, action):
        """One of the panel's buttons."""
        if action in ("staff_next", "staff_previous"):
            self._at += 1 if action == "staff_next" else -1
            return
        if not self.offers(action):
            return
        if action == "staff_read":
            self._world.staff("READ %d" % self.purpose.number)
        elif action == "staff_cancel":
            self._world.staff("CANCEL")
        else:
            self.answered = self._world.told.record
            self._world.staff("PERSON last %s" % ("yes" if action == "staff_yes" else "no"))


def rects(layout):
    """[(action, rect)] of the panel, the chosen purpose ("") among them."""
    px, panel = layout.px, layout.staff
    high, gap = px(36), px(8)
    left = pygame.Rect(panel.x + px(14), panel.bottom - 2 * high - gap - px(10), panel.width * 46 // 100, high)
    below = left.move(0, high + gap)
    wide = (left.width - 3 * gap) // 4
    placed = [
        ("staff_previous", pygame.Rect(left.x, left.y, high, high)),
        ("", pygame.Rect(left.x + high + gap, left.y, left.width - 2 * (high + gap), high)),
        ("staff_next", pygame.Rect(left.right - high, left.y, high, high)),
    ]
    names = ("staff_read", "staff_cancel", "staff_yes", "staff_no")
    return placed + [
        (name, pygame.Rect(below.x + at * (wide + gap), below.y, wide, high)) for at, name in enumerate(names)
    ]


def action_at(layout, pointer):
    """The button under the pointer, "" for none."""
    return next((action for action, rect in rects(layout) if action and rect.collidepoint(pointer)), "")


def draw(look, surface, layout, desk):
    px, panel = layout.px, layout.staff
    look.panel(surface, panel, px(12), (20, 26, 34), (58, 69, 82))
    head = pygame.Rect(panel.x + px(14), panel.y + px(4), panel.width * 46 // 100, px(24))
    look.fitted(surface, words("staff", desk.lang), px(14), MUTED, head, 0, 0)
    purpose = desk.counter.purpose
    for action, rect in rects(layout):
        if not action:
            look.painter.box(surface, KEY_CAP, rect, px(8))
            text = "%d  %s" % (purpose.number, purpose.title[0 if desk.lang == "zh" else 1])
            look.fitted(surface, text, px(16), TEXT, rect.inflate(-px(16), 0), 1)
        else:
            _draw_button(look, surface, layout, desk, action, rect)
    _draw_told(look, surface, layout, desk)


def _draw_button(look, surface, layout, desk, action, rect):
    px, offered = layout.px, desk.powered and desk.counter.offers(action)
    colour = BUTTON_ON if action in ("staff_read", "staff_yes") else BUTTON
    colour = colour if offered else mix(BUTTON, KEY_CAP, 0.7)
    if offered and rect.collidepoint(desk.mouse):
        colour = mix(colour, (255, 255, 255), 0.12)
    if action == desk.coach.action:
        look.painter.box(surface, mix(AMBER, colour, desk.beat(1200) * 0.8), rect.inflate(px(6), px(6)), px(10))
    look.painter.box(surface, colour, rect, px(8))
    look.fitted(surface, words(action, desk.lang), px(16), TEXT if offered else FAINT, rect.inflate(-px(8), 0), 1)


def _draw_told(look, surface, layout, desk):
    """What the software heard, as long as nothing else is asked."""
    px, panel = layout.px, layout.staff
    left = panel.x + px(14) + panel.width * 46 // 100 + px(18)
    glass = pygame.Rect(left, panel.y + px(10), panel.right - px(12) - left, panel.height - px(20))
    look.painter.box(surface, (8, 22, 16), glass, px(6))
    line = pygame.Rect(glass.x + px(12), glass.y + px(5), glass.width - px(24), px(22))
    headline, colour = _headline(desk)
    look.fitted(surface, headline, px(15), colour, line)
    told = desk.world.told
    names = [] if told is None else [name for name in _FIELDS if name in told.fields][:_SHOWN]
    step = min(px(22), (glass.bottom - line.bottom - px(4)) // max(1, len(names)))
    for name in names:
        line = pygame.Rect(line.x, line.bottom, line.width, step)
        label = pygame.Rect(line.x, line.y, px(96), step)
        look.fitted(surface, words("field_" + name, desk.lang), min(px(13), step - 2), MUTED, label, 0, 0)
        value = pygame.Rect(label.right, line.y, line.right - label.right, step)
        look.fitted(surface, told.fields[name], min(px(15), step - 1), TEXT, value)


def _headline(desk):
    told, lang = desk.world.told, desk.lang
    if not desk.powered:
        return words("powered_off", lang), FAINT
    if desk.counter.is_asking:
        return words("staff_waiting", lang), AMBER
    if told is None:
        return words("staff_quiet", lang), MUTED
    if told.code is None:
        known = "staff_" + told.answer.split()[0].lower()
        return (words(known, lang) if known in ("staff_timeout", "staff_cancelled") else told.answer), MUTED
    if told.code == 0:
        return words("staff_told", lang) % told.record, GREEN
    code = "partial" if told.code in _PARTIAL else str(-told.code)
    return words("staff_code_" + code, lang), AMBER if told.code in _PARTIAL else RED
