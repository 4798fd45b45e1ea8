"""Host only: the stage of the desk window: terminal, lamps, reader, scanner, and the lane seen from above."""

import pygame

from simulator import window_cards, window_kiosk, window_places, window_staff
from simulator.chips.speed_gate import BEAMS, LEAVES
from simulator.window_look import AMBER, BLUE, FAINT, GREEN, LAMPS, MUTED, STAGE_BOTTOM, STAGE_TOP, TEXT, mix
from simulator.window_words import words

_LAMP_ORDER = ("red", "amber", "green", "yellow")
_FLOOR = (25, 31, 39)
_LANE_SHARE = 0.42  # of the drawn lane that the light barriers take


def draw_stage(look, surface, layout, desk):
    look.gradient(surface, layout.stage, layout.px(12), STAGE_TOP, STAGE_BOTTOM)
    if layout.lamps is not None:
        _draw_lamps(look, surface, layout, desk)
    _draw_device(look, surface, layout, desk)
    _draw_reader(look, surface, layout, desk)
    if layout.scanner is not None:
        _draw_scanner(look, surface, layout, desk)
    if layout.lane is not None:
        _draw_lane(look, surface, layout, desk)
    elif layout.staff is not None:
        window_staff.draw(look, surface, layout, desk)
    window_kiosk.draw(look, surface, layout, desk)
    for place in desk.aims:
        near = place.collidepoint(desk.mouse)
        beat = 0 if near else desk.beat(900)
        pygame.draw.rect(
            surface, mix(GREEN if near else AMBER, STAGE_BOTTOM, beat * 0.7), place, layout.px(4), layout.px(18)
        )


def _draw_device(look, surface, layout, desk):
    px = layout.px
    look.shadow(surface, layout.device, px(20), px(26), 170)
    look.gradient(surface, layout.device, px(20), (62, 70, 80), (14, 17, 21))
    look.panel(surface, layout.device.inflate(-px(4), -px(4)), px(18), (10, 12, 15), None)
    surface.fill((3, 4, 6), layout.screen)
    if desk.ops:
        clip = surface.get_clip()
        surface.set_clip(layout.screen)
        look.painter.draw(surface, desk.ops, layout.scale, *layout.screen.topleft)
        if desk.boxes:
            _draw_boxes(surface, layout, desk.ops)
        surface.set_clip(clip)
    else:
        look.text(surface, words("powered_off", desk.lang), px(18), FAINT, layout.screen, 1)
    light = GREEN if desk.ops else (60, 20, 20)
    look.disc(surface, (layout.device.centerx, layout.device.bottom - px(9)), max(2, px(3)), light)


def _draw_boxes(surface, layout, ops):
    """Outlines of text boxes (blue) and touch targets (yellow)."""
    for op in ops:
        if op[0] in ("t", "hit"):
            x, y, width, height = [value * layout.scale for value in op[1:5]]
            rect = pygame.Rect(layout.screen.x + x, layout.screen.y + y, width, height)
            pygame.draw.rect(surface, AMBER if op[0] == "hit" else BLUE, rect, 2 if op[0] == "hit" else 1)


