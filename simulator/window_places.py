"""Host only: what stands where a terminal has no gate: a bus's doors and its pole, a ferry's gangway, a row of bike docks."""

import pygame

from simulator.window_look import AMBER, FAINT, GREEN, MUTED, RED, TEXT, mix
from simulator.window_words import words

_FLOOR = (25, 31, 39)
_BUS = (196, 150, 40)
_DECK = (96, 74, 52)
_WATER = (22, 52, 84)
_DOCKS = 5
_OURS = 2


def place_of(profile):
    """ "bus", "ferry" or "bike" where something else than a gate stands, else None."""
    return next((name for name in ("bus", "ferry", "bike") if profile.startswith(name)), None)


def state_colour(desk):
    """Of everything that says whether somebody may go."""
    if not desk.ops:
        return FAINT
    return GREEN if desk.leaves == "open" else RED


def draw_label(look, surface, layout, desk, name):
    """What state it is in, and which key plays it, in the strip's left end."""
    px, lane = layout.px, layout.lane
    label = pygame.Rect(lane.x + px(16), lane.y, lane.width * 21 // 100 - px(16), lane.height)
    text = words("%s_%s" % (name, desk.leaves), desk.lang)
    look.fitted(surface, text, px(16), state_colour(desk), label.move(0, -px(12)))
    look.fitted(surface, words(name + "_hint", desk.lang), px(12), MUTED, label.move(0, px(12)), 0, 0)


def draw_bus(look, surface, layout, desk):
    """From above: the kerb on the left, the bus on the right, its folded doors, the pole with the reader between them."""
    px, lane = layout.px, layout.lane
    look.painter.box(surface, _FLOOR, lane, px(10))
    wall, half = lane.centerx, px(38)
    inside = pygame.Rect(wall, lane.y, lane.right - wall, lane.height)
    look.painter.box(surface, mix(_BUS, (0, 0, 0), 0.68), inside, px(10))
    surface.fill(mix(_FLOOR, TEXT, 0.12), (wall - px(30), lane.y, px(4), lane.height))  # the kerb
    for y in (lane.y + px(4), lane.bottom - px(24)):
        for x in range(inside.x + px(56), inside.right - px(34), px(44)):
            look.painter.box(surface, mix(_BUS, (30, 60, 110), 0.75), (x, y, px(26), px(20)), px(5))
    for top, bottom in ((lane.y, lane.centery - half), (lane.centery + half, lane.bottom)):
        surface.fill(_BUS, (wall - px(4), top, px(8), bottom - top))
    for side in (-1, 1):  # the doors, folded to the outside
        x, y = wall - px(4), lane.centery + side * half
        pygame.draw.line(surface, mix(_BUS, TEXT, 0.5), (x, y), (x - px(20), y - side * px(5)), max(2, px(4)))
    pole = wall + px(20), lane.centery - half + px(4)
    look.disc(surface, pole, px(9), (70, 80, 92))
    if desk.ops:
        look.glow(surface, pole, px(20), state_colour(desk), 90)
    look.disc(surface, pole, px(6), state_colour(desk))


def draw_ferry(look, surface, layout, desk):
    """From above: the quay, water, a gangway with its bar, the deck."""
    px, lane = layout.px, layout.lane
    look.painter.box(surface, _WATER, lane, px(10))
    left, right = lane.centerx - px(8), lane.centerx + lane.width * 20 // 100  # the bar is where people are stopped
    clip = surface.get_clip()
    surface.set_clip(pygame.Rect(left, lane.y, right - left, lane.height))
    drift = desk.shown_ms // 60 % px(36) if desk.speed else 0
    for row, y in enumerate(range(lane.y + px(12), lane.bottom, px(22))):
        for x in range(left - px(36) + drift + row % 2 * px(18), right, px(36)):
            pygame.draw.line(surface, mix(_WATER, TEXT, 0.22), (x, y), (x + px(14), y), max(1, px(2)))
    surface.set_clip(clip)
    look.painter.box(surface, _FLOOR, (lane.x, lane.y, left - lane.x, lane.height), px(10))
    look.painter.box(surface, _DECK, (right, lane.y, lane.right - right, lane.height), px(10))
    for y in range(lane.y + px(14), lane.bottom - px(4), px(14)):
        surface.fill(mix(_DECK, (0, 0, 0), 0.3), (right + px(6), y, lane.right - right - px(12), max(1, px(1))))
    ramp = pygame.Rect(left - px(14), lane.centery - px(26), right - left + px(28), px(52))
    look.painter.box(surface, (128, 136, 146), ramp, px(4))
    for x in range(ramp.x + px(10), ramp.right, px(16)):
        surface.fill((104, 112, 122), (x, ramp.y + px(5), max(1, px(2)), ramp.height - px(10)))
    for y in (ramp.y, ramp.bottom - px(4)):
        look.painter.box(surface, (190, 198, 208), (ramp.x, y, ramp.width, px(4)), px(2))
    _draw_bar(look, surface, layout, desk, (ramp.x + px(22), ramp.y))


def _draw_bar(look, surface, layout, desk, hinge):
    """The bar across the gangway; it swings along the rail as it opens."""
    px = layout.px
    arm = pygame.math.Vector2(0, px(52)).rotate(-90 * desk.opening)
    end = hinge[0] + int(arm.x), hinge[1] + int(arm.y)
    pygame.draw.line(surface, state_colour(desk), hinge, end, max(3, px(7)))
    look.disc(surface, hinge, px(8), (60, 68, 78))
    look.disc(surface, hinge, px(5), state_colour(desk))


def draw_bike(look, surface, layout, desk):
    """From above: a row of docks with a bike in each; ours in the middle, with its lock and its lamp."""
    px, lane = layout.px, layout.lane
    look.painter.box(surface, _FLOOR, lane, px(10))
    left = lane.x + lane.width * 24 // 100
    step = (lane.right - px(16) - left) // _DOCKS
    rail = pygame.Rect(left, lane.y + px(8), lane.right - px(12) - left, px(14))
    look.gradient(surface, rail, px(6), (150, 162, 176), (92, 103, 116))
    for at in range(_DOCKS):
        x, ours = left + step * at + step // 2, at == _OURS
        if not ours or desk.world.bike_is_in:
            out = int(desk.opening * px(10)) if ours else 0
            _draw_bike(look, surface, layout, (x, rail.bottom + px(12) + out), ours)
        colour = state_colour(desk) if ours else FAINT
        lock = pygame.Rect(x - px(13), rail.y - px(2), px(26), px(26))
        look.painter.box(surface, (52, 60, 70), lock, px(7))
        shackle = pygame.Rect(0, 0, px(12), px(12))
        shackle.center = lock.centerx + (int(desk.opening * px(5)) if ours else 0), lock.centery
        pygame.draw.rect(surface, colour, shackle, max(2, px(3)), px(5))
        if ours:
            if desk.ops:
                look.glow(surface, lock.center, px(26), colour, 80)
            pygame.draw.rect(surface, mix(AMBER, _FLOOR, 0.25), (x - step // 2 + px(6), lane.y + px(3), step - px(12), lane.height - px(6)), max(1, px(2)), px(8))  # fmt: skip


def _draw_bike(look, surface, layout, top, ours):
    """A bike from above, its front wheel in the lock."""
    px = layout.px
    x, y = top
    paint = (52, 190, 138) if ours else (74, 112, 102)
    for at in (0, px(46)):
        look.painter.box(surface, (92, 100, 112), (x - px(3), y + at, px(6), px(30)), px(3))
    look.painter.box(surface, paint, (x - px(2), y + px(20), px(5), px(40)), px(2))
    look.painter.box(surface, paint, (x - px(17), y + px(17), px(34), px(5)), px(2))
    look.painter.box(surface, (150, 156, 166), (x - px(6), y + px(44), px(12), px(16)), px(5))


DRAWN = {"bus": draw_bus, "ferry": draw_ferry, "bike": draw_bike}
