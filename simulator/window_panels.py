"""Host only: log, state of the terminal, help page and short notices of the desk window."""

import pygame

from simulator import window_coach
from simulator.window_look import (
    AMBER,
    BLUE,
    BUTTON,
    FAINT,
    GREEN,
    KEY_CAP,
    MUTED,
    PANEL,
    RED,
    TEXT,
)  # fmt: skip
from simulator.window_sound import prompts
from simulator.window_words import help_lines, words

_EVENT_COLOURS = {
    "gate": GREEN, "passage": GREEN, "walk": GREEN,
    "task": RED, "fault": RED, "power": RED, "fire": RED, "strike": RED, "clock": RED, "cut": RED, "tamper": RED,
    "show": MUTED, "boot": BLUE, "network": BLUE, "online": BLUE, "offline": BLUE, "shipped": BLUE,
}  # fmt: skip


def event_colour(event):
    if event["event"] == "decision":
        return GREEN if event.get("admit") else RED
    return _EVENT_COLOURS.get(event["event"], AMBER)


def facts_text(event):
    """What an event says beside its time and name, in the words of day scripts: fare=200."""
    facts = [item for item in event.items() if item[0] not in ("at", "event") and item[1] not in (None, ())]
    return "  ".join(["%s=%s" % item for item in facts])


def log_lines(layout, desk):
    """How many lines the log shows."""
    return (layout.log.bottom - layout.px(9) - _log_top(layout, desk)) // layout.px(22)


def _log_top(layout, desk):
    return layout.coach.bottom + layout.px(4) if desk.coach.runs else layout.log.y + layout.px(9)


def _log_columns(layout):
    """Where an event's name and its facts begin, from a line's left; a narrow log leaves out the ms."""
    narrow = layout.log.width < layout.px(560)
    return (layout.px(76), layout.px(164)) if narrow else (layout.px(112), layout.px(206))


def log_rows(layout, desk):
    """[(event, rect)] of the lines that the log shows."""
    high = layout.px(22)
    last = len(desk.events) - desk.log_back
    shown = desk.events[max(0, last - log_lines(layout, desk)) : last]
    left, top, wide = layout.log.x + layout.px(16), _log_top(layout, desk), layout.log.width - layout.px(32)
    return [(event, pygame.Rect(left, top + at * high, wide, high)) for at, event in enumerate(shown)]


def log_kind_at(layout, desk, pointer):
    """The kind of the event whose name is under the pointer, None elsewhere."""
    names, facts = _log_columns(layout)
    for event, line in log_rows(layout, desk):
        if line.collidepoint(pointer) and names <= pointer[0] - line.x < facts - layout.px(6):
            return event["event"]
    return None


def draw_log(look, surface, layout, desk):
    px = layout.px
    look.panel(surface, layout.log, px(12), (11, 14, 19), (34, 42, 53))
    if desk.coach.runs:
        window_coach.draw(look, surface, layout, desk)
    names, facts = _log_columns(layout)
    hovered = log_kind_at(layout, desk, desk.mouse)
    for event, line in log_rows(layout, desk):
        look.text(surface, event["at"][: 8 if names < px(100) else None], px(14), FAINT, line, 0, 0)
        name = pygame.Rect(line.x + names, line.y, facts - names - px(6), line.height)
        if event["event"] == hovered:
            look.painter.box(surface, BUTTON, name.inflate(px(8), 0), px(5))
        look.text(surface, event["event"], px(14), event_colour(event), name)
        rest = pygame.Rect(line.x + facts, line.y, line.width - facts, line.height)
        look.text(surface, facts_text(event), px(14), TEXT, rest, 0, 0)
    chips = []
    if desk.log_only:
        chips.append("%s ×" % desk.log_only)
    if desk.log_back:
        chips.append("↓ %d" % desk.log_back)
    right = layout.log.right - px(12)
    for chip in chips:
        wide = look.width(chip, px(13)) + px(20)
        rect = pygame.Rect(right - wide, layout.log.bottom - px(30), wide, px(22))
        look.painter.box(surface, BUTTON, rect, px(11))
        look.text(surface, chip, px(13), AMBER, rect, 1)
        right -= wide + px(8)