def _draw_lamps(look, surface, layout, desk):
    px = layout.px
    radius = min(px(21), layout.lamps.height // 12)
    step = min(px(74), layout.lamps.height // 4)
    tower = pygame.Rect(layout.lamps.x, 0, radius * 2 + px(22), step * 4 + px(8))
    tower.centery = layout.lamps.centery
    look.shadow(surface, tower, px(18), px(12), 120)
    look.gradient(surface, tower, px(18), (44, 51, 60), (17, 21, 27))
    for index, name in enumerate(_LAMP_ORDER):
        centre = tower.centerx, tower.y + px(4) + step * index + step // 2
        on = bool(desk.lamps.get(name))
        look.disc(surface, centre, radius + px(3), (9, 11, 14))
        if on:
            look.glow(surface, centre, radius * 3, LAMPS[name])
        look.disc(surface, centre, radius, LAMPS[name] if on else mix(LAMPS[name], (28, 33, 40), 0.84))
        look.disc(surface, (centre[0] - radius // 3, centre[1] - radius // 3), max(2, radius // 4), (255, 255, 255, 150 if on else 26))  # fmt: skip
        label = pygame.Rect(tower.right + px(8), centre[1] - px(12), layout.lamps.right - tower.right - px(8), px(24))
        look.fitted(surface, words("lamp_" + name, desk.lang), px(14), TEXT if on else FAINT, label)


def _draw_reader(look, surface, layout, desk):
    px, rect = layout.px, layout.reader
    look.shadow(surface, rect, px(18), px(12), 120)
    look.gradient(surface, rect, px(18), (40, 47, 56), (18, 22, 28))
    radius = min(rect.width, rect.height - px(40)) // 2 - px(10)
    centre = rect.centerx, rect.y + px(12) + radius
    colour = window_cards.glow_colour(desk.lamps) if desk.ops else FAINT
    if desk.ops:
        look.glow(surface, centre, radius + px(14), colour, 60)
    look.ring(surface, centre, radius, max(3, px(5)), colour)
    look.disc(surface, centre, radius - px(9), (14, 18, 23))
    side = radius
    look.painter.icon(surface, "wave", mix(colour, TEXT, 0.35), (14, 18, 23), centre[0] - side // 2, centre[1] - side // 2, side)  # fmt: skip
    foot = pygame.Rect(rect.x + px(6), rect.bottom - px(34), rect.width - px(12), px(28))
    look.fitted(surface, words("reader_hint", desk.lang), px(14), MUTED, foot, 1)


def _draw_scanner(look, surface, layout, desk):
    px, rect = layout.px, layout.scanner
    look.shadow(surface, rect, px(18), px(12), 120)
    look.gradient(surface, rect, px(18), (40, 47, 56), (18, 22, 28))
    glass = pygame.Rect(rect.x + px(18), rect.y + px(16), rect.width - px(36), rect.height - px(56))
    look.panel(surface, glass, px(10), (8, 11, 15), (58, 69, 82))
    corner = px(16)
    for x, sx in ((glass.x + px(10), 1), (glass.right - px(10), -1)):
        for y, sy in ((glass.y + px(10), 1), (glass.bottom - px(10), -1)):
            pygame.draw.line(surface, MUTED, (x, y), (x + sx * corner, y), 2)
            pygame.draw.line(surface, MUTED, (x, y), (x, y + sy * corner), 2)
    if desk.ops:
        share = abs(desk.shown_ms % 2400 - 1200) / 1200
        y = glass.y + px(12) + int((glass.height - px(24)) * share)
        surface.fill((214, 44, 52), (glass.x + px(8), y, glass.width - px(16), max(1, px(2))))
    foot = pygame.Rect(rect.x + px(6), rect.bottom - px(34), rect.width - px(12), px(28))
    look.fitted(surface, words("scanner_hint", desk.lang), px(14), MUTED, foot, 1)


def _draw_lane(look, surface, layout, desk):
    place = window_places.place_of(desk.world.profile)
    if place is None:
        _draw_gate(look, surface, layout, desk)
    else:
        window_places.DRAWN[place](look, surface, layout, desk)
    clip = surface.get_clip()
    surface.set_clip(layout.lane)
    for person in desk.people:
        along = (person.at + person.depth / 2 - LEAVES) * layout.lane.width * _LANE_SHARE / BEAMS[-1]
        centre = layout.lane.centerx + int(along), layout.lane.centery
        _draw_person(look, surface, layout, centre, desk.shown_ms if desk.speed else 0, person.way)
    surface.set_clip(clip)
    window_places.draw_label(look, surface, layout, desk, place or "leaves")


def _draw_gate(look, surface, layout, desk):
    px, lane = layout.px, layout.lane
    look.painter.box(surface, _FLOOR, lane, px(10))
    post = px(10 if desk.world.profile.startswith("wide") else 20)
    _draw_floor(look, surface, layout, desk, lane.inflate(0, -2 * post))
    _draw_leaves(look, surface, layout, desk, post)
    for y in (lane.y, lane.bottom - post):
        cabinet = pygame.Rect(lane.x + lane.width * 22 // 100, y, lane.width * 56 // 100, post)
        look.gradient(surface, cabinet, px(8), (150, 162, 176), (92, 103, 116))
        strip = pygame.Rect(cabinet.x + px(14), cabinet.centery - px(2), cabinet.width - px(28), max(2, px(4)))
        look.painter.box(surface, window_places.state_colour(desk), strip, px(2))


def _draw_floor(look, surface, layout, desk, floor):
    """Chevrons on the floor: they run when the gate is open."""
    px = layout.px
    step, high = px(46), px(11)
    phase = desk.shown_ms // 12 % step if desk.leaves == "open" and desk.ops else 0
    colour = mix(window_places.state_colour(desk), _FLOOR, 0.55 if desk.leaves == "open" else 0.78)
    clip = surface.get_clip()
    left = layout.lane.x + layout.lane.width * 22 // 100
    surface.set_clip(pygame.Rect(left, floor.y, layout.lane.width * 56 // 100, floor.height))
    for x in range(left - step + phase, left + layout.lane.width * 56 // 100, step):
        y = floor.centery
        points = [
            (x, y - high),
            (x + px(9), y - high),
            (x + px(19), y),
            (x + px(9), y + high),
            (x, y + high),
            (x + px(10), y),
        ]
        pygame.draw.polygon(surface, colour, points)
    surface.set_clip(clip)


def _draw_leaves(look, surface, layout, desk, post):
    """Two glass leaves that slide into their cabinets; desk.opening runs from 0 (closed) to 1."""
    px, lane = layout.px, layout.lane
    full = lane.height // 2 - post
    length = max(px(4), int(full * (1 - desk.opening * 0.94)))
    colour = mix(window_places.state_colour(desk), (190, 225, 255), 0.45)
    for top in (lane.y + post, lane.bottom - post - length):
        leaf = pygame.Rect(lane.centerx - px(6), top, px(12), length - (1 if top == lane.y + post else 0))
        look.painter.box(surface, (*colour, 215), leaf, px(4))
        surface.fill(mix(colour, (255, 255, 255), 0.6), (leaf.x + px(3), leaf.y + px(3), max(1, px(2)), max(1, leaf.height - px(6))))  # fmt: skip


def _draw_person(look, surface, layout, centre, ms, way):
    """A passenger from above: shoulders, head, feet that move, or wheels."""
    px = layout.px
    x, y = centre
    if way == "wheelchair":
        seat = pygame.Rect(0, 0, px(58), px(46))
        seat.center = centre
        look.painter.box(surface, (52, 58, 66), seat, px(8))
        for side in (-1, 1):
            look.painter.box(surface, (18, 21, 26), (x - px(22), y + side * px(25) - px(4), px(44), px(8)), px(4))
    stride = (ms // 130 % 2 * 2 - 1) * px(6) if ms else 0
    for side in (-1, 1):
        look.disc(surface, (x + stride * side, y + side * px(9)), px(6), (24, 28, 34))
    body = pygame.Rect(0, 0, px(24), px(46))
    body.center = centre
    look.painter.box(surface, (58, 118, 196), body, px(12))
    look.disc(surface, (x + px(1), y), px(11), (36, 30, 28))
    look.disc(surface, (x + px(5), y), px(7), (226, 180, 148))