def _money(fen):
    return "¥%d.%02d" % (fen // 100, fen % 100)


def _terminal_rows(desk):
    view = desk.view or {}
    voice = prompts(desk.ops, desk.lang)
    return (
        ("link", words("online" if desk.online else "offline", desk.lang), GREEN if desk.online else RED),
        ("queued", str(desk.queued), AMBER if desk.queued else TEXT),
        ("passages", str(desk.ledger.passages), TEXT),
        ("takings", _money(desk.ledger.takings), TEXT),
        ("screen", view.get("screen", "-"), TEXT),
        ("voice", voice or "-", TEXT),
        ("tone", desk.tone_text or "-", AMBER if desk.tone_fresh else TEXT),
        *_memory_rows(desk.world.memory),
    )


def _memory_rows(memory):
    if memory is None:
        return ()
    used, heap = memory
    return (("memory", "MicroPython %d / %s KB" % (used, heap[:-1]), TEXT),)


def _upload_rows(desk):
    ledger = desk.ledger
    return (
        ("link", words("online" if desk.online else "offline", desk.lang), GREEN if desk.online else RED),
        ("offline_since", ledger.offline_since or "-", RED if ledger.offline_since else TEXT),
        ("queued", str(desk.queued), AMBER if desk.queued else TEXT),
        ("acknowledged", str(ledger.shipped), TEXT),
        ("shipments", str(ledger.shipments), TEXT),
        ("shipped_at", ledger.shipped_at or "-", TEXT),
    )


def _money_rows(desk):
    ledger = desk.ledger
    return (
        ("takings", _money(ledger.takings), TEXT),
        ("last_fare", _money(ledger.last_fare), TEXT),
        ("concessions", str(ledger.concessions), TEXT),
        ("recovered", str(ledger.recovered), TEXT),
        ("refused", str(ledger.refused), TEXT),
        ("void", str(ledger.void), TEXT),
    )


def _desk_rows(desk):
    """A desk's: it takes no money and lets nobody through."""
    view, ledger = desk.view or {}, desk.ledger
    return (
        ("link", words("online" if desk.online else "offline", desk.lang), GREEN if desk.online else RED),
        ("queued", str(desk.queued), AMBER if desk.queued else TEXT),
        ("consents", str(ledger.consents), TEXT),
        ("refused", str(ledger.refused), TEXT),
        ("hotlist", str(ledger.hotlist or words("hotlist_none", desk.lang)), TEXT),
        ("screen", view.get("screen", "-"), TEXT),
    )


_PAGES = (("state", _terminal_rows), ("upload", _upload_rows), ("money", _money_rows))
_DESK_PAGES = (("state", _desk_rows), ("upload", _upload_rows))


def pages(desk):
    """(words key, rows of the desk) of each page of the panel beside the log."""
    return _DESK_PAGES if desk.kind == "desk" else _PAGES


def state_rows(desk):
    """What the panel beside the log says: (words key, value, colour)."""
    shown = pages(desk)
    return shown[desk.page % len(shown)][1](desk)


def draw_state(look, surface, layout, desk):
    px = layout.px
    look.panel(surface, layout.state, px(12))
    inner = layout.state.inflate(-px(28), -px(18))
    x = inner.x
    shown = pages(desk)
    for at, (key, _) in enumerate(shown):
        colour = TEXT if at == desk.page % len(shown) else FAINT
        x += look.text(surface, words(key, desk.lang), px(16), colour, (x, inner.y, inner.right - x, px(26))) + px(20)
    rows = state_rows(desk)
    step = (inner.height - px(26)) // len(rows)
    for index, (key, value, colour) in enumerate(rows):
        line = pygame.Rect(inner.x, inner.y + px(28) + index * step, inner.width, step)
        used = look.text(surface, words(key, desk.lang), px(14), MUTED, line, 0, 0) + px(14)
        look.text(surface, value, px(14), colour, (line.x + used, line.y, line.width - used, line.height), 2)


def draw_help(look, surface, layout, desk):
    px = layout.px
    veil = pygame.Surface(layout.size, pygame.SRCALPHA)
    veil.fill((6, 9, 13, 190))
    surface.blit(veil, (0, 0))
    lines = help_lines(desk.kind)
    step = min(px(36), (layout.size[1] - px(144)) // len(lines))
    page = pygame.Rect(0, 0, px(760), px(112) + step * len(lines))
    page.center = layout.size[0] // 2, layout.size[1] // 2
    look.panel(surface, page, px(16), PANEL)
    inner = page.inflate(-px(64), -px(40))
    look.text(surface, words("help_title", desk.lang), px(24), TEXT, (inner.x, inner.y, inner.width, px(36)))
    y = inner.y + px(48)
    for cap, chinese, english in lines:
        key = pygame.Rect(inner.x, y + px(2), px(112), step - px(5))
        look.painter.box(surface, KEY_CAP, key, px(6))
        look.text(surface, cap, min(px(15), step * 5 // 8), AMBER, key, 1)
        text = chinese if desk.lang == "zh" else english
        room = pygame.Rect(key.right + px(18), y, inner.right - key.right - px(18), step)
        look.fitted(surface, text, min(px(16), step * 5 // 8), TEXT, room, 0, 0)
        y += step
    look.text(surface, words("help_foot", desk.lang), px(14), MUTED, (inner.x, inner.bottom - px(24), inner.width, px(24)), 1)  # fmt: skip


def draw_notice(look, surface, layout, text):
    """A short notice over the lower edge of the stage."""
    px = layout.px
    wide = look.width(text, px(16)) + px(44)
    rect = pygame.Rect(0, 0, wide, px(38))
    rect.center = layout.stage.centerx, layout.stage.y + px(30)
    look.shadow(surface, rect, px(19), px(10), 160)
    look.painter.box(surface, AMBER, rect, px(19))
    look.text(surface, text, px(16), (20, 16, 0), rect, 1)
